"""Whose phone a text came from, among those an alert expects to hear from."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, and_, select

from alerting.core.cap import Status
from alerting.core.lifecycle import AlertState
from alerting.core.plan import Recipient
from alerting.core.routing import Candidate
from alerting.storage.tables import alerts, deliveries, roll
from contacts.tables import HOUSEHOLD_PHONES, OFFICER_PHONES, OFFICERS

_ANSWERABLE = (AlertState.OPEN, AlertState.CLOSED, AlertState.EXPIRED)


@dataclass(frozen=True)
class CalledOfficer:
    """An officer who owes an open alert a word that the call was heard."""

    alert: int
    officer: str
    division: str


def households_expected(
    connection: Connection, numbers: Collection[str]
) -> dict[str, list[Candidate]]:
    """Return, by phone, the households on the rolls of alerts that still take answers."""
    rows = connection.execute(
        select(
            HOUSEHOLD_PHONES.c.number.label("phone"),
            alerts.c.id,
            alerts.c.number,
            alerts.c.status,
            alerts.c.state,
            alerts.c.expires,
            roll.c.household,
            roll.c.division,
            roll.c.language,
        )
        .join(roll, roll.c.household == HOUSEHOLD_PHONES.c.household)
        .join(alerts, alerts.c.id == roll.c.alert)
        .where(HOUSEHOLD_PHONES.c.number.in_(numbers), alerts.c.state.in_(_ANSWERABLE))
        .distinct()
    )
    found: dict[str, list[Candidate]] = defaultdict(list)
    for row in rows:
        found[row.phone].append(
            Candidate(
                alert=row.id,
                number=row.number,
                status=Status(row.status),
                state=AlertState(row.state),
                expires=row.expires,
                household=row.household,
                division=row.division,
                language=row.language,
            )
        )
    return found


def officers_called(
    connection: Connection, numbers: Collection[str]
) -> dict[str, list[CalledOfficer]]:
    """Return, by phone, the officers whom open alerts have called."""
    rows = connection.execute(
        select(
            OFFICER_PHONES.c.number.label("phone"),
            deliveries.c.alert,
            OFFICERS.c.id,
            OFFICERS.c.division,
        )
        .join(OFFICERS, OFFICERS.c.id == OFFICER_PHONES.c.officer)
        .join(
            deliveries,
            and_(
                deliveries.c.recipient == OFFICERS.c.id,
                deliveries.c.recipient_kind == Recipient.OFFICER,
            ),
        )
        .join(alerts, and_(alerts.c.id == deliveries.c.alert, alerts.c.state == AlertState.OPEN))
        .where(OFFICER_PHONES.c.number.in_(numbers))
        .distinct()
    )
    found: dict[str, list[CalledOfficer]] = defaultdict(list)
    for row in rows:
        found[row.phone].append(CalledOfficer(row.alert, row.id, row.division))
    return found
