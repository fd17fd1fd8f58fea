"""Who of an alert's roll is silent, and whom a text can and need be sent to once more."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection, and_, exists, select

from alerting.core.delivery import DeliveryState
from alerting.core.plan import Channel, Recipient
from alerting.core.standing import Standing
from alerting.core.text import TextKind, segments
from alerting.core.wording import Wording
from alerting.storage.roll import Entry, to_entry
from alerting.storage.tables import deliveries, roll
from contacts.division import subtree


@dataclass(frozen=True)
class Silent:
    """The unaccounted households of a division, by whether a text is worth while."""

    to_ask: tuple[Entry, ...]
    waiting: int
    """For so many a text waits to be sent already."""
    unreachable: int
    """So many no text reaches: somebody goes to their doors."""

    @property
    def people(self) -> int:
        """How many people are unaccounted in the households to ask."""
        return sum(entry.standing.people.unaccounted for entry in self.to_ask)

    def segments(self, wording: Wording) -> int:
        """Return how many segments it takes to remind those to ask."""
        languages = Counter(entry.language for entry in self.to_ask)
        return sum(
            segments(wording.of_kind(TextKind.REMINDER, language)).count * households
            for language, households in languages.items()
        )


def silent_in(connection: Connection, alert: int, division: str) -> Silent:
    """Return the households of a division of whom nobody is accounted for."""
    waits = exists().where(
        deliveries.c.alert == roll.c.alert,
        deliveries.c.recipient == roll.c.household,
        deliveries.c.recipient_kind == Recipient.HOUSEHOLD,
        deliveries.c.channel == Channel.SMS,
        deliveries.c.state == DeliveryState.QUEUED,
    )
    there = and_(
        roll.c.alert == alert,
        # By the index: a household's code begins with its division's.
        roll.c.household.between(*subtree(division)),
        roll.c.division.between(*subtree(division)),
        roll.c.standing == Standing.UNACCOUNTED,
    )
    rows = connection.execute(
        select(roll, waits.label("waits")).where(there).order_by(roll.c.household)
    ).all()
    return Silent(
        tuple(to_entry(row) for row in rows if row.reachable and not row.waits),
        waiting=sum(row.reachable and row.waits for row in rows),
        unreachable=sum(not row.reachable for row in rows),
    )
