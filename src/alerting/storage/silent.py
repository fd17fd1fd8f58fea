"""Who of an alert's roll is silent, and whom a text can and need be sent to once more."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, Connection, Integer, and_, exists, func, select

from alerting.core.delivery import DeliveryState
from alerting.core.plan import Channel, Recipient
from alerting.core.standing import Standing
from alerting.core.text import TextKind, segments
from alerting.core.wording import Wording
from alerting.storage.reminders import Households
from alerting.storage.tables import deliveries, roll
from contacts.division import subtree

_WAITS: Final = exists().where(
    deliveries.c.alert == roll.c.alert,
    deliveries.c.recipient == roll.c.household,
    deliveries.c.recipient_kind == Recipient.HOUSEHOLD,
    deliveries.c.channel == Channel.SMS,
    deliveries.c.state == DeliveryState.QUEUED,
)


@dataclass(frozen=True)
class Silent:
    """The unaccounted households of a division, by whether a text is worth while."""

    to_ask: Households
    people: int
    """How many people are unaccounted in the households to ask."""
    waiting: int
    """For so many a text waits to be sent already."""
    unreachable: int
    """So many no text reaches: somebody goes to their doors."""

    @property
    def households(self) -> int:
        """How many are to be asked."""
        return sum(self.to_ask.by_language.values())

    def segments(self, wording: Wording) -> int:
        """Return how many segments it takes to remind those to ask."""
        return sum(
            segments(wording.of_kind(TextKind.REMINDER, language)).count * households
            for language, households in self.to_ask.by_language.items()
        )


def silent_in(connection: Connection, alert: int, division: str) -> Silent:
    """Return the households of a division of whom nobody is accounted for.

    They are counted by the database: they may be a city's.
    """
    there = _silent_there(alert, division)
    each = select(
        roll.c.reachable, _WAITS.label("waits"), roll.c.language, roll.c.unaccounted
    ).where(there)
    kinds = each.subquery()
    by = (kinds.c.reachable, kinds.c.waits, kinds.c.language)
    people = func.sum(kinds.c.unaccounted).cast(Integer)
    rows = connection.execute(
        select(*by, func.count().label("households"), people.label("people")).group_by(*by)
    ).all()
    to_ask = [row for row in rows if row.reachable and not row.waits]
    languages = {row.language: row.households for row in to_ask}
    # A text may leave in the next moment, and its household speak none of the languages counted.
    who = and_(there, roll.c.reachable, ~_WAITS, roll.c.language.in_(sorted(languages)))
    return Silent(
        Households(who, languages),
        people=sum(row.people for row in to_ask),
        waiting=sum(row.households for row in rows if row.reachable and row.waits),
        unreachable=sum(row.households for row in rows if not row.reachable),
    )


def _silent_there(alert: int, division: str) -> ColumnElement[bool]:
    low, high = subtree(division)
    return and_(
        roll.c.alert == alert,
        # By the index: a household's code begins with its division's.
        roll.c.household.between(low, high),
        roll.c.division.between(low, high),
        roll.c.standing == Standing.UNACCOUNTED,
    )
