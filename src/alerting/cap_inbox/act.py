"""The actions for an incoming message: a note, a proposed alert, or an alert at once."""

from dataclasses import dataclass, replace
from datetime import datetime

from alerting.alerts.raise_alert import accept
from alerting.approvals.propose import propose
from alerting.cap.alert import Area
from alerting.cap_inbox.assess import Assessed
from alerting.cap_inbox.rules.judge import Judged
from alerting.cap_inbox.rules.outcomes import Outcome, Reason
from alerting.cap_inbox.rules.request import request_of
from alerting.errors import AlertingError, InvalidError
from alerting.ledger.writer import Transaction
from alerting.policy.cap_sources import CapAction, CapSource
from contacts.directory import officer


@dataclass(frozen=True)
class Arrival:
    """A stored message with its source, its assessment, and the time it came."""

    id: int
    source: CapSource
    assessed: Assessed
    at: datetime


@dataclass(frozen=True)
class Done:
    """The outcome of a message, and the reason for it."""

    outcome: Outcome
    reason: Reason
    detail: str = ""
    alert: int | None = None
    followed: tuple[int, ...] = ()
    """Ids of the alerts that the message raised, proposed, corrected or cancelled."""


def act(transaction: Transaction, arrival: Arrival) -> Done:
    """Take the policy's action for a message that refers to no earlier message.

    If an alert cannot be raised at once, it is proposed to an officer. If no officer could decide
    on it, the message becomes a note.
    """
    assessed = arrival.assessed
    judged, area = assessed.judged, assessed.place.widest
    if judged is None or assessed.obstacle:
        return Done(Outcome.IGNORED, assessed.obstacle or Reason.EXPIRED, _unknown(assessed))
    if judged.action is CapAction.NOTE:
        return Done(Outcome.NOTED, judged.reason, _unknown(assessed))
    if area is None:
        return Done(Outcome.NOTED, assessed.place.reason or Reason.TOO_WIDE, _unknown(assessed))
    if judged.action is CapAction.PROPOSE:
        return _propose(transaction, arrival, judged, area)
    done = _alert(transaction, arrival, judged)
    if done.outcome is Outcome.ALERTED:
        return done
    proposed = _propose(transaction, arrival, judged, area)
    return replace(proposed, reason=done.reason, detail=done.detail or proposed.detail)


def _alert(transaction: Transaction, arrival: Arrival, judged: Judged) -> Done:
    """Raise an alert in the name of the source's officer.

    If that is impossible, return the outcome `NOTED` with the reason.
    """
    assessed, source = arrival.assessed, arrival.source
    if assessed.place.area is None:
        return Done(Outcome.NOTED, Reason.WHOLE_VILLAGES)
    caller = officer(transaction.connection, source.acts_for or "")
    if caller is None:
        return Done(Outcome.NOTED, Reason.OFFICER_UNKNOWN, source.acts_for or "")
    request = request_of(
        assessed.message,
        judged.infos[0],
        assessed.place.area,
        transaction.policy.alert,
        arrival.at,
    )
    try:
        with transaction.attempt():
            alert, _ = accept(transaction, caller, request, None, arrival.at)
    except AlertingError as refusal:
        return Done(Outcome.NOTED, Reason.NOT_PERMITTED, str(refusal))
    return Done(Outcome.ALERTED, judged.reason, _unknown(assessed), alert.id, (alert.id,))


def _propose(transaction: Transaction, arrival: Arrival, judged: Judged, area: Area) -> Done:
    assessed = arrival.assessed
    request = request_of(
        assessed.message, judged.infos[0], area, transaction.policy.alert, arrival.at
    )
    by = f"cap:{arrival.source.name}"
    try:
        with transaction.attempt():
            alert = propose(transaction, by, request, assessed.place.touched, arrival.at)
    except InvalidError as refusal:
        return Done(Outcome.NOTED, Reason.NOBODY_DECIDES, str(refusal))
    return Done(Outcome.PROPOSED, judged.reason, _unknown(assessed), alert, (alert,))


def _unknown(assessed: Assessed) -> str:
    """Return a text with the first 10 codes of the message that are not in the roster, or ''."""
    codes = assessed.place.unknown
    return f"not in the roster: {', '.join(codes[:10])}"[:500] if codes else ""
