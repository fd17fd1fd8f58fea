"""Whether one household is asked once more on an officer's word, and if not why not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from alerting.cap.lifecycle import AlertState
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.policy.sections import Channel
from alerting.roll.rules.standing import Standing


class Asking(StrEnum):
    """Why a household is asked once more, or is not.

    `CANNOT_BE_REACHED`: it opted out of texts, its number takes none, or none arrive there.
    `UNDER_WAY`: the last text or call is on its way yet, or went so lately that an answer may be.
    """

    ALLOWED = "allowed"
    ALERT_NOT_OPEN = "alert_not_open"
    ALERT_HAS_EXPIRED = "alert_has_expired"
    ACCOUNTED_ALREADY = "accounted_already"
    NO_PHONE = "no_phone"
    CANNOT_BE_REACHED = "cannot_be_reached"
    UNDER_WAY = "under_way"


@dataclass(frozen=True, slots=True)
class LastTry:
    """The last text, or the last call, that was owed to a household on an alert."""

    channel: Channel
    at: datetime
    """When it was owed."""
    state: DeliveryState
    by: str | None
    """The officer at whose word it was said again; None: the alert itself, or silence."""


@dataclass(frozen=True, slots=True)
class Household:
    """What of a household decides whether it is asked; `reachable` is by text."""

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
    """Say whether a household is asked once more by a channel.

    `alert` is its state and when it expires, `last` the last try by this channel. Two officers
    who press at once owe one message: within `spacing` of a try another one is made only if that
    came to nothing.
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
