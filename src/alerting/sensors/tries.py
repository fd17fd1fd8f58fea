"""The step after an attempt at a sensor's text: the next phone, a repeat, or the end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from alerting.deliveries.channel import Answer
from alerting.deliveries.rules.delivery import DeliveryState, Failure, OutcomeKind, back_off

MOST_TRIES: Final = 20
"""With the back-off, a provider that is away is tried for 13 minutes."""

_MOST_REPEATS: Final = 3
"""Most times that a text is sent again after tries in doubt."""

_OF_THE_PHONE: Final = frozenset({Failure.NEVER, Failure.NO_ROUTE})
"""Failures that will not pass; by the second, no provider reaches the number."""

_OF_THE_PROVIDER: Final = frozenset({Failure.RETRY, Failure.NOT_SENT, Failure.PAGE_OPERATOR})


@dataclass(frozen=True)
class Progress:
    """How far a text has come; `tries` and `doubts` count the last try too."""

    phones: tuple[str, ...]
    """Those that may still take it; the first was tried last, or is tried next."""
    tries: int
    doubts: int
    state: DeliveryState = DeliveryState.SENDING
    due_at: datetime | None = None
    """When it is tried next, if the state is queued."""


def after_answer(
    phones: tuple[str, ...],
    tries: int,
    doubts: int,
    answer: Answer,
    now: datetime,
    doubt: timedelta,
) -> Progress:
    """Return what follows from the answer to the try at the first of `phones`.

    `tries` counts this try. A refused phone gives way to the next one, for good if it can never be
    reached. What is the provider's fault is tried again at the same phone. A doubtful try is
    repeated, three times at most; if no other phone is left, after `doubt`.
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
