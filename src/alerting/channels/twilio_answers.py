"""What a request to Twilio that failed says of what was to be sent."""

from typing import Final

from aiohttp import ClientConnectorError, ClientError
from twilio.base.exceptions import TwilioException, TwilioRestException

from alerting.channels.base import Answer
from alerting.channels.twilio_http import retry_after
from alerting.core.delivery import Failure, OutcomeKind, classify

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
