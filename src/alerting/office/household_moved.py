"""Effects of a household's move: alerts that miss it, and households no longer in its care."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from alerting.cap.alert import Status
from alerting.ledger.alerts import open_alerts
from contacts.division import village_of
from contacts.roster.comparison import Change, Difference, label
from contacts.tables import HOUSEHOLDS


@dataclass(frozen=True, slots=True)
class MovedHousehold:
    """A household that was moved or newly formed."""

    code: str
    missed_by: tuple[str, ...] = ()
    """The codes of open actual alerts at the household's home whose rolls do not include it."""
    left_alone: int = 0
    """The number of households in its old village that it looked after."""


def missed_by(connection: Connection, division: str) -> tuple[str, ...]:
    """Return the codes of the actual alerts open in a division, such as '#27', newest first."""
    return tuple(
        f"#{each.number}"
        for each in open_alerts(connection, division)
        if each.status is Status.ACTUAL
    )


def left_alone(connection: Connection, old: str, new: str, difference: Difference) -> int:
    """Return the number of households that a moving household no longer looks after.

    Add each of them to `difference`, from which the log entry is made.
    """
    if village_of(old) == village_of(new):
        return 0
    columns = HOUSEHOLDS.c
    in_care = select(columns.code, columns.head, columns.address).where(columns.centre == old)
    found = connection.execute(in_care.order_by(columns.code)).all()
    for each in found:
        difference.changed.append((label(each._asdict()), (Change("centre", old, None),)))
    return len(found)
