"""Rules of officer calls: the ladder's start, the phones, the state, calls on request."""

from datetime import timedelta

import pytest

from alerting.cap.lifecycle import AlertState
from alerting.officer_calls.rules import (
    CallState,
    Waking,
    call_state,
    first_position,
    may_wake,
    passed_over,
    phone_for,
    silent_since,
    wake,
)
from alerting.policy.escalation import DueReason, due, officer_ladder
from alerting.policy.policy import parse_policy
from alerting.policy.sections import Channel, OfficerAction
from alerting.policy.without_calls import without_calls
from tests.support.city import NOW, POLICY, after


def test_call_includes_the_ladders_first_texts() -> None:
    position = first_position(officer_ladder(POLICY.officer), NOW)
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
    position = first_position(officer_ladder(rules), NOW)
    assert (position.steps_done, position.next_at) == (done, NOW + timedelta(seconds=seconds))


def test_ladder_of_one_text_ends_with_the_call() -> None:
    rules = parse_policy("[officer]\nsteps = [{ after = 0, do = 'sms' }]").officer
    assert first_position(officer_ladder(rules), NOW).next_at is None


@pytest.mark.parametrize(
    ("phones", "rung"),
    [(["1"], ["1", "1", "1"]), (["1", "2"], ["1", "2", "2"]), (["1", "2", "3", "4"], [*"123"])],
)
def test_each_try_uses_the_next_phone(phones: list[str], rung: list[str]) -> None:
    assert [phone_for(phones, try_number) for try_number in (1, 2, 3)] == rung


@pytest.mark.parametrize(
    ("confirmed", "told_above", "woken", "steps_left", "state"),
    [
        (False, None, None, 3, CallState.CALLED),
        (False, 480, None, 1, CallState.NOT_WOKEN),
        # The top tier has no tier above, so nobody was told.
        (False, None, None, 0, CallState.NOT_WOKEN),
        (False, 480, 600, 3, CallState.CALLED),
        (False, 900, 600, 1, CallState.NOT_WOKEN),
        (False, None, 600, 0, CallState.NOT_WOKEN),
        (True, None, None, 5, CallState.CONFIRMED),
        (True, 480, 600, 0, CallState.CONFIRMED),
    ],
)
def test_state_is_confirmed_only_by_a_confirmation(
    confirmed: bool,
    told_above: float | None,
    woken: float | None,
    steps_left: int,
    state: CallState,
) -> None:
    found = call_state(
        confirmed=confirmed,
        told_above_at=None if told_above is None else after(told_above),
        woken_at=None if woken is None else after(woken),
        steps_left=steps_left,
    )
    assert found is state


def test_wake_sets_the_ladder_back_to_its_first_phone_call() -> None:
    ladder = officer_ladder(POLICY.officer)
    position = wake(ladder, after(900))
    assert position.next_at == after(900)
    assert [one.step.do for one in due(ladder, position, after(900))] == [OfficerAction.VOICE]
    assert silent_since(ladder, NOW, after(900)) == position.silent_since
    assert silent_since(ladder, NOW, None) == NOW


def test_wake_without_phone_calls_restarts_the_ladder_after_its_texts() -> None:
    ladder = officer_ladder(without_calls(POLICY).officer)
    assert wake(ladder, after(900)) == first_position(ladder, after(900))


@pytest.mark.parametrize(
    ("alert", "seconds", "state", "has_phone", "waking"),
    [
        (AlertState.OPEN, 59, CallState.NOT_WOKEN, True, Waking.ALLOWED),
        (AlertState.OPEN, 60, CallState.NOT_WOKEN, True, Waking.ALERT_HAS_EXPIRED),
        (AlertState.CLOSED, 0, CallState.NOT_WOKEN, True, Waking.ALERT_NOT_OPEN),
        (AlertState.OPEN, 0, CallState.CALLED, True, Waking.UNDER_WAY),
        (AlertState.OPEN, 0, CallState.CONFIRMED, True, Waking.CONFIRMED_ALREADY),
        (AlertState.OPEN, 0, CallState.NOT_WOKEN, False, Waking.NO_PHONE),
    ],
)
def test_only_unwoken_officers_are_called_again(
    alert: AlertState, seconds: float, state: CallState, has_phone: bool, waking: Waking
) -> None:
    expires = after(60)
    assert may_wake((alert, expires), state, has_phone=has_phone, now=after(seconds)) is waking


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
def test_steps_already_queued_or_without_phone_are_skipped(
    waiting: tuple[Channel, ...], has_phone: bool, skipped: dict[OfficerAction, DueReason]
) -> None:
    assert passed_over(waiting, has_phone=has_phone, expired=False) == skipped


def test_expired_alert_calls_nobody_but_still_tells_the_tier_above() -> None:
    skipped = passed_over((), has_phone=True, expired=True)
    assert set(skipped) == set(OfficerAction) - {OfficerAction.TELL_ABOVE}
    assert set(skipped.values()) == {DueReason.ALERT_HAS_EXPIRED}
