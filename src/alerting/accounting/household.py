"""The full record of a household on an alert's roll, and when households were last heard of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from alerting.access.scope import alert_for
from alerting.accounting.allowed import HouseholdFacts
from alerting.accounting.evidence import readable
from alerting.doors.tasks import Task, pending
from alerting.errors import NotFoundError
from alerting.ledger.alerts import StoredAlert
from alerting.reminders.ask import last_tries
from alerting.reminders.rules import LastTry
from alerting.roll.entries import RollEntry, entries
from alerting.roll.rules.evidence import Evidence, Report
from alerting.roll.rules.persons import open_persons
from alerting.roll.tables import evidence
from contacts.directory import Officer, household
from contacts.division import covers
from contacts.past import names_at

_SAID: Final = (
    select(evidence)
    .where(
        evidence.c.alert == bindparam("of_alert"), evidence.c.household == bindparam("of_household")
    )
    .order_by(evidence.c.given_at, evidence.c.id)
)


@dataclass(frozen=True)
class Said:
    """A piece of evidence, with its channel, note and time of recording.

    `early` is True if it came before the alert's first text or call to its giver.
    """

    evidence: Evidence
    recorded_at: datetime
    channel: str
    note: str
    early: bool


@dataclass(frozen=True)
class HouseholdRecord:
    """A household on the roll, with all its evidence and its pending door task."""

    alert: StoredAlert
    entry: RollEntry
    phones: tuple[str, ...]
    """Its current phone numbers in the roster, E.164; empty for visitors."""
    centre: str | None
    """Code of the neighbour household that looks after it, by the roster; None: none does."""
    courtyard: str | None
    """Name of its courtyard or building; None if the roster names none."""
    missing: frozenset[int]
    """Indexes of the named people who are still missing."""
    said: Sequence[Said]
    """Evidence, ordered by the time it was given."""
    door: Task | None
    tries: Sequence[LastTry]
    """The last text and the last phone call to it, if any."""
    officers: Mapping[str, str]
    """Names of the officers who appear in this record, by officer id."""

    @property
    def facts(self) -> HouseholdFacts:
        """The facts that decide which actions an officer may take."""
        tries = {one.channel: one for one in self.tries}
        return HouseholdFacts(self.alert, self.entry, self.door, tries, bool(self.phones))


def record_of(connection: Connection, alert_id: int, code: str, caller: Officer) -> HouseholdRecord:
    """Return the full record of a household within the caller's division.

    Raises:
        NotFoundError: if the alert or the household is not within the caller's division.
    """
    alert = alert_for(connection, alert_id, caller)
    key = alert_id, code
    entry = entries(connection, [key]).get(key) if covers(caller.division, code) else None
    if entry is None:
        raise NotFoundError(
            f"no household {code} of your division is on the roll of alert {alert_id}",
            f"您管理范围内的预警名单上没有户{code}",
        )
    rows = connection.execute(_SAID, {"of_alert": alert_id, "of_household": code}).all()
    said = [
        Said(each, row.recorded_at, row.channel, row.note, row.early)
        for row, each in readable(rows)
    ]
    on_roster = household(connection, code)
    door = pending(connection, [key]).get(key)
    tries = last_tries(connection, alert_id, [code])[code].values()
    named = {one.evidence.by for one in said} | {one.by for one in tries if one.by}
    if door and door.officer:
        named.add(door.officer)
    return HouseholdRecord(
        alert,
        entry,
        on_roster.phones if on_roster else (),
        on_roster.centre if on_roster else None,
        on_roster.courtyard if on_roster else None,
        open_persons((one.evidence for one in said), entry.headcount, entry.named),
        said,
        door,
        sorted(tries, key=lambda one: one.channel),
        names_at(connection, named, alert.ended_at),
    )


_LAST: Final = (
    select(evidence.c.household, func.max(evidence.c.given_at))
    .where(
        evidence.c.alert == bindparam("of_alert"),
        evidence.c.household.in_(bindparam("households", expanding=True)),
        # A missed roll-call or an unanswered door is no sign of life.
        evidence.c.report.not_in([Report.MISSED_ROLL_CALL, Report.NOT_HOME]),
    )
    .group_by(evidence.c.household)
)


def last_words(
    connection: Connection, alert_id: int, households: Sequence[str]
) -> dict[str, datetime]:
    """Return when each household was last heard of, by code; omit households never heard of."""
    asked = {"of_alert": alert_id, "households": list(households)}
    return {row[0]: row[1] for row in connection.execute(_LAST, asked)}
