"""Outcomes of messages and their reasons."""

from alerting.cap_inbox.rules.outcomes import SAID, SHOWN, Outcome, Reason


def test_every_reason_has_its_own_text() -> None:
    assert SAID.keys() == set(Reason)
    assert len(set(SAID.values())) == len(Reason)


def test_messages_without_effect_are_not_shown() -> None:
    assert SHOWN.isdisjoint({Outcome.REFUSED, Outcome.IGNORED, Outcome.DUPLICATE, Outcome.UNREAD})
