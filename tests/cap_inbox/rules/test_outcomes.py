"""Outcomes of messages and their reasons."""

from alerting.cap_inbox.rules.outcomes import SAID, SHOWN, Outcome, Reason


def test_every_reason_is_said_once() -> None:
    assert SAID.keys() == set(Reason)
    assert len(set(SAID.values())) == len(Reason)


def test_what_is_shown_changes_nothing_else_that_is_taken() -> None:
    assert SHOWN.isdisjoint({Outcome.REFUSED, Outcome.IGNORED, Outcome.DUPLICATE, Outcome.UNREAD})
