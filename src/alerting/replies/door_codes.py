"""Codes that prove that an officer sent a report: each door text to an officer carries one."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from alerting.cap.lifecycle import OVER
from alerting.database.bulk import one_of
from alerting.doors.tables import tasks
from alerting.ledger.tables import alerts
from alerting.replies.tables import inbound
from alerting.roll.entries import HouseholdKey

_HOUR: Final = timedelta(hours=1)

_MOST_WRONG: Final = 5
"""After this many wrong codes from a number within an hour, no code from it proves anything."""

_MOST_IN_A_TEXT: Final = 3
"""If a text has more codes than this, they are taken for guesses and prove nothing."""

DoorCodes = Mapping[HouseholdKey, frozenset[str]]
"""The codes that prove a report, by alert and household."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The right codes in an officer's text, and the number of wrong ones."""

    right: frozenset[str] = frozenset()
    wrong: int = 0
    is_refused: bool = False
    """True if the number sent too many wrong codes, so that even right ones are refused."""


NO_PROOF: Final = Proof()

_SENT: Final = (
    select(tasks.c.alert, tasks.c.household, tasks.c.officer, tasks.c.code)
    .join(alerts, alerts.c.id == tasks.c.alert)
    .where(one_of(tasks.c.officer, "officers"), alerts.c.state.not_in(sorted(OVER)))
    .order_by(tasks.c.told_at, tasks.c.id)
)


def codes_sent(connection: Connection, officers: Collection[str]) -> DoorCodes:
    """Return the codes that prove these officers' reports, by alert and household.

    A household's codes are those of the door texts that named it. The code of an officer's latest
    door text counts for all of the officer's doors, because the officer has that text at hand.
    """
    rows = connection.execute(_SENT, {"officers": list(officers)}).all()
    latest = {(row.alert, row.officer): row.code for row in rows if row.code}
    codes: dict[HouseholdKey, set[str]] = defaultdict(set)
    for row in rows:
        codes[row.alert, row.household] |= {row.code, latest.get((row.alert, row.officer), "")}
    return {door: frozenset(each - {""}) for door, each in codes.items()}


def prove(
    connection: Connection, number: str, said: Collection[str], sent: DoorCodes, now: datetime
) -> Proof:
    """Compare the codes `said` in a text from a number with the codes `sent` to its officers."""
    if not said:
        return NO_PROOF
    right = frozenset(said) & frozenset().union(*sent.values())
    wrong = len(said) - len(right)
    guessed = {"number": number, "since": now - _HOUR}
    if connection.execute(_GUESSED, guessed).scalar_one() >= _MOST_WRONG:
        return Proof(wrong=wrong, is_refused=True)
    return Proof(right if len(said) <= _MOST_IN_A_TEXT else frozenset(), wrong)


_GUESSED: Final = select(func.coalesce(func.sum(inbound.c.wrong_codes), 0)).where(
    inbound.c.sender == bindparam("number"),
    inbound.c.received_at > bindparam("since", type_=inbound.c.received_at.type),
)
