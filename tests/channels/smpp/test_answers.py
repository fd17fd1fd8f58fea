"""Answers for an SMS centre's errors: retry, page the operator, or unknown."""

import pytest

from alerting.channels.smpp.answers import doubtful, not_let_in, not_sent, refused
from alerting.deliveries.rules.delivery import Failure, OutcomeKind

REFUSED, UNKNOWN = OutcomeKind.REFUSED, OutcomeKind.UNKNOWN


@pytest.mark.parametrize(
    ("status", "kind", "failure", "at_the_door"),
    [
        (0x58, REFUSED, Failure.RETRY, Failure.NOT_SENT),
        (0x14, REFUSED, Failure.RETRY, Failure.NOT_SENT),
        (0x64, REFUSED, Failure.RETRY, Failure.NOT_SENT),
        (0x0B, REFUSED, Failure.NEVER, Failure.NOT_SENT),
        (0x0A, REFUSED, Failure.PAGE_OPERATOR, Failure.PAGE_OPERATOR),
        (0x0D, REFUSED, Failure.PAGE_OPERATOR, Failure.PAGE_OPERATOR),
        (0x0E, REFUSED, Failure.PAGE_OPERATOR, Failure.PAGE_OPERATOR),
        (0x0F, REFUSED, Failure.PAGE_OPERATOR, Failure.PAGE_OPERATOR),
        (0x08, UNKNOWN, Failure.UNKNOWN, Failure.NOT_SENT),
        (0x05, REFUSED, Failure.UNLISTED, Failure.NOT_SENT),
        (0x0400, REFUSED, Failure.UNLISTED, Failure.NOT_SENT),
    ],
)
def test_status_is_classified_for_a_text_and_for_a_bind(
    status: int, kind: OutcomeKind, failure: Failure, at_the_door: Failure
) -> None:
    text, bind = refused(status), not_let_in(status)
    assert (text.kind, text.failure, text.error_code) == (kind, failure, status)
    assert (bind.kind, bind.failure, bind.error_code) == (REFUSED, at_the_door, status)
    assert f"{status:#x}" in text.detail
    assert f"{status:#x}" in bind.detail


def test_unwritten_text_is_not_sent_and_unanswered_text_is_unknown() -> None:
    unsent, unanswered = not_sent("no room"), doubtful("no answer")
    assert (unsent.kind, unsent.failure) == (REFUSED, Failure.NOT_SENT)
    assert "no room" in unsent.detail
    assert (unanswered.kind, unanswered.failure) == (UNKNOWN, Failure.UNKNOWN)
    assert unanswered.detail == "no answer"
