"""Store dark villages, and count texts and answers by village and town."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Integer, case, func, insert, select, true

from alerting.dark_villages.rules import Receipts
from alerting.dark_villages.tables import dark_villages
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.tables import deliveries
from alerting.ledger.events.officers import VillageDark
from alerting.ledger.writer import Transaction
from alerting.policy.sections import Channel
from alerting.roll.escalation import to_the_door
from alerting.roll.rules.evidence import Rung
from alerting.roll.tables import evidence, roll
from contacts.division import TOWN_DIGITS, VILLAGE_DIGITS, subtree


@dataclass(frozen=True)
class DarkVillage:
    """A dark village, with the officer or the measured shares that showed it.

    `share` is the share of the village's texts that arrived, from 0 to 1. `neighbours_share` is
    that of the other villages. Both are None if an officer declared the village dark.
    """

    division: str
    since: datetime
    found_by: str | None
    share: float | None
    neighbours_share: float | None
    together: bool = False
    """Whether too few texts arrive in the village's whole town or county."""


def answered_by_town(connection: Connection, alert: int) -> dict[str, int]:
    """Return the number of households that answered the alert themselves, by town code."""
    town = func.substr(evidence.c.household, 1, TOWN_DIGITS)
    rows = connection.execute(
        select(town, func.count(evidence.c.household.distinct()))
        .where(evidence.c.alert == alert, evidence.c.rung == Rung.OWN)
        .group_by(town)
    )
    return {place: int(households) for place, households in rows}


def receipts_by_village(connection: Connection, alert: int, before: datetime) -> list[Receipts]:
    """Return each village's counts for the household texts that the provider took by `before`."""
    village = func.substr(deliveries.c.division, 1, VILLAGE_DIGITS)
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


def darken(transaction: Transaction, alert: int, found: DarkVillage) -> bool:
    """Record a village as dark and make its door tasks due; return False if already recorded."""
    connection = transaction.connection
    recorded = select(dark_villages.c.seq).where(
        dark_villages.c.alert == alert, dark_villages.c.division == found.division
    )
    if connection.execute(recorded).first() is not None:
        return False
    shares = {"share": found.share, "neighbours_share": found.neighbours_share}
    dark = VillageDark(**shares, together=found.together)
    seq = transaction.append(
        alert, dark, found.since, division=found.division, subject=found.found_by or ""
    )
    connection.execute(insert(dark_villages).values(alert=alert, seq=seq, **vars(found)))
    there = roll.c.division.between(*subtree(found.division))
    to_the_door(connection, alert, there, transaction.policy.household, found.since)
    return True


def dark_in(connection: Connection, alert: int, division: str = "") -> list[DarkVillage]:
    """Return the alert's dark villages within `division`; all of them if it is empty."""
    there = dark_villages.c.division.between(*subtree(division)) if division else true()
    rows = connection.execute(
        select(dark_villages)
        .where(dark_villages.c.alert == alert, there)
        .order_by(dark_villages.c.division)
    )
    return [
        DarkVillage(
            row.division, row.since, row.found_by, row.share, row.neighbours_share, row.together
        )
        for row in rows
    ]
