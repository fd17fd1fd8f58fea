"""When one household may be asked again, and the reasons for refusal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerting.cap.lifecycle import AlertState
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.policy.sections import Channel
from alerting.reminders.rules import Asking, Household, LastTry, may_ask
from alerting.roll.rules.standing import Standing

NOW = datetime(2022, 8, 29, 5, 0, tzinfo=UTC)
SPACING = timedelta(seconds=100)
OPEN = (AlertState.OPEN, NOW + timedelta(hours=1))
SILENT = Household(Standing.UNACCOUNTED, has_phone=True, reachable=True)


def asked(
    home: Household = SILENT,
    channel: Channel = Channel.SMS,
    last: LastTry | None = None,
    alert: tuple[AlertState, datetime] = OPEN,
) -> Asking:
    return may_ask(alert, home, channel, last, SPACING, NOW)


def tried(state: DeliveryState, seconds_ago: float) -> LastTry:
    return LastTry(Channel.SMS, NOW - timedelta(seconds=seconds_ago), state, None)


@pytest.mark.parametrize("state", sorted(set(AlertState) - {AlertState.OPEN}))
def test_household_is_asked_again_only_in_an_open_alert(state: AlertState) -> None:
    assert asked(alert=(state, OPEN[1])) is Asking.ALERT_NOT_OPEN


def test_nobody_is_asked_for_an_expired_alert() -> None:
    assert asked(alert=(AlertState.OPEN, NOW)) is Asking.ALERT_HAS_EXPIRED


@pytest.mark.parametrize(
    ("standing", "asking"),
    [
        (Standing.EVACUATED, Asking.ACCOUNTED_ALREADY),
        (Standing.ELSEWHERE, Asking.ACCOUNTED_ALREADY),
        (Standing.PARTLY, Asking.ALLOWED),
        (Standing.NEEDS_HELP, Asking.ALLOWED),
        (Standing.STAYING, Asking.ALLOWED),
        (Standing.UNACCOUNTED, Asking.ALLOWED),
    ],
)
def test_accounted_household_is_not_asked(standing: Standing, asking: Asking) -> None:
    assert asked(replace(SILENT, standing=standing)) is asking


def test_household_without_phone_is_not_asked() -> None:
    for channel in (Channel.SMS, Channel.VOICE):
        assert asked(replace(SILENT, has_phone=False), channel) is Asking.NO_PHONE


def test_household_unreachable_by_text_may_be_called() -> None:
    home = replace(SILENT, reachable=False)
    assert asked(home) is Asking.CANNOT_BE_REACHED
    assert asked(home, Channel.VOICE) is Asking.ALLOWED


@pytest.mark.parametrize(
    ("state", "ago", "asking"),
    [
        (DeliveryState.QUEUED, 3600, Asking.UNDER_WAY),
        (DeliveryState.SENDING, 3600, Asking.UNDER_WAY),
        (DeliveryState.UNKNOWN, 3600, Asking.UNDER_WAY),
        (DeliveryState.ACCEPTED, 99, Asking.UNDER_WAY),
        (DeliveryState.SENT, 99, Asking.UNDER_WAY),
        (DeliveryState.DELIVERED, 99, Asking.UNDER_WAY),
        (DeliveryState.ACCEPTED, 100, Asking.ALLOWED),
        (DeliveryState.DELIVERED, 100, Asking.ALLOWED),
        (DeliveryState.REFUSED, 1, Asking.ALLOWED),
        (DeliveryState.FAILED, 1, Asking.ALLOWED),
        (DeliveryState.UNDELIVERED, 1, Asking.ALLOWED),
        (DeliveryState.EXPIRED, 1, Asking.ALLOWED),
        (DeliveryState.CANCELLED, 1, Asking.ALLOWED),
    ],
)
def test_message_under_way_is_not_doubled(state: DeliveryState, ago: float, asking: Asking) -> None:
    assert asked(last=tried(state, ago)) is asking
