"""Asks one household again by text or phone call, at an officer's request."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, select

from alerting.access.command import Command, carry_out
from alerting.access.rules import Act, Ruling, rule
from alerting.access.scope import refusal
from alerting.database.bulk import one_of
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.tables import deliveries
from alerting.errors import ConflictError, ForbiddenError, NotFoundError
from alerting.ledger.alerts import StoredAlert
from alerting.ledger.events.households import HouseholdAsked
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.tables import events
from alerting.ledger.writer import Transaction
from alerting.policy.policy import Policy
from alerting.policy.sections import Channel
from alerting.reminders.remind import named, say_again
from alerting.reminders.rules import Asking, Household, LastTry, may_ask
from alerting.roll.entries import RollEntry, entries
from alerting.runtime import Runtime
from contacts.directory import Officer
from contacts.directory import household as on_roster

_SAID: Final = {
    Asking.ALERT_NOT_OPEN: (
        "the alert is not open: it sends nothing more",
        "预警不在进行中：不再发送",
    ),
    Asking.ALERT_HAS_EXPIRED: (
        "the alert has expired: it sends nothing more",
        "预警已到期：不再发送",
    ),
    Asking.ACCOUNTED_ALREADY: ("everybody of this household is accounted for", "这户人已全部落实"),
    Asking.NO_PHONE: (
        "the roster has no phone of this household: send somebody to the door",
        "名册上没有这户的电话：请派人上门",
    ),
    Asking.CANNOT_BE_REACHED: (
        "no text reaches this household: call, or send somebody to the door",
        "短信送不到这户：请打电话或派人上门",
    ),
    Asking.NO_CALLS: (
        "no provider calls here: send a text, or send somebody to the door",
        "这里没有语音通道：请发短信或派人上门",
    ),
    Asking.UNDER_WAY: ("it is being asked already: wait for the answer", "正在询问这户：请等回复"),
}


async def ask_household(
    runtime: Runtime, caller: Officer, alert_id: int, household: str, channel: Channel
) -> LastTry:
    """Queue the alert to a household once more, as a text or a phone call; return this try.

    Raises:
        NotFoundError: if the alert or household is not within the caller's divisions.
        ForbiddenError: if the caller's role may not send again.
        ConflictError: if the household may not be asked now; the reason is an
            `alerting.reminders.rules.Asking`.
    """
    verb = partial(_ask, household=household, channel=channel)
    return await carry_out(runtime, caller, alert_id, verb)


def _ask(command: Command, household: str, channel: Channel) -> LastTry:
    transaction, caller, now = command.transaction, command.caller, command.now
    entry = _entry(command, household)
    _check(transaction, command.alert, entry, channel, now)
    asked = HouseholdAsked(channel=channel, by=caller.id)
    seq = command.append(asked, division=entry.division, subject=household)
    say_again(transaction, command.alert, channel, named([entry]), seq, now)
    return LastTry(channel, now, DeliveryState.QUEUED, caller.id)


def _entry(command: Command, household: str) -> RollEntry:
    caller = command.caller
    ruling = rule(caller.role, caller.division, Act.REMIND, household)
    if ruling is Ruling.NOT_THIS_ROLE:
        raise ForbiddenError(*refusal(caller, Act.REMIND))
    key = command.alert.id, household
    entry = entries(command.connection, [key]).get(key)
    if entry is None or ruling is Ruling.NOT_THIS_PLACE:
        raise NotFoundError(
            f"no household {household} of your division is on the roll",
            f"您管理范围内的预警名单上没有户{household}",
        )
    return entry


def _check(
    transaction: Transaction, alert: StoredAlert, entry: RollEntry, channel: Channel, now: datetime
) -> None:
    connection = transaction.connection
    listed = on_roster(connection, entry.household)
    last = last_tries(connection, alert.id, [entry.household])[entry.household].get(channel)
    has_phone = bool(listed and listed.phones)
    asking = asking_of(transaction.policy, alert, entry, channel, last, now, has_phone=has_phone)
    if asking is not Asking.ALLOWED:
        english, chinese = _SAID[asking]
        raise ConflictError(english, (asking,), chinese)


def asking_of(
    policy: Policy,
    alert: StoredAlert,
    entry: RollEntry,
    channel: Channel,
    last: LastTry | None,
    now: datetime,
    *,
    has_phone: bool,
) -> Asking:
    """Return whether a household may be asked by a channel now, or why it may not.

    `last` is the last try by this channel.
    """
    home = Household(entry.standing.standing, has_phone=has_phone, reachable=entry.reachable)
    spacing = policy.household.voice.spacing
    asking = may_ask((alert.state, alert.expires), home, channel, last, spacing, now)
    no_calls = channel is Channel.VOICE and not policy.calls_by_phone
    return Asking.NO_CALLS if no_calls else asking


_OWED: Final = (
    select(
        deliveries.c.recipient,
        deliveries.c.channel,
        deliveries.c.due_at,
        deliveries.c.state,
        events.c.kind,
        events.c.subject,
        events.c.payload,
    )
    # An outer join, because a transaction writes its log entries last, after the deliveries.
    .outerjoin(events, and_(events.c.alert == deliveries.c.alert, events.c.seq == deliveries.c.seq))
    .where(
        deliveries.c.alert == bindparam("of_alert"),
        one_of(deliveries.c.recipient, "households"),
        deliveries.c.recipient_kind == Recipient.HOUSEHOLD,
    )
    .order_by(deliveries.c.id)
)


def last_tries(
    connection: Connection, alert: int, households: Sequence[str]
) -> dict[str, dict[Channel, LastTry]]:
    """Return the last try by household and by channel used."""
    tries: dict[str, dict[Channel, LastTry]] = {code: {} for code in households}
    for row in connection.execute(_OWED, {"of_alert": alert, "households": list(households)}):
        channel = Channel(row.channel)
        one = LastTry(channel, row.due_at, DeliveryState(row.state), _ordered_by(row))
        tries[row.recipient][channel] = one
    return tries


def _ordered_by(row: Any) -> str | None:
    if row.kind == EventKind.HOUSEHOLD_ASKED:
        asked = HouseholdAsked.read_if_whole(row.payload)
        return asked.by if asked else None
    return (row.subject or None) if row.kind == EventKind.HOUSEHOLDS_REMINDED else None
