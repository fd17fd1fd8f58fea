"""The curve of an alert: who joined its roll when, and what was said of them since."""

from typing import Final

from sqlalchemy import Connection, and_, bindparam, select

from alerting.core.curve import Home, Point, Word, trace
from alerting.storage.evidence import to_evidence
from alerting.storage.tables import events, evidence, roll
from contacts.directory import names_in
from contacts.division import subtree

_POINTS: Final = 200
_HERE: Final = and_(
    roll.c.alert == bindparam("of_alert"),
    roll.c.division.between(bindparam("low"), bindparam("high")),
)
_HOMES: Final = (
    select(roll.c.household, roll.c.headcount, roll.c.persons, events.c.at)
    .join(events, and_(events.c.alert == roll.c.alert, events.c.seq == roll.c.seq))
    .where(_HERE)
)
_SAID: Final = (
    select(evidence)
    .join(
        roll,
        and_(roll.c.alert == evidence.c.alert, roll.c.household == evidence.c.household),
    )
    .where(_HERE)
    .order_by(evidence.c.id)
)


def curve_of(connection: Connection, alert_id: int, division: str) -> list[Point]:
    """Return how the people of a division were accounted for, in some two hundred points."""
    low, high = subtree(division)
    asked = {"of_alert": alert_id, "low": low, "high": high}
    homes = {
        row.household: Home(row.at, row.headcount, frozenset(range(len(names_in(row.persons)))))
        for row in connection.execute(_HOMES, asked)
    }
    words = [
        Word(row.household, row.recorded_at, to_evidence(row))
        for row in connection.execute(_SAID, asked)
    ]
    return trace(homes, words, _POINTS)
