"""First recipient of a call, starting point of its ladder, and its state."""

from datetime import timedelta

import pytest

from alerting.officer_calls.rules import CallState, begin_call, call_state, passed_over, phone_for
from alerting.policy.escalation import DueReason, officer_ladder
from alerting.policy.policy import parse_policy
from alerting.policy.sections import Channel, OfficerAction
from tests.support.city import NOW, POLICY, after


def test_call_includes_the_ladders_first_texts() -> None:
    position = begin_call(officer_ladder(POLICY.officer), NOW)
    assert (position.steps_done, position.next_at) == (2, after(180))
    assert position.silent_since == NOW


@pytest.mark.parametrize(
    ("steps", "done", "seconds"),
    [
        ("{ after = 0, do = 'sms' }, { after = 0, do = 'voice' }", 1, 0),
        ("{ after = 0, do = 'voice' }, { after = 0, do = 'sms' }", 0, 0),
        ("{ after = 60, do = 'sms' }", 0, 60),
    ],
)
def test_call_includes_only_texts(steps: str, done: int, seconds: int) -> None:
    rules = parse_policy(f"[officer]\nsteps = [{steps}]").officer
    position = begin_call(officer_ladder(rules), NOW)
    assert (position.steps_done, position.next_at) == (done, NOW + timedelta(seconds=seconds))


def test_ladder_of_one_text_ends_with_the_call() -> None:
    rules = parse_policy("[officer]\nsteps = [{ after = 0, do = 'sms' }]").officer
    assert begin_call(officer_ladder(rules), NOW).next_at is None


@pytest.mark.parametrize(
    ("phones", "rung"),
    [(["1"], ["1", "1", "1"]), (["1", "2"], ["1", "2", "2"]), (["1", "2", "3", "4"], [*"123"])],
)
def test_later_tries_use_the_next_phone(phones: list[str], rung: list[str]) -> None:
    assert [phone_for(phones, try_number) for try_number in (1, 2, 3)] == rung


@pytest.mark.parametrize(
    ("confirmed", "told_above", "steps_left", "state"),
    [
        (False, False, 3, CallState.CALLED),
        (False, True, 1, CallState.NOT_WOKEN),
        # The top tier has no tier above to tell.
        (False, False, 0, CallState.NOT_WOKEN),
        (True, False, 5, CallState.CONFIRMED),
        (True, True, 0, CallState.CONFIRMED),
    ],
)
def test_only_an_officers_own_word_confirms(
    confirmed: bool, told_above: bool, steps_left: int, state: CallState
) -> None:
    assert call_state(confirmed=confirmed, told_above=told_above, steps_left=steps_left) is state


@pytest.mark.parametrize(
    ("waiting", "has_phone", "skipped"),
    [
        ((), True, {}),
        ((Channel.SMS,), True, {OfficerAction.SMS: DueReason.EARLIER_TRY_STILL_WAITS}),
        (
            (),
            False,
            {
                OfficerAction.SMS: DueReason.CANNOT_BE_REACHED,
                OfficerAction.VOICE: DueReason.CANNOT_BE_REACHED,
            },
        ),
    ],
)
def test_steps_are_skipped_that_wait_or_reach_nobody(
    waiting: tuple[Channel, ...], has_phone: bool, skipped: dict[OfficerAction, DueReason]
) -> None:
    assert passed_over(waiting, has_phone=has_phone, expired=False) == skipped


def test_expired_alert_calls_nobody_but_still_tells_the_tier_above() -> None:
    skipped = passed_over((), has_phone=True, expired=True)
    assert set(skipped) == set(OfficerAction) - {OfficerAction.TELL_ABOVE}
    assert set(skipped.values()) == {DueReason.ALERT_HAS_EXPIRED}
