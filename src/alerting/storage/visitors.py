"""People on nobody's roster, added to an alert's roll so that they are counted like all others."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert, select

from alerting.core.errors import ConflictError
from alerting.core.escalation import begin, household_ladder
from alerting.core.standing import Reason, Standing
from alerting.core.text import HOME_LANGUAGE
from alerting.storage.ledger import Transaction
from alerting.storage.roll import danger_of
from alerting.storage.tables import roll
from alerting.storage.tallies import count_joined
from contacts.division import subtree
from contacts.tables import HOUSEHOLDS

ADDED: Final = "visitors.added"
_LAST_NUMBER: Final = 9999
"""A household's code has 4 digits of its own; the roster counts from 1, visitors from here."""


@dataclass(frozen=True)
class Visitors:
    """People who are not on the roster, and where they were."""

    division: str
    """A village or grid."""
    name: str
    people: int
    address: str
    added_by: str


def add_visitors(transaction: Transaction, alert: int, who: Visitors, now: datetime) -> str:
    """Put visitors on an alert's roll, unaccounted, and return the code they get there.

    No text can reach them: the ladder of their silence begins at the door.

    Raises:
        ConflictError: if the division has no household's code left.
    """
    connection = transaction.connection
    transaction.lock([alert])
    code = _free_code(connection, alert, who.division)
    payload = {"people": who.people, "by": who.added_by}
    seq = transaction.append(
        alert, ADDED, now, division=who.division, subject=code, payload=payload
    )
    ladder = household_ladder(transaction.policy.household, vulnerable=False)
    position = begin(ladder, now, reachable=False)
    values = {
        "alert": alert,
        "household": code,
        "division": who.division,
        "head": who.name,
        "address": who.address,
        "headcount": who.people,
        "language": HOME_LANGUAGE,
        "vulnerable": "",
        "persons": "",
        "officer": None,
        "added_by": who.added_by,
        "seq": seq,
        "standing": Standing.UNACCOUNTED,
        "unaccounted": who.people,
        "needs_help": 0,
        "staying": 0,
        "elsewhere": 0,
        "evacuated": 0,
        "verified": False,
        "flagged": False,
        "reason": Reason.NOTHING_SAID,
        "settled_by": None,
        "danger": danger_of(Standing.UNACCOUNTED, ""),
        "silent_since": position.silent_since,
        "reachable": False,
        "steps_done": position.steps_done,
        "next_at": position.next_at,
    }
    connection.execute(insert(roll).values(values))
    count_joined(connection, alert, seq, code)
    return code


def _free_code(connection: Connection, alert: int, division: str) -> str:
    """Return the last code of a division that neither the roll nor the roster has."""
    on_roll = select(roll.c.household).where(
        roll.c.alert == alert, roll.c.household.between(*subtree(division))
    )
    on_roster = select(HOUSEHOLDS.c.code).where(HOUSEHOLDS.c.division == division)
    taken = set(connection.execute(on_roll.union(on_roster)).scalars())
    for number in range(_LAST_NUMBER, 0, -1):
        code = f"{division}{number:04d}"
        if code not in taken:
            return code
    raise ConflictError(f"{division} has no household's code left: name another grid or village")
