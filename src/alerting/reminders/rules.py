"""Rule: whether an officer may have one household asked once more."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from alerting.cap.lifecycle import AlertState
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.policy.sections import Channel
from alerting.roll.rules.standing import Standing


class Asking(StrEnum):
    """Whether a household may be asked once more, or why it may not.

    - `NO_CALLS`: no provider can make calls.
    - `CANNOT_BE_REACHED`: the household opted out, or texts do not reach its number.
    - `UNDER_WAY`: the last text or call is on its way, or so recent that an answer may follow.
    """

    ALLOWED = "allowed"
    ALERT_NOT_OPEN = "alert_not_open"
    ALERT_HAS_EXPIRED = "alert_has_expired"
    ACCOUNTED_ALREADY = "accounted_already"
    NO_PHONE = "no_phone"
    CANNOT_BE_REACHED = "cannot_be_reached"
    NO_CALLS = "no_calls"
    UNDER_WAY = "under_way"


@dataclass(frozen=True, slots=True)
class LastTry:
    """The last text or the last phone call to a household in an alert."""

    channel: Channel
    at: datetime
    """When the try was queued."""
    state: DeliveryState
    by: str | None
    """The id of the officer who ordered the try; None for the alert itself and for the ladder."""


@dataclass(frozen=True, slots=True)
class Household:
    """The facts that decide whether a household may be asked; `reachable` means by text."""

    standing: Standing
    has_phone: bool
    reachable: bool


_SAFE: Final = frozenset({Standing.EVACUATED, Standing.ELSEWHERE})

_ON_ITS_WAY: Final = frozenset({DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNKNOWN})

_CAME_TO_NOTHING: Final = frozenset(
    {
        DeliveryState.REFUSED,
        DeliveryState.EXPIRED,
        DeliveryState.CANCELLED,
        DeliveryState.FAILED,
        DeliveryState.UNDELIVERED,
    }
)


def may_ask(
    alert: tuple[AlertState, datetime],
    home: Household,
    channel: Channel,
    last: LastTry | None,
    spacing: timedelta,
    now: datetime,
) -> Asking:
    """Return whether a household may be asked once more by a channel, or why it may not.

    `alert` is the alert's state and expiry, `last` the last try by this channel. Within `spacing`
    of a try, another one is allowed only if the try failed. So two officers who ask at the same
    time cause only one message.
    """
    state, expires = alert
    if state is not AlertState.OPEN:
        return Asking.ALERT_NOT_OPEN
    if expires <= now:
        return Asking.ALERT_HAS_EXPIRED
    if home.standing in _SAFE:
        return Asking.ACCOUNTED_ALREADY
    if not home.has_phone:
        return Asking.NO_PHONE
    if channel is Channel.SMS and not home.reachable:
        return Asking.CANNOT_BE_REACHED
    return Asking.UNDER_WAY if last and _is_under_way(last, spacing, now) else Asking.ALLOWED


def _is_under_way(last: LastTry, spacing: timedelta, now: datetime) -> bool:
    if last.state in _ON_ITS_WAY:
        return True
    return last.state not in _CAME_TO_NOTHING and now < last.at + spacing
