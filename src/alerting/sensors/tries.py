"""Decides what follows an attempt to send a sensor's text: next phone, repetition, or the end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from alerting.deliveries.channel import Answer
from alerting.deliveries.rules.delivery import DeliveryState, Failure, OutcomeKind, back_off

MOST_TRIES: Final = 20
"""The maximum number of attempts. With the back-off they take about 13 minutes."""

_MOST_REPEATS: Final = 3
"""The maximum number of repetitions after attempts with an unknown outcome."""

_OF_THE_PHONE: Final = frozenset({Failure.NEVER, Failure.NO_ROUTE})
"""Failures after which the same phone is not tried again."""

_OF_THE_PROVIDER: Final = frozenset({Failure.RETRY, Failure.NOT_SENT, Failure.PAGE_OPERATOR})


@dataclass(frozen=True)
class Progress:
    """The state of a text after an attempt. `tries` and `doubts` include this attempt."""

    phones: tuple[str, ...]
    """The phone numbers still to try, in this order."""
    tries: int
    doubts: int
    state: DeliveryState = DeliveryState.SENDING
    due_at: datetime | None = None
    """When the next attempt is due, if the state is QUEUED."""


def after_answer(
    phones: tuple[str, ...],
    tries: int,
    doubts: int,
    answer: Answer,
    now: datetime,
    doubt: timedelta,
) -> Progress:
    """Return what follows from the answer to an attempt at the first of `phones`.

    `tries` includes this attempt. A phone that can never be reached is dropped. If the provider is
    at fault, the same phone is tried again. After any other refusal, and after an unknown outcome,
    the phone moves to the end of the list. After the fourth unknown outcome the text is not tried
    again. If there is no other phone, the attempt after an unknown outcome waits for at least
    `doubt`.
    """
    if answer.kind is OutcomeKind.ACCEPTED:
        return Progress(phones, tries, doubts, DeliveryState.ACCEPTED)
    others, wait = phones[1:], max(back_off(tries), answer.retry_after)
    if answer.kind is OutcomeKind.UNKNOWN:
        doubts, wait = doubts + 1, wait if others else max(wait, doubt)
        left = (*others, phones[0])
    elif answer.failure in _OF_THE_PHONE:
        left, wait = others, timedelta(0)
    elif answer.failure in _OF_THE_PROVIDER:
        left = phones
    else:
        left = (*others, phones[0])
    if doubts > _MOST_REPEATS:
        return Progress(left, tries, doubts, DeliveryState.UNKNOWN)
    if not left or tries >= MOST_TRIES:
        return Progress(left, tries, doubts, DeliveryState.REFUSED)
    return Progress(left, tries, doubts, DeliveryState.QUEUED, now + wait)
