"""Alert an area: enrol its households, freeze the texts and insert the deliveries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, exists, select

from alerting.areas.audience import ResolvedArea, officers_called, to_enrol
from alerting.cap.lifecycle import AlertState
from alerting.cap_messages.issue import NewArea, issue_reach
from alerting.deliveries.outbox import Plan
from alerting.deliveries.plan import by_language, plan_household_texts
from alerting.deliveries.progress import backlog_of
from alerting.deliveries.texts import Frozen, freeze_for, wording_at
from alerting.ledger.alerts import StoredAlert, insert_areas
from alerting.ledger.events.alerts import AreaReached
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextKind
from alerting.messages.wording import Readers, Wording
from alerting.officer_calls.calls import begin_calls, not_called
from alerting.roll.enrol import enrol
from alerting.roll.tables import roll
from alerting.roll.tallies import add_joined
from alerting.work_groups.tell import tell_of_alert
from contacts.directory import OnCall, count_people
from contacts.tables import HOUSEHOLDS


@dataclass(frozen=True)
class AlertedCounts:
    """Counts of the households that joined the roll, and of the texts to send."""

    seq: int
    households: int
    people: int
    texts: int
    segments: int
    finish: datetime
    """When the last of these texts is expected to be sent, given the backlog."""


def alert_area(
    transaction: Transaction,
    alert: StoredAlert,
    area: ResolvedArea,
    event: type[AreaReached],
    by: str,
    now: datetime,
) -> AlertedCounts:
    """Enrol an area's households, insert deliveries to them and to officers, and log an `event`.

    `by` is the id of the acting officer. Nobody who was alerted before is alerted again.
    """
    connection, request = transaction.connection, alert.request
    divisions = area.divisions
    seq = transaction.append(alert.id, event(divisions=divisions), now, subject=by)
    insert_areas(connection, alert.id, divisions, seq)
    rules, sending = transaction.policy.household, transaction.policy.sending
    # Read the backlog before the new texts are added to it.
    backlog = backlog_of(connection, sending, now)
    enrol(connection, alert.id, seq, to_enrol(area, request.exercise), rules, now)
    joined = add_joined(connection, alert.id, seq)
    households, people = sum(j.households for j in joined), sum(j.people for j in joined)
    homes = {each.division for each in joined}
    wording = wording_at(connection, transaction.policy, request, divisions, now, homes)
    plan = Plan(alert.id, seq, due_at=now, expires_at=alert.expires)
    reachable = {Readers(each.language, each.division): each.reachable for each in joined}
    to_households = _owe_households(transaction, plan, wording, reachable, area, alert)
    officers = officers_called(connection, divisions, request.exercise, now)
    is_full = request.reaches_all_households
    # An exercise that texts few households still tells officers how many people live in the area.
    to_move = (households, people) if is_full else count_people(connection, area.condition)
    to_officers = _owe_officers(transaction, plan, officers, wording, to_move)
    if is_full:
        tell_of_alert(transaction, plan, divisions, wording, households, people)
    reached = NewArea(divisions, area.drawn)
    issue_reach(transaction, alert, seq, reached, now)
    texts = to_households.texts + to_officers.texts
    segments = to_households.segments + to_officers.segments
    finish = backlog.finish(now, segments)
    return AlertedCounts(seq, households, people, texts, segments, finish)


@dataclass(frozen=True)
class _Owed:
    """The numbers of SMS and of segments to send."""

    texts: int
    segments: int


def _owe_households(
    transaction: Transaction,
    plan: Plan,
    wording: Wording,
    reachable: Mapping[Readers, int],
    area: ResolvedArea,
    alert: StoredAlert,
) -> _Owed:
    """Insert deliveries of the alert's text to the households that joined the roll.

    `reachable` is the number of households with a phone, by language and division.
    """
    connection, link = transaction.connection, transaction.policy.household_link
    code = alert.number if shows_code(connection, area, alert.id) else None

    def body(readers: Readers) -> str:
        return wording.to_households(readers, code)

    frozen = freeze_for(connection, alert.id, TextKind.ALERT, reachable, body, link)
    plan_household_texts(transaction, plan, alert.request.hazard_location)
    segments = sum(count * frozen[readers].segments for readers, count in reachable.items())
    return _Owed(sum(reachable.values()), segments)


def _owe_officers(
    transaction: Transaction,
    plan: Plan,
    officers: Sequence[OnCall],
    wording: Wording,
    to_move: tuple[int, int],
) -> _Owed:
    """Call the officers whom this alert has not called before.

    `to_move` are the numbers of households and people that the text tells them to move.
    """
    connection = transaction.connection
    officers = not_called(connection, plan.alert, officers)
    frozen: dict[Readers, Frozen] = {}

    def body(readers: Readers) -> str:
        return wording.to_officers(readers.language, *to_move)

    def text_in(language: str) -> int:
        readers = Readers(language)
        frozen.update(freeze_for(connection, plan.alert, TextKind.CALL, [readers], body))
        return frozen[readers].id

    begin_calls(transaction, plan, officers, text_in)
    segments = [
        frozen[Readers(language)].segments
        for language, theirs in by_language(officers).items()
        for officer in theirs
        if officer.has_phone
    ]
    return _Owed(len(segments), sum(segments))


def shows_code(connection: Connection, area: ResolvedArea, alert: int | None = None) -> bool:
    """Return whether texts must show the alert's code, which tells open alerts apart.

    True if a household of the area is on the roll of another open alert. `alert` is the id of the
    new alert; None if it is not stored yet.
    """
    elsewhere = set(connection.execute(_OPEN).scalars()) - {alert}
    # Query only if another alert is open, because the roll of a city is slow to scan.
    if not elsewhere:
        return False
    shared = select(_IS_ENROLLED.where(area.condition))
    return bool(connection.execute(shared, {"alerts": sorted(elsewhere)}).scalar_one())


_OPEN: Final = select(alerts.c.id).where(alerts.c.state == AlertState.OPEN)

_IS_ENROLLED: Final = exists().where(
    roll.c.alert.in_(bindparam("alerts", expanding=True)),
    roll.c.household == HOUSEHOLDS.c.code,
)
