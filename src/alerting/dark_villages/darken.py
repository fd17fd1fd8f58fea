"""Dark villages, found by receipts or named by an officer: their door tasks start at once."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from alerting.access.command import Command, carry_out
from alerting.access.rules import Act, Ruling, rule
from alerting.access.scope import refusal
from alerting.cap.lifecycle import OVER
from alerting.dark_villages.rules import Light, find_dark
from alerting.dark_villages.store import DarkVillage, darken, receipts_by_village
from alerting.deliveries.outbox import Plan
from alerting.deliveries.plan import notify_officers
from alerting.errors import ConflictError, ForbiddenError, InvalidError
from alerting.ledger.alerts import StoredAlert, next_to_watch, stored
from alerting.ledger.events.officers import DarkTold
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextFacts, TextKind
from alerting.policy.policy import Policy
from alerting.runtime import Runtime
from contacts.directory import Officer, nearest_on_duty
from contacts.division import Tier, covers, parent_of, tier_of
from contacts.place_names import short_names


@dataclass(frozen=True)
class Darkness:
    """The dark villages of an alert."""

    alert: int
    villages: tuple[Light, ...]


def look_for_dark(connection: Connection, now: datetime, policy: Policy) -> Darkness | None:
    """Return the dark villages of the alert whose watch is due; None if no watch is due."""
    unwatched = next_to_watch(connection, now, policy.watch.interval)
    if unwatched is None:
        return None
    rules = policy.dark_village
    receipts = receipts_by_village(connection, unwatched.alert, now - rules.after)
    lights = find_dark(receipts, rules, now)
    return Darkness(unwatched.alert, tuple(light for light in lights if light.dark))


def send_into_the_dark(transaction: Transaction, found: Darkness, now: datetime) -> int:
    """Start the door tasks of dark villages; return how many villages are newly dark."""
    if not found.villages:
        return 0
    transaction.lock([found.alert])
    alert = stored(transaction.connection, found.alert)
    if alert.state in OVER:
        return 0
    news = [light for light in found.villages if darken(transaction, alert.id, _seen(light, now))]
    for light in news:
        _tell_above(transaction, alert, light.village, now)
    return len(news)


def _seen(light: Light, now: datetime) -> DarkVillage:
    return DarkVillage(light.village, now, None, light.share, light.neighbours_share)


def _tell_above(transaction: Transaction, alert: StoredAlert, village: str, now: datetime) -> None:
    """Tell the town, because the village's own officers may be out of reach; its phones may work.

    If the town has no officer, tell the nearest division above that has one.
    """
    connection = transaction.connection
    officers = nearest_on_duty(connection, parent_of(village))
    if alert.expires <= now or not officers:
        return
    name = short_names(connection, [village]).get(village, village)
    facts = TextFacts(status=alert.status, place=name)
    seq = transaction.append(alert.id, DarkTold(), now, division=village)
    plan = Plan(alert.id, seq, now, alert.expires)
    notify_officers(transaction, plan, TextKind.DARK, facts, officers)


async def send_to_doors(runtime: Runtime, caller: Officer, alert_id: int, division: str) -> None:
    """Start the door task of every household in a village or grid; idempotent.

    Raises:
        NotFoundError: if there is no such alert within the caller's divisions.
        ForbiddenError: if the caller's role sends nobody to doors.
        InvalidError: if it is no village or grid in both the caller's and the alert's area.
        ConflictError: if the alert is over.
    """
    await carry_out(runtime, caller, alert_id, partial(_send_to_doors, division=division))


def _send_to_doors(command: Command, division: str) -> None:
    alert, caller = command.alert, command.caller
    ruling = rule(caller.role, caller.division, Act.SEND, division)
    if ruling is Ruling.NOT_THIS_ROLE:
        raise ForbiddenError(refusal(caller, Act.SEND))
    in_area = any(covers(d, division) or covers(division, d) for d in alert.divisions)
    if ruling is Ruling.NOT_THIS_PLACE or not in_area:
        raise InvalidError(
            "division", f"{division} is not within your division and this alert's area"
        )
    if tier_of(division) not in {Tier.VILLAGE, Tier.GRID}:
        raise InvalidError("division", f"{division} is wider than a village: name a village")
    if alert.state in OVER:
        raise ConflictError(f"alert {alert.id} is over: nobody need knock on doors")
    village = DarkVillage(division, command.now, caller.id, None, None)
    darken(command.transaction, alert.id, village)
