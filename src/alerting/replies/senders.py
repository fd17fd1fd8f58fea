"""Queries for the households and officers that have the phone from which a text came."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any, Final

from sqlalchemy import Connection, Text, and_, bindparam, select, type_coerce

from alerting.cap.alert import Status
from alerting.cap.lifecycle import OVER, AlertState
from alerting.database.bulk import one_of
from alerting.deliveries.rules.delivery import MAY_HAVE_ARRIVED
from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.tables import deliveries
from alerting.doors.rules import PENDING
from alerting.doors.tables import tasks
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.tables import alerts
from alerting.officer_calls.confirm import CalledOfficer
from alerting.officer_calls.tables import (
    OF_THE_CALL,
    OPEN_OFFICER_CALLS,
    confirmations,
    officer_calls,
)
from alerting.policy.sections import Channel
from alerting.replies.rules.routing import Candidate
from alerting.roll.tables import roll
from contacts.division import subtree
from contacts.encryption.columns import stored_as
from contacts.tables import HOUSEHOLD_PHONES, HOUSEHOLDS, OFFICER_PHONES, OFFICERS

# The phones' owners and the rolls are queried in two statements. In one statement, a database
# without statistics might scan the whole roll first.
_PHONES_AND_HOUSEHOLDS: Final = select(
    type_coerce(HOUSEHOLD_PHONES.c.number, Text), HOUSEHOLD_PHONES.c.household
).where(one_of(HOUSEHOLD_PHONES.c.number, "numbers"))

# The first columns of each row are the fields of a candidate, in order.
_ITS_FIELDS: Final = slice(len(fields(Candidate)))

_EXPECTED_ON_ROLL: Final = select(
    alerts.c.id,
    alerts.c.number,
    alerts.c.status,
    alerts.c.state,
    alerts.c.expires,
    roll.c.household,
    roll.c.division,
    roll.c.language,
).join(roll, roll.c.alert == alerts.c.id)

_EXPECTED: Final = _EXPECTED_ON_ROLL.where(one_of(roll.c.household, "households")).order_by(
    alerts.c.id, roll.c.household
)

_FOLLOWED: Final = _EXPECTED_ON_ROLL.where(
    alerts.c.state.not_in(sorted(OVER)),
    roll.c.household.between(bindparam("low"), bindparam("high")),
    roll.c.household.like(bindparam("like")),
).order_by(alerts.c.id, roll.c.household)

_IN_CARE: Final = (
    _EXPECTED_ON_ROLL.join(HOUSEHOLDS, HOUSEHOLDS.c.code == roll.c.household)
    .where(
        HOUSEHOLDS.c.centre.in_(
            select(HOUSEHOLD_PHONES.c.household).where(
                HOUSEHOLD_PHONES.c.number == bindparam("number")
            )
        ),
        alerts.c.state.not_in(sorted(OVER)),
    )
    .order_by(alerts.c.id, roll.c.household)
)

_DOORS: Final = (
    _EXPECTED_ON_ROLL.add_columns(tasks.c.officer)
    .join(tasks, and_(tasks.c.alert == roll.c.alert, tasks.c.household == roll.c.household))
    .where(
        one_of(tasks.c.officer, "officers"),
        tasks.c.state.in_(sorted(PENDING)),
    )
    .order_by(alerts.c.id, roll.c.household)
)

_OFFICERS: Final = (
    select(OFFICER_PHONES.c.number, OFFICERS.c.id, OFFICERS.c.division)
    .join(OFFICERS, OFFICERS.c.id == OFFICER_PHONES.c.officer)
    .where(one_of(OFFICER_PHONES.c.number, "numbers"))
    .distinct()
    .order_by(OFFICER_PHONES.c.number, OFFICERS.c.id)
)

_HANDED_OVER: Final = (
    select(deliveries.c.id)
    .where(
        deliveries.c.alert == officer_calls.c.alert,
        deliveries.c.recipient == officer_calls.c.officer,
        deliveries.c.recipient_kind == Recipient.OFFICER,
        deliveries.c.channel.in_([Channel.SMS, Channel.VOICE]),
        deliveries.c.state.in_(sorted(MAY_HAVE_ARRIVED)),
    )
    .exists()
)

_CALLED: Final = (
    OPEN_OFFICER_CALLS.add_columns(
        alerts.c.number, confirmations.c.channel, _HANDED_OVER.label("handed_over")
    )
    .outerjoin(confirmations, OF_THE_CALL)
    .where(one_of(officer_calls.c.officer, "officers"))
    .order_by(officer_calls.c.alert, officer_calls.c.officer)
)


@dataclass(frozen=True)
class OpenOfficerCall:
    """An officer call of an open alert.

    `alert_code` is the code of the alert. `answered` is true once the officer answered; raising the
    alert is no answer. `handed_over` is true once a text or phone call may have reached the
    officer. An earlier text from the officer's number cannot be an answer, and may come from
    anybody.
    """

    to: CalledOfficer
    alert_code: int
    answered: bool
    handed_over: bool


def households_on_rolls(
    connection: Connection, numbers: Collection[str]
) -> dict[str, list[Candidate]]:
    """Return, by phone, its households on the rolls of alerts, even of alerts that are over."""
    phones_of: dict[str, set[str]] = defaultdict(set)
    for number, household in _phones_and_households(connection, numbers):
        phones_of[household].add(number)
    found: dict[str, list[Candidate]] = defaultdict(list)
    if phones_of:
        for row in connection.execute(_EXPECTED, {"households": list(phones_of)}).all():
            for number in phones_of[row.household]:
                found[number].append(_candidate(row))
    return found


def _phones_and_households(
    connection: Connection, numbers: Collection[str]
) -> list[tuple[str, str]]:
    """Return a (number, household) pair for each household that has one of these numbers."""
    rows = connection.execute(_PHONES_AND_HOUSEHOLDS, {"numbers": list(numbers)}).all()
    # Computed after the query, because the query may find rows under a new encryption key that this
    # process has just read.
    of_value = stored_as(HOUSEHOLD_PHONES.c.number, numbers)
    return [(of_value[value], household) for value, household in rows]


def households_in_care(connection: Connection, number: str) -> list[Candidate]:
    """Return the households that the owners of a phone look after, on alerts that are not over."""
    return [_candidate(row) for row in connection.execute(_IN_CARE, {"number": number}).all()]


def roster_households(connection: Connection, numbers: Collection[str]) -> dict[str, list[str]]:
    """Return, by phone, the codes of the roster's households with that phone, sorted."""
    by_phone: dict[str, list[str]] = defaultdict(list)
    for number, household in _phones_and_households(connection, numbers):
        by_phone[number].append(household)
    return {number: sorted(households) for number, households in by_phone.items()}


def on_rolls_ending(connection: Connection, end: str, division: str) -> list[Candidate]:
    """Return the households of a division whose codes end in `end`, on alerts that are not over.

    A closed alert is not over before its all-clear.
    """
    low, high = subtree(division)
    rows = connection.execute(_FOLLOWED, {"low": low, "high": high, "like": f"%{end}"})
    return [_candidate(row) for row in rows]


def doors_of(connection: Connection, officers: Collection[str]) -> dict[str, list[Candidate]]:
    """Return, by officer's id, the households of the officer's pending door tasks."""
    doors: dict[str, list[Candidate]] = defaultdict(list)
    for row in connection.execute(_DOORS, {"officers": list(officers)}).all():
        doors[row.officer].append(_candidate(row))
    return doors


def _candidate(row: Any) -> Candidate:
    alert, number, status, state, *others = row[_ITS_FIELDS]
    return Candidate(alert, number, Status(status), AlertState(state), *others)


def officer_calls_to(
    connection: Connection, numbers: Collection[str]
) -> dict[str, list[OpenOfficerCall]]:
    """Return, by phone, the officer calls of open alerts to the officers with that phone."""
    officers = connection.execute(_OFFICERS, {"numbers": list(numbers)}).all()
    calls: dict[str, list[Any]] = defaultdict(list)
    if officers:
        ids = list({row.id for row in officers})
        for call in connection.execute(_CALLED, {"officers": ids}).all():
            calls[call.officer].append(call)
    found: dict[str, list[OpenOfficerCall]] = defaultdict(list)
    for row in officers:
        for call in calls[row.id]:
            called = CalledOfficer(call.alert, row.id, row.division)
            answered = call.channel not in {None, EventKind.ALERT_RAISED}
            found[row.number].append(
                OpenOfficerCall(called, call.number, answered, call.handed_over)
            )
    return found
