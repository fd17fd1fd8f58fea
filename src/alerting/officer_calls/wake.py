"""Calls an unwoken officer again at another officer's request (叫应)."""

from functools import partial
from typing import Final

from sqlalchemy import Connection, select

from alerting.access.command import Command, carry_out
from alerting.access.rules import Act, Ruling, rule
from alerting.access.scope import refusal
from alerting.deliveries.outbox import Plan
from alerting.deliveries.plan import tell_officers
from alerting.deliveries.texts import freeze_current
from alerting.errors import ConflictError, ForbiddenError, NotFoundError
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.officers import OfficerWakeAsked
from alerting.ledger.tables import events
from alerting.messages.text import TextKind
from alerting.messages.wording import Readers
from alerting.officer_calls.calls import call_again
from alerting.officer_calls.listing import OfficerCall, calls_within
from alerting.officer_calls.rules import Waking, may_wake
from alerting.runtime import Runtime
from contacts.directory import Officer, officers_named

_SAID: Final = {
    Waking.ALERT_NOT_OPEN: (
        "the alert is not open: it calls nobody any more",
        "预警不在进行中：不再叫应",
    ),
    Waking.ALERT_HAS_EXPIRED: (
        "the alert has expired: it calls nobody any more",
        "预警已到期：不再叫应",
    ),
    Waking.CONFIRMED_ALREADY: ("this officer has confirmed the call", "这名责任人已确认"),
    Waking.UNDER_WAY: (
        "this officer is being called already: wait for the answer",
        "正在叫应这名责任人：请等回复",
    ),
    Waking.NO_PHONE: (
        "the roster has no phone of this officer: send somebody there",
        "名册上没有这名责任人的电话：请派人去",
    ),
}


async def wake_officer(
    runtime: Runtime, caller: Officer, alert_id: int, officer: str, key: str | None
) -> OfficerCall:
    """Text an officer again, and restart the phone calls of their ladder; once per key.

    Raises:
        NotFoundError: if the alert does not concern the caller's divisions, or called no officer
            with this id there.
        ForbiddenError: if the caller's role may not send again.
        ConflictError: if the officer may not be called again now; the reason is an
            `alerting.officer_calls.rules.Waking`.
    """
    return await carry_out(runtime, caller, alert_id, partial(_wake, officer=officer, key=key))


def _wake(command: Command, officer: str, key: str | None) -> OfficerCall:
    called = _called(command, officer)
    if key is not None and _is_known(command.connection, command.alert.id, called, key):
        return called
    has_phone, alert = called.phone is not None, (command.alert.state, command.alert.expires)
    waking = may_wake(alert, called.state, has_phone=has_phone, now=command.now)
    if waking is not Waking.ALLOWED:
        english, chinese = _SAID[waking]
        raise ConflictError(english, (waking,), chinese)
    asked = OfficerWakeAsked(by=command.caller.id, key=key)
    seq = command.append(asked, division=called.division, subject=officer)
    _text(command, officer, seq)
    call_again(command.transaction, (command.alert.id, officer), command.now)
    return _called(command, officer)


def _called(command: Command, officer: str) -> OfficerCall:
    caller, rules = command.caller, command.transaction.policy.officer
    if rule(caller.role, caller.division, Act.REMIND, caller.division) is not Ruling.ALLOWED:
        raise ForbiddenError(*refusal(caller, Act.REMIND))
    calls = calls_within(command.connection, command.alert.id, caller.division, rules)
    found = next((each for each in calls if each.officer == officer), None)
    if found is None:
        raise NotFoundError(
            f"no officer {officer} of your divisions was called to this alert",
            f"您管理范围内没有为此预警叫应过责任人{officer}",
        )
    return found


def _text(command: Command, officer: str, seq: int) -> None:
    transaction, alert = command.transaction, command.alert
    plan = Plan(alert.id, seq, due_at=command.now, expires_at=alert.expires)
    officers = list(officers_named(command.connection, [officer]).values())
    tell_officers(
        transaction,
        plan,
        officers,
        lambda language: freeze_current(transaction, alert, TextKind.CALL, Readers(language)),
    )


def _is_known(connection: Connection, alert: int, called: OfficerCall, key: str) -> bool:
    """Return whether a request with this idempotency key was already made for this officer."""
    payloads = connection.execute(
        select(events.c.payload).where(
            events.c.alert == alert,
            events.c.kind == EventKind.OFFICER_WAKE_ASKED,
            events.c.subject == called.officer,
        )
    ).scalars()
    return any(OfficerWakeAsked.read(payload).key == key for payload in payloads)
