"""Detect dark villages by their receipts or an officer's word, and start their door tasks."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from alerting.access.command import Command, carry_out
from alerting.access.rules import Act, Ruling, rule
from alerting.access.scope import refusal
from alerting.cap.lifecycle import OVER
from alerting.dark_villages.rules import DarkFinding, DarkReason, find_dark
from alerting.dark_villages.store import (
    DarkVillage,
    answered_by_town,
    dark_in,
    receipts_by_village,
    record_dark_village,
)
from alerting.deliveries.outbox import Plan
from alerting.deliveries.places import place_name, short_names
from alerting.deliveries.plan import notify_officers
from alerting.errors import ConflictError, ForbiddenError, InvalidError
from alerting.ledger.alerts import StoredAlert, next_to_watch, stored
from alerting.ledger.events.officers import DarkTold
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextFacts, TextKind
from alerting.policy.policy import Policy
from alerting.runtime import Runtime
from contacts.directory import Officer
from contacts.division import Tier, county_of, covers, tier_of, town_of
from contacts.duty.officers import nearest_on_duty


@dataclass(frozen=True)
class Darkness:
    """The dark villages found in one check of an alert."""

    alert: int
    villages: tuple[DarkFinding, ...]


def look_for_dark(connection: Connection, now: datetime, policy: Policy) -> Darkness | None:
    """Return the dark villages of the next alert due for a check; None if no alert is due."""
    unwatched = next_to_watch(connection, now, policy.watch.interval)
    if unwatched is None:
        return None
    rules = policy.dark_village
    receipts = receipts_by_village(connection, unwatched.alert, now - rules.after)
    findings = find_dark(receipts, rules, now)
    if any(finding.reason is DarkReason.ALL_TOGETHER for finding in findings):
        # Counting a city's answers is slow, so they are counted only if they can change the result.
        findings = find_dark(receipts, rules, now, answered_by_town(connection, unwatched.alert))
    return Darkness(unwatched.alert, tuple(finding for finding in findings if finding.dark))


def start_dark_door_tasks(transaction: Transaction, found: Darkness, now: datetime) -> int:
    """Start door tasks in the dark villages; return the number of villages not recorded before."""
    if not found.villages:
        return 0
    transaction.lock([found.alert])
    alert = stored(transaction.connection, found.alert)
    if alert.state in OVER:
        return 0
    # Every check finds the same dark villages again. One query finds those already recorded.
    known = {one.division for one in dark_in(transaction.connection, alert.id)}
    news = [
        finding
        for finding in found.villages
        if finding.village not in known
        and record_dark_village(transaction, alert.id, _seen(finding, now))
    ]
    if alert.expires > now:
        _tell_above(transaction, alert, news, now)
    return len(news)


def _seen(finding: DarkFinding, now: datetime) -> DarkVillage:
    together = finding.reason is DarkReason.ALL_TOGETHER
    return DarkVillage(
        finding.village, now, None, finding.share, finding.neighbours_share, together
    )


def _tell_above(
    transaction: Transaction, alert: StoredAlert, news: Sequence[DarkFinding], now: datetime
) -> None:
    """Text the officers on duty in the town, because the village's own officers may get no texts.

    If a town has no officer on duty, the text goes to the nearest higher division that has one.
    If texts arrive in no village of a town or county, the county's officers are told as well, and
    each division gets one text about all its dark villages.
    """
    connection = transaction.connection
    together = [one.village for one in news if one.reason is DarkReason.ALL_TOGETHER]
    for village in (one.village for one in news if one.reason is not DarkReason.ALL_TOGETHER):
        _tell(
            transaction,
            alert,
            village,
            partial(_short_name, connection, village),
            nearest_on_duty(connection, town_of(village), now),
            now,
        )
    above = {place: nearest_on_duty(connection, place, now) for place in _above(together)}
    told: dict[str, list[str]] = defaultdict(list)
    for place, officers in above.items():
        if officers:
            told[officers[0].division] += [v for v in together if covers(place, v)]
    for division, villages in told.items():
        name_in = partial(place_name, connection, list(dict.fromkeys(villages)))
        officers = nearest_on_duty(connection, division, now)
        _tell(transaction, alert, division, name_in, officers, now)


def _short_name(connection: Connection, village: str, language: str) -> str:
    return short_names(connection, [village], language)[village]


def _above(villages: Iterable[str]) -> list[str]:
    return sorted({place for v in villages for place in (town_of(v), county_of(v))})


def _tell(
    transaction: Transaction,
    alert: StoredAlert,
    division: str,
    name_in: Callable[[str], str],
    officers: Sequence[Officer],
    now: datetime,
) -> None:
    if not officers:
        return
    seq = transaction.append(alert.id, DarkTold(), now, division=division)
    plan = Plan(alert.id, seq, now, alert.expires)

    def facts_in(language: str) -> TextFacts:
        return TextFacts(status=alert.status, place=name_in(language))

    notify_officers(transaction, plan, TextKind.DARK, facts_in, officers)


async def send_to_doors(runtime: Runtime, caller: Officer, alert_id: int, division: str) -> None:
    """Start the door task of every household in a village or grid; idempotent.

    Raises:
        NotFoundError: if the alert does not exist or lies outside the caller's division.
        ForbiddenError: if the caller's role may not start door tasks.
        InvalidError: if `division` is not a village or grid within both the caller's division and
            the alert's area.
        ConflictError: if the alert is over.
    """
    await carry_out(runtime, caller, alert_id, partial(_send_to_doors, division=division))


def _send_to_doors(command: Command, division: str) -> None:
    alert, caller = command.alert, command.caller
    ruling = rule(caller.role, caller.division, Act.SEND, division)
    if ruling is Ruling.NOT_THIS_ROLE:
        raise ForbiddenError(*refusal(caller, Act.SEND))
    in_area = any(covers(d, division) or covers(division, d) for d in alert.divisions)
    if ruling is Ruling.NOT_THIS_PLACE or not in_area:
        raise InvalidError(
            "division",
            f"{division} is not within your division and this alert's area",
            f"{division}不在您的管理范围和预警范围内",
        )
    if tier_of(division) not in {Tier.VILLAGE, Tier.GRID}:
        raise InvalidError(
            "division",
            f"{division} is larger than a village: name a village",
            f"{division}大于村：请选一个村",
        )
    if alert.state in OVER:
        raise ConflictError(
            f"alert {alert.id} is over: it needs no door tasks",
            chinese=f"预警{alert.id}已结束：不用再敲门",
        )
    village = DarkVillage(division, command.now, caller.id, None, None)
    record_dark_village(command.transaction, alert.id, village)
