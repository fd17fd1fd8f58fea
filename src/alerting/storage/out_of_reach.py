"""Places that no text reaches: doors there are knocked on at once."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Integer, bindparam, case, func, insert, select, true

from alerting.core.dark import Receipts
from alerting.core.delivery import DeliveryState
from alerting.core.plan import Channel, Recipient
from alerting.storage.ladder import to_the_door, to_the_phone
from alerting.storage.ledger import Transaction
from alerting.storage.tables import dark_villages, deliveries, roll
from contacts.division import subtree

UNREACHABLE: Final = "households.unreachable"
GIVEN_UP: Final = "texts.given_up"
DARK: Final = "village.dark"
_DIGITS_OF_A_VILLAGE: Final = 12


@dataclass(frozen=True)
class Dark:
    """A village whose doors are knocked on at once, since when, and who or what said so.

    Shares are of its texts and its neighbours', from 0 to 1; None where an officer decided.
    """

    division: str
    since: datetime
    found_by: str | None
    share: float | None
    neighbours_share: float | None


def send_to_doors(transaction: Transaction, refused: Collection[int], now: datetime) -> None:
    """Send somebody to the households whose texts, of these deliveries, never arrive."""
    rules = transaction.policy.household
    for alert, gone in _households_of(transaction.connection, refused).items():
        of_them = roll.c.household.in_(gone)
        if news := to_the_door(transaction.connection, alert, of_them, rules, now):
            transaction.append(alert, UNREACHABLE, now, payload={"households": news})


def call_instead(transaction: Transaction, lost: Collection[int], now: datetime) -> None:
    """Call the households whose texts, of these deliveries, were tried often enough."""
    rules = transaction.policy.household
    for alert, silent in _households_of(transaction.connection, lost).items():
        of_them = roll.c.household.in_(silent)
        if news := to_the_phone(transaction.connection, alert, of_them, rules, now):
            transaction.append(alert, GIVEN_UP, now, payload={"households": news})


def _households_of(connection: Connection, lost: Collection[int]) -> dict[int, list[str]]:
    """Return the households that these texts were for, by alert and in order."""
    found: dict[int, list[str]] = defaultdict(list)
    for row in connection.execute(_RECIPIENTS, {"lost": sorted(lost)}) if lost else ():
        found[row.alert].append(row.recipient)
    return found


_RECIPIENTS: Final = (
    select(deliveries.c.alert, deliveries.c.recipient)
    .where(
        deliveries.c.id.in_(bindparam("lost", expanding=True)),
        deliveries.c.recipient_kind == Recipient.HOUSEHOLD,
        deliveries.c.channel == Channel.SMS,
    )
    .distinct()
    .order_by(deliveries.c.alert, deliveries.c.recipient)
)


def receipts_by_village(connection: Connection, alert: int, before: datetime) -> list[Receipts]:
    """Return how many texts the provider had before then, by village, and how many arrived."""
    village = func.substr(deliveries.c.division, 1, _DIGITS_OF_A_VILLAGE)
    arrived = case((deliveries.c.state == DeliveryState.DELIVERED, 1), else_=0)
    rows = connection.execute(
        select(
            village,
            func.min(deliveries.c.accepted_at, type_=deliveries.c.accepted_at.type),
            func.count(),
            func.sum(arrived).cast(Integer),
        )
        .where(
            deliveries.c.alert == alert,
            deliveries.c.recipient_kind == Recipient.HOUSEHOLD,
            deliveries.c.channel == Channel.SMS,
            deliveries.c.accepted_at <= before,
        )
        .group_by(village)
        .order_by(village)
    )
    return [Receipts(*row) for row in rows]


def darken(transaction: Transaction, alert: int, found: Dark) -> bool:
    """Have the doors of a village knocked on at once; return whether that is news."""
    connection = transaction.connection
    if any(one.division == found.division for one in dark_in(connection, alert)):
        return False
    payload = {"share": found.share, "neighbours_share": found.neighbours_share}
    seq = transaction.append(
        alert,
        DARK,
        found.since,
        division=found.division,
        subject=found.found_by or "",
        payload=payload,
    )
    connection.execute(insert(dark_villages).values(alert=alert, seq=seq, **vars(found)))
    there = roll.c.division.between(*subtree(found.division))
    to_the_door(connection, alert, there, transaction.policy.household, found.since)
    return True


def dark_in(connection: Connection, alert: int, division: str = "") -> list[Dark]:
    """Return the villages of a division, or of all, whose doors are knocked on at once."""
    there = dark_villages.c.division.between(*subtree(division)) if division else true()
    rows = connection.execute(
        select(dark_villages)
        .where(dark_villages.c.alert == alert, there)
        .order_by(dark_villages.c.division)
    )
    return [
        Dark(row.division, row.since, row.found_by, row.share, row.neighbours_share) for row in rows
    ]
