"""The HTTP client for Twilio's SDK, and the answers for failed requests."""

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
from alerting.logs import failure_told

FAILURES: Final = (
    *(TwilioException, ClientError, TimeoutError, OSError),
    # The SDK raises these errors for a successful response that is not JSON of its API, such as a
    # proxy's page.
    *(ValueError, TypeError, AttributeError, LookupError),
)
"""All exceptions that a failed request through the SDK can raise."""


def failed(failure: BaseException) -> Answer:
    """Return the answer for a failed request; without a clear refusal, the outcome is unknown."""
    if isinstance(failure, TwilioRestException):
        return _refused(failure)
    if isinstance(failure, ClientConnectorError):
        # No connection was made, so the provider cannot have the message.
        return Answer(OutcomeKind.REFUSED, failure=Failure.NOT_SENT, detail=failure_told(failure))
    return doubtful(failure)


def accepted(sid: str | None) -> Answer:
    """Return the answer for a created message; without an id, the outcome is unknown."""
    if not sid:
        return Answer(OutcomeKind.UNKNOWN, failure=Failure.UNKNOWN, detail="no id came back")
    return Answer(OutcomeKind.ACCEPTED, provider_id=sid)


def doubtful(failure: BaseException) -> Answer:
    """Return the answer for a failed query, after which the outcome is still unknown."""
    return Answer(OutcomeKind.UNKNOWN, failure=Failure.UNKNOWN, detail=failure_told(failure))


def _refused(refused: TwilioRestException) -> Answer:
    # If the body is not a Twilio error, the SDK uses the HTTP status as the code.
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
"""Retry-After up to 99,999 seconds, about a day; longer values are ignored."""


def retry_after() -> timedelta:
    """Return the Retry-After of the last response in this task, or 0.

    It is stored per task, because the SDK's exceptions have no response headers. A date, which HTTP
    also allows, counts as 0, so that the normal back-off applies.
    """
    asked = _RETRY_AFTER.get()
    return timedelta(seconds=int(asked) if _SECONDS.fullmatch(asked) else 0)


class TwilioHttpClient(AsyncHttpClient):  # type: ignore[misc] # the SDK has no types
    """Twilio's asynchronous HTTP client, with a working time-out and without retries.

    The SDK's own client ignores its time-out, and repeats a POST after a 5xx, which would send
    twice. Only the ledger knows what may be repeated. Create it inside a running event loop.
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
        """Make one request; raises aiohttp's errors and TimeoutError unchanged."""
        authorization = {"Authorization": encode_basic_auth(*auth)} if auth else {}
        # Encode here, because aiohttp's own form encoding would take half of the request's time.
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
        """Close the connections."""
        await self._session.close()
