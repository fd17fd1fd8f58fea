"""Whose phone a text came from, among those an alert expects to hear from."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, select

from alerting.core.cap import Status
from alerting.core.lifecycle import AlertState
from alerting.core.plan import Recipient
from alerting.core.routing import Candidate
from alerting.storage.tables import alerts, confirmations, deliveries, roll
from contacts.tables import HOUSEHOLD_PHONES, OFFICER_PHONES, OFFICERS

# First whose phones they are, then what they are expected for: asked in one statement, a
# database without statistics may begin with the roll, or with everything that was sent.
_HOMES: Final = select(HOUSEHOLD_PHONES.c.number, HOUSEHOLD_PHONES.c.household).where(
    HOUSEHOLD_PHONES.c.number.in_(bindparam("numbers", expanding=True))
)
_EXPECTED: Final = (
    select(
        alerts.c.id,
        alerts.c.number,
        alerts.c.status,
        alerts.c.state,
        alerts.c.expires,
        roll.c.household,
        roll.c.division,
        roll.c.language,
    )
    .join(roll, roll.c.alert == alerts.c.id)
    .where(roll.c.household.in_(bindparam("households", expanding=True)))
)
_OFFICERS: Final = (
    select(OFFICER_PHONES.c.number, OFFICERS.c.id, OFFICERS.c.division)
    .join(OFFICERS, OFFICERS.c.id == OFFICER_PHONES.c.officer)
    .where(OFFICER_PHONES.c.number.in_(bindparam("numbers", expanding=True)))
    .distinct()
)
_CALLED: Final = (
    select(
        deliveries.c.alert,
        deliveries.c.recipient,
        alerts.c.number,
        confirmations.c.seq.is_not(None).label("confirmed"),
    )
    .join(alerts, alerts.c.id == deliveries.c.alert)
    .outerjoin(
        confirmations,
        and_(
            confirmations.c.alert == deliveries.c.alert,
            confirmations.c.officer == deliveries.c.recipient,
        ),
    )
    .where(
        deliveries.c.recipient.in_(bindparam("officers", expanding=True)),
        deliveries.c.recipient_kind == Recipient.OFFICER,
        alerts.c.state == AlertState.OPEN,
    )
    .distinct()
)


@dataclass(frozen=True)
class CalledOfficer:
    """An officer who owes an open alert a word that the call was heard."""

    alert: int
    officer: str
    division: str


@dataclass(frozen=True)
class Call:
    """A call to an officer; `number` is the alert's code, `confirmed` whether it was heard."""

    to: CalledOfficer
    number: int
    confirmed: bool


def households_expected(
    connection: Connection, numbers: Collection[str]
) -> dict[str, list[Candidate]]:
    """Return, by phone, the households on the rolls of alerts, those that are over too."""
    homes: dict[str, set[str]] = defaultdict(set)
    for number, household in connection.execute(_HOMES, {"numbers": list(numbers)}).all():
        homes[household].add(number)
    found: dict[str, list[Candidate]] = defaultdict(list)
    if homes:
        for row in connection.execute(_EXPECTED, {"households": list(homes)}).all():
            for number in homes[row.household]:
                found[number].append(_candidate(row))
    return found


def _candidate(row: Any) -> Candidate:
    return Candidate(
        alert=row.id,
        number=row.number,
        status=Status(row.status),
        state=AlertState(row.state),
        expires=row.expires,
        household=row.household,
        division=row.division,
        language=row.language,
    )


def officers_called(connection: Connection, numbers: Collection[str]) -> dict[str, list[Call]]:
    """Return, by phone, the calls of open alerts to the officers whose phone it is."""
    officers = connection.execute(_OFFICERS, {"numbers": list(numbers)}).all()
    calls: dict[str, list[Any]] = defaultdict(list)
    if officers:
        ids = list({row.id for row in officers})
        for row in connection.execute(_CALLED, {"officers": ids}).all():
            calls[row.recipient].append(row)
    found: dict[str, list[Call]] = defaultdict(list)
    for row in officers:
        for call in calls[row.id]:
            called = CalledOfficer(call.alert, row.id, row.division)
            found[row.number].append(Call(called, call.number, bool(call.confirmed)))
    return found
