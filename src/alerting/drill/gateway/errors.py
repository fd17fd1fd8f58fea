"""The provider's errors: HTTP status and message by error code, and their JSON form."""

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse

PROBLEMS: Final[dict[int, tuple[int, str]]] = {
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource {detail} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service Unavailable"),
    21201: (400, "No 'To' number specified"),
    21205: (400, "Url is not a valid URL: {detail}"),
    21211: (400, "Invalid 'To' Phone Number: {detail}"),
    21213: (400, "'From' phone number is required"),
    21220: (400, "Call is not in-progress. Cannot redirect."),
    21602: (400, "Message body is required."),
    21408: (400, "Permission to send an SMS has not been enabled for the region: {detail}"),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21609: (400, "The 'StatusCallback' URL {detail} is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21614: (400, "'To' number is not a valid mobile number: {detail}"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    90007: (400, "Invalid validity period value: {detail}"),
}


class ApiError(Exception):
    """A faulty request, which the gateway answers with the provider's error `code`."""

    def __init__(self, code: int, detail: str = "") -> None:
        self.status, message = PROBLEMS[code]
        self.code = code
        self.message = message.format(detail=detail)
        super().__init__(self.message)

    def as_json(self) -> dict[str, Any]:
        """Return the error in the provider's JSON form."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def answer_error(_request: Request, error: Exception) -> JSONResponse:
    """Return the response to a request that raised an ApiError; re-raise other errors."""
    if not isinstance(error, ApiError):
        raise error
    headers = {"Retry-After": "1"} if error.status == 429 else None
    return JSONResponse(error.as_json(), error.status, headers)
