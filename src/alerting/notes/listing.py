"""Read model of the notes and proposals from other systems and from sensors."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection

from alerting.access.rules import Ruling
from alerting.alerts.rules import DENIAL_REASONS, NotAllowed
from alerting.approvals.rules import ApprovalState, may_decide
from alerting.approvals.store import Approval, proposals_of
from alerting.areas.audience import count, resolve
from alerting.cap_inbox.notes import InboxDocument, notes_for
from alerting.cap_inbox.rules.outcomes import Outcome
from alerting.cap_inbox.rules.summary import Summary
from alerting.deliveries.places import places_of
from alerting.deliveries.rules.forecast import Audience
from alerting.errors import InvalidError
from alerting.ledger.alerts import stored
from alerting.messages.text import HOME_LANGUAGE
from alerting.policy.cap_sources import Feed
from alerting.policy.policy import Policy
from alerting.sensors.listing import Told, news_for
from alerting.sensors.rules import News
from contacts.directory import Officer

_OF_EACH: Final = 50
"""Maximum number of listed CAP notes, and also of listed sensor notes."""

_SHOWN_FOR: Final = timedelta(hours=24)
"""How long a sensor's report is listed; a CAP message is listed until it expires."""


class SourceKind(StrEnum):
    """The kind of system from which a note came."""

    CAP_SENDER = "cap_sender"
    CAP_FEED = "cap_feed"
    SENSOR = "sensor"


class NoteState(StrEnum):
    """The outcome of a note: none, the state of its proposal, or the note's effect on an alert."""

    NOTED = "noted"
    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    LAPSED = "lapsed"
    ALERTED = "alerted"
    UPDATED = "updated"


@dataclass(frozen=True)
class Reading:
    """A sensor's report and the reading that caused it."""

    news: News
    value: float | None
    unit: str
    detail: str


@dataclass(frozen=True)
class Note:
    """A note or proposal on an officer's board."""

    kind: SourceKind
    source: str
    id: int
    hazard: str
    divisions: tuple[str, ...]
    since: datetime
    expires: datetime | None
    state: NoteState
    alert: int | None
    message: Summary | None
    """The CAP message; None if the note is from a sensor."""
    reading: Reading | None
    """The sensor's report; None if the note is a CAP message."""
    approval: Approval | None
    """The approval of its proposal; None if it proposed nothing."""


@dataclass(frozen=True)
class Listed:
    """A note, the name of its place, and what the caller may do about it."""

    note: Note
    place: str
    denial_reason: NotAllowed | None
    """The reason why the caller may not decide; None if they may, or if nothing was proposed."""
    audience: Audience | None
    """The people that a waiting proposal would reach; None if none waits or nobody is left."""


def listed_for(
    connection: Connection, policy: Policy, caller: Officer, now: datetime
) -> list[Listed]:
    """Return the notes in the caller's division: waiting proposals first, then newest first."""
    came = notes_for(connection, caller.division, now, _OF_EACH)
    told = news_for(connection, policy.sensors, caller, now - _SHOWN_FOR, _OF_EACH)
    alerts = {each.alert for each in came if each.alert} | {
        each.note.alert for each in told if each.note.alert
    }
    proposals = proposals_of(connection, alerts)
    found = [
        *(_of_message(each, policy, proposals) for each in came if each.summary),
        *(_of_sensor(each, proposals) for each in told),
    ]
    found.sort(key=lambda note: (note.state is NoteState.WAITING, note.since), reverse=True)
    places = places_of(connection, {note.divisions[0] for note in found if note.divisions})
    return [
        Listed(
            note,
            places.area(note.divisions, HOME_LANGUAGE) if note.divisions else "",
            _denial_reason(note, caller),
            _audience(connection, note, now),
        )
        for note in found
    ]


_STATES: Final = {Outcome.ALERTED: NoteState.ALERTED, Outcome.UPDATED: NoteState.UPDATED}


def _of_message(message: InboxDocument, policy: Policy, proposals: dict[int, Approval]) -> Note:
    source = policy.cap_sources.get(message.source)
    is_proposed = message.outcome is Outcome.PROPOSED and message.alert is not None
    approval = proposals.get(message.alert or 0) if is_proposed else None
    summary = message.summary
    return Note(
        kind=SourceKind.CAP_FEED if isinstance(source, Feed) else SourceKind.CAP_SENDER,
        source=message.source,
        id=message.id,
        hazard=summary.event if summary else "",
        divisions=message.divisions,
        since=message.received_at,
        expires=summary.expires if summary else None,
        state=_state(approval, _STATES.get(message.outcome, NoteState.NOTED)),
        alert=message.alert,
        message=summary,
        reading=None,
        approval=approval,
    )


def _of_sensor(told: Told, proposals: dict[int, Approval]) -> Note:
    sensor, note = told.sensor, told.note
    is_red = note.news is News.RED and note.alert is not None
    approval = proposals.get(note.alert or 0) if is_red else None
    return Note(
        kind=SourceKind.SENSOR,
        source=sensor.name,
        id=told.id,
        hazard=sensor.hazard,
        divisions=(sensor.place,),
        since=note.at,
        expires=told.alert_expires if is_red else note.at + _SHOWN_FOR,
        state=_state(approval, NoteState.ALERTED if is_red else NoteState.NOTED),
        alert=note.alert,
        message=None,
        reading=Reading(note.news, note.value, sensor.unit, note.detail),
        approval=approval,
    )


def _state(approval: Approval | None, otherwise: NoteState) -> NoteState:
    return NoteState(approval.state.value) if approval else otherwise


def _denial_reason(note: Note, caller: Officer) -> NotAllowed | None:
    approval = note.approval
    if approval is None:
        return None
    ruling = may_decide(caller.role, caller.division, approval.divisions)
    if ruling is Ruling.ALLOWED and approval.state is not ApprovalState.WAITING:
        return NotAllowed.NOT_IN_THIS_STATE
    return DENIAL_REASONS[ruling]


def _audience(connection: Connection, note: Note, now: datetime) -> Audience | None:
    if note.approval is None or note.state is not NoteState.WAITING:
        return None
    try:
        alert = stored(connection, note.approval.alert)
        return count(connection, resolve(connection, alert.request.area), None, now)
    except InvalidError:
        return None
