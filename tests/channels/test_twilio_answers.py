"""What a failed request says of what was to be sent."""

import pytest
from aiohttp import ServerDisconnectedError
from twilio.base.exceptions import TwilioException, TwilioRestException

from alerting.channels.twilio_answers import FAILURES, doubtful, failed
from alerting.core.delivery import Failure, OutcomeKind


def refused(status: int, code: int) -> TwilioRestException:
    return TwilioRestException(status, "/Calls.json", "no", code)


@pytest.mark.parametrize(
    ("status", "code", "kind", "failure", "told"),
    [
        (400, 21211, OutcomeKind.REFUSED, Failure.NEVER, 21211),
        (401, 20003, OutcomeKind.REFUSED, Failure.PAGE_OPERATOR, 20003),
        (429, 20429, OutcomeKind.REFUSED, Failure.RETRY, 20429),
        (400, 99999, OutcomeKind.REFUSED, Failure.UNLISTED, 99999),
        # Without a code of Twilio's the SDK repeats the HTTP status in its place.
        (502, 502, OutcomeKind.UNKNOWN, Failure.UNKNOWN, None),
        (429, 429, OutcomeKind.REFUSED, Failure.RETRY, None),
        (404, 404, OutcomeKind.REFUSED, Failure.UNLISTED, None),
    ],
)
def test_an_error_is_classified(
    status: int, code: int, kind: OutcomeKind, failure: Failure, told: int | None
) -> None:
    answer = failed(refused(status, code))
    assert (answer.kind, answer.failure, answer.error_code) == (kind, failure, told)
    assert answer.detail == f"HTTP {status}"


@pytest.mark.parametrize(
    "failure",
    [ServerDisconnectedError(), TimeoutError(), ConnectionResetError(), TwilioException("odd")],
)
def test_without_an_answer_it_may_have_been_taken(failure: Exception) -> None:
    assert isinstance(failure, FAILURES)
    answer = failed(failure)
    assert (answer.kind, answer.failure) == (OutcomeKind.UNKNOWN, Failure.UNKNOWN)
    assert type(failure).__name__ in answer.detail


def test_who_cannot_be_asked_leaves_it_unknown() -> None:
    answer = doubtful(refused(400, 21211))
    assert (answer.kind, answer.failure) == (OutcomeKind.UNKNOWN, Failure.UNKNOWN)
