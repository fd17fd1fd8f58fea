"""The HTTP client under Twilio's SDK, and what a failed request means for a delivery."""

import re
from contextvars import ContextVar
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    TCPConnector,
    encode_basic_auth,
)
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from alerting.deliveries.channel import Answer
from alerting.deliveries.rules.delivery import Failure, OutcomeKind, classify

FAILURES: Final = (
    *(TwilioException, ClientError, TimeoutError, OSError),
    # The SDK takes any success for JSON of its shape; a proxy's page is none.
    *(ValueError, TypeError, AttributeError, LookupError),
)
"""All that a request by the SDK raises where it did not succeed."""


def failed(failure: BaseException) -> Answer:
    """Return what a failed request means; without a clear refusal it may have been taken."""
    if isinstance(failure, TwilioRestException):
        return _refused(failure)
    if isinstance(failure, ClientConnectorError):
        # Nobody listens, so that nothing can have been taken.
        return Answer(OutcomeKind.REFUSED, failure=Failure.NOT_SENT, detail=repr(failure))
    return doubtful(failure)


def accepted(sid: str | None) -> Answer:
    """Return what it means that something was created; without its id it may be anything."""
    if not sid:
        return Answer(OutcomeKind.UNKNOWN, failure=Failure.UNKNOWN, detail="no id came back")
    return Answer(OutcomeKind.ACCEPTED, provider_id=sid)


def doubtful(failure: BaseException) -> Answer:
    """Return the answer of who could not be asked: it stays unknown."""
    return Answer(OutcomeKind.UNKNOWN, failure=Failure.UNKNOWN, detail=repr(failure))


def _refused(refused: TwilioRestException) -> Answer:
    # Where the body is no error of Twilio's the SDK puts the HTTP status in the code's place.
    code = refused.code if refused.code != refused.status else None
    failure = classify(code, refused.status)
    kind = OutcomeKind.UNKNOWN if failure is Failure.UNKNOWN else OutcomeKind.REFUSED
    return Answer(
        kind,
        failure=failure,
        error_code=code,
        detail=f"HTTP {refused.status}",
        retry_after=retry_after(),
    )


_RETRY_AFTER: ContextVar[str] = ContextVar("retry_after", default="")

_SECONDS: Final = re.compile("[0-9]{1,5}")
"""Of a day, and some: nobody sensible asks for more."""


def retry_after() -> timedelta:
    """Return how long the provider asked for in the last answer that this task got.

    The SDK's exceptions do not carry the headers of the answer that they tell of. A date instead
    of seconds, which HTTP allows as well, is taken for nothing: the back-off holds then.
    """
    asked = _RETRY_AFTER.get()
    return timedelta(seconds=int(asked) if _SECONDS.fullmatch(asked) else 0)


class TwilioHttpClient(AsyncHttpClient):  # type: ignore[misc] # the SDK has no types
    """Twilio's asynchronous client with a time-out that holds and no retries of its own.

    The SDK's own ignores its time-out, and repeats a POST after a 5xx, which would send twice:
    only the ledger knows what may be repeated. Make it inside a running loop.
    """

    def __init__(self, requests_at_once: int, answer_within: timedelta) -> None:
        seconds = answer_within.total_seconds()
        super().__init__(logger=None, is_async=True, timeout=seconds)
        self._session = ClientSession(
            connector=TCPConnector(limit=requests_at_once),
            timeout=ClientTimeout(total=seconds),
        )

    async def request(
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the SDK's signature
        allow_redirects: bool = False,
    ) -> Response:
        """Make one request; raises aiohttp's errors and TimeoutError as they come."""
        authorization = {"Authorization": encode_basic_auth(*auth)} if auth else {}
        # Encoded here: aiohttp would prepare a form with files for each text, at half its cost.
        form = {} if data is None else {"data": urlencode(data, doseq=True).encode()}
        arguments: dict[str, Any] = {"params": params} | form
        async with self._session.request(
            method,
            url,
            headers={**(headers or {}), **authorization},
            allow_redirects=allow_redirects,
            **arguments,
        ) as response:
            _RETRY_AFTER.set(response.headers.get("Retry-After", ""))
            return Response(response.status, await response.text(), response.headers)

    async def close(self) -> None:
        """Close its connections."""
        await self._session.close()
