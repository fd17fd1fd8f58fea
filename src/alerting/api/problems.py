"""Problem details (RFC 9457), the form of every refusal: stable codes, meanings and examples."""

from http import HTTPStatus
from typing import Any, Final

from fastapi.responses import JSONResponse

from contacts.bounds import Body

MEDIA_TYPE: Final = "application/problem+json"

MOST_ERRORS: Final = 20

LONGEST: Final = 500
"""Maximum characters of one error, because an error may quote the request."""

_TYPE: Final = "urn:evacuation-alerting:problem:"

_BY_STATUS: Final[dict[int, tuple[str, ...]]] = {
    400: ("malformed",),
    401: ("sign_in_required",),
    403: ("forbidden",),
    404: ("not_found",),
    405: ("method_not_allowed",),
    408: ("too_slow",),
    409: ("conflict", "illegal_transition", "already_open", "doubtful"),
    410: ("gone",),
    413: ("too_large",),
    414: ("too_large",),
    422: ("invalid", "malformed"),
    429: ("too_many_requests",),
    431: ("too_large",),
    500: ("failed",),
    503: ("unavailable", "no_fonts", "too_long"),
}
"""The codes of each status; the first code is used for a plain HTTPException."""

MEANINGS: Final[dict[int, str]] = {
    400: "The body cannot be read.",
    401: "Nobody is signed in, or the token or session is unknown, expired or revoked.",
    403: "The caller's role or division does not allow this, or another site's page asked.",
    404: "There is no such thing within the caller's divisions.",
    408: "The body took too long.",
    409: "It is not possible now; `reasons` may list the reasons.",
    413: "The body is too large.",
    414: "The address is too long.",
    422: "A field has an invalid form (`malformed`, see `errors`) or value (`invalid`).",
    429: "The caller sends too many requests: try again in a minute.",
    431: "The request has too many or too large headers.",
    500: "A fault of the service; the log of the service explains it.",
    503: "Nothing was recorded: the database is away, or the service stops. Or no PDF can be made.",
}
"""The meaning of each status with which a route below /api refuses a request."""

_EXAMPLES: Final[dict[int, str]] = {
    400: "There was an error parsing the body",
    401: "Sign in with a link, or send 'Authorization: Bearer TOKEN' with a valid token",
    403: "somebody with the role informant does not close an alert",
    404: "there is no alert 7 within your divisions",
    408: "the body took longer than 10 s: send it again",
    409: "The area is not zero-unaccounted",
    413: "the body is larger than 131,072 bytes: send less",
    414: "the address is too long: shorten it",
    422: "event: Field required; give what happens, in at most 30 characters",
    429: "weather-bureau sent 60 messages within a minute: send it again later",
    431: "the request has too many or too large headers: send fewer",
    500: "The service failed",
    503: "Nothing was recorded: the database cannot be read or written just now. Try again.",
}


class Problem(Body):
    """The reason why a request was refused (RFC 9457); `code` is stable, `detail` is for people."""

    type: str
    """`code` as a URN."""
    title: str
    """Standard phrase of the status."""
    status: int
    """HTTP status of the response."""
    detail: str
    """The problem and what to do, for people; the wording may change."""
    chinese: str | None = None
    """`detail` in Chinese, if there is a translation."""
    code: str
    """Code of the problem, for programs; it never changes."""
    errors: list[str] | None = None
    """Each invalid field of a malformed request, and what to do."""
    reasons: list[str] | None = None
    """Reasons why the request cannot succeed now, if it may succeed later."""


def codes_of(status: int) -> list[str]:
    """Return the codes that a refusal with this status may have."""
    return list(_BY_STATUS[status])


def code_for(status: int) -> str:
    """Return the code of a refusal that was raised as a plain HTTPException."""
    return _BY_STATUS.get(status, (HTTPStatus(status).name.lower(),))[0]


def example_of(status: int) -> dict[str, Any]:
    """Return an example of a refusal with this status."""
    return problem_of(status, code_for(status), _EXAMPLES[status]).model_dump(exclude_none=True)


def problem_of(
    status: int,
    code: str,
    detail: str,
    chinese: str | None = None,
    **more: list[str] | None,
) -> Problem:
    """Return the problem details of a refusal, with texts cut to their maximum length."""
    return Problem(
        type=f"{_TYPE}{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail[: MOST_ERRORS * LONGEST],
        code=code,
        chinese=chinese and chinese[: MOST_ERRORS * LONGEST],
        **more,
    )


def answer(problem: Problem, headers: Any = None) -> JSONResponse:
    """Return a response with problem details, marked as not to be cached."""
    kept = {"Cache-Control": "no-store", **(headers or {})}
    body = problem.model_dump(exclude_none=True)
    return JSONResponse(body, problem.status, headers=kept, media_type=MEDIA_TYPE)
