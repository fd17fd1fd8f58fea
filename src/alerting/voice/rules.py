"""Rules for phone calls: the provider's statuses, machine detection, and the meaning of keys."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from alerting.cap.lifecycle import AlertState
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import Recipient
from alerting.messages.speech import SpeechKind
from alerting.roll.rules.evidence import Report

# 'completed' only means that the phone was picked up and put down. A key or listening to the end
# proves that a person heard the speech; the delivery is then DELIVERED, which is final.
_STATES_BY_STATUS: Final = {
    "queued": DeliveryState.ACCEPTED,
    "initiated": DeliveryState.ACCEPTED,
    "ringing": DeliveryState.ACCEPTED,
    "in-progress": DeliveryState.SENT,
    "completed": DeliveryState.UNDELIVERED,
    "busy": DeliveryState.UNDELIVERED,
    "no-answer": DeliveryState.UNDELIVERED,
    "failed": DeliveryState.FAILED,
    "canceled": DeliveryState.CANCELLED,
}

PERSON: Final = "human"
"""The only result of Twilio's machine detection that means a person.

The other results are machines, faxes, and undetermined.
"""

_OVER: Final = {AlertState.CANCELLED, AlertState.ALL_CLEAR, AlertState.EXPIRED}


@dataclass(frozen=True, slots=True)
class Meaning:
    """The meaning of a key: the report that it makes, or None, and the speech that answers it."""

    report: Report | None
    answer: SpeechKind


_MEANINGS: Final = {
    (Recipient.HOUSEHOLD, "1"): Meaning(Report.EVACUATED, SpeechKind.EVACUATED),
    (Recipient.HOUSEHOLD, "2"): Meaning(Report.NEEDS_HELP, SpeechKind.NEEDS_HELP),
    (Recipient.HOUSEHOLD, "3"): Meaning(Report.STAYING, SpeechKind.STAYING),
    (Recipient.HOUSEHOLD, "4"): Meaning(Report.ELSEWHERE, SpeechKind.ELSEWHERE),
    (Recipient.OFFICER, "1"): Meaning(None, SpeechKind.CONFIRMED),
}


class Silence(StrEnum):
    """The reasons for saying nothing to the person who picks up."""

    EXPIRED = "the alert has ended"
    OVER = "the alert no longer asks anybody to leave"


def state_of_call(status: str) -> DeliveryState:
    """Return the delivery state for a Twilio call status.

    Raises:
        ValueError: if no outbound call has such a status.
    """
    try:
        return _STATES_BY_STATUS[status]
    except KeyError:
        raise ValueError(f"{status!r} is not a status of an outbound call") from None


def meaning_of(called: Recipient, key: str, *, sends_help: bool = True) -> Meaning | None:
    """Return the meaning of a key for this kind of recipient, or None if it has none.

    `sends_help` is False in an exercise in which nobody is sent to a call for help.
    """
    meaning = _MEANINGS.get((called, key))
    if meaning and meaning.report is Report.NEEDS_HELP and not sends_help:
        return Meaning(Report.NEEDS_HELP, SpeechKind.EXERCISE_HELP)
    return meaning


def silence(state: AlertState, expires: datetime, now: datetime) -> Silence | None:
    """Return why a phone call must not say its speech any more, or None if it may.

    The alert may have ended while the phone was ringing.
    """
    if state in _OVER:
        return Silence.OVER
    return Silence.EXPIRED if expires <= now else None
