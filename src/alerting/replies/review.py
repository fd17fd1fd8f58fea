"""The officers' review of unclear texts: each is turned into a report, or dismissed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from alerting.access.rules import Act, Ruling, rule
from alerting.access.scope import alert_for, refusal
from alerting.accounting.evidence import NewEvidence
from alerting.accounting.record import record_evidence
from alerting.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from alerting.ledger.events.households import TextSettled
from alerting.ledger.writer import Transaction
from alerting.policy.sections import Channel
from alerting.replies.queue import (
    QueueScope,
    WaitingText,
    find_text,
    reading_of,
    settle_texts,
    waiting_texts,
)
from alerting.replies.rules.routing import Routed
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll.rules.standing import HouseholdStanding
from alerting.runtime import Runtime
from contacts.directory import Officer
from contacts.division import Tier
from contacts.people import Role

_MOST: Final = 200

_READ_BY_ALL: Final = frozenset({Tier.PROVINCE, Tier.CITY, Tier.COUNTY})

_READERS: Final = frozenset({Role.DUTY_OFFICER, Role.TOWN_COMMANDER})


@dataclass(frozen=True)
class Reading:
    """What an officer reads in a text. Without a report, the text is dismissed."""

    report: Report | None
    people: int | None
    household: str | None
    """The household's code; None means the household that the text seems to come from."""
    alert: int | None
    """The alert's id; None means the alert that the text seems to be about."""
    note: str


@dataclass(frozen=True)
class Settled:
    """A settled text and the new standing of its household; None if the text was dismissed."""

    text: WaitingText
    standing: HouseholdStanding | None


def scope_of(caller: Officer) -> QueueScope:
    """Return the part of the queue that an officer sees.

    Only duty officers and commanders of a county, city or province see the texts of strangers.
    """
    strangers = caller.role in _READERS and caller.tier in _READ_BY_ALL
    return QueueScope(caller.division, strangers)


def texts_for(
    connection: Connection, caller: Officer, most: int = _MOST, skip: int = 0
) -> list[WaitingText]:
    """Return the waiting texts that the caller may see, in the order of `waiting_texts`."""
    return waiting_texts(connection, scope_of(caller), most, skip)


async def settle_text(
    runtime: Runtime, caller: Officer, provider_id: str, reading: Reading
) -> Settled:
    """Settle a waiting text as an officer reads it; idempotent.

    The evidence weighs as the household's own word, and counts from when the text came.

    Raises:
        ForbiddenError: if the caller's role may not report on households.
        NotFoundError: if the caller may not see the text, its alert or the household.
        InvalidError: if the alert or household is not known and the reading names none, or if the
            household is not on the alert's roll.
        ConflictError: if the text was settled differently, or never waited.
    """
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> Settled:
        return _settle(transaction, caller, provider_id, reading, now)

    if rule(caller.role, caller.division, Act.REPORT, caller.division) is not Ruling.ALLOWED:
        raise ForbiddenError(*refusal(caller, Act.REPORT))
    return await runtime.ledger.write(unit)


def _settle(
    transaction: Transaction, caller: Officer, provider_id: str, reading: Reading, now: datetime
) -> Settled:
    connection = transaction.connection
    text = find_text(connection, provider_id, scope_of(caller))
    if text is None:
        raise NotFoundError(
            f"there is no text {provider_id} within your divisions",
            f"您管理范围内没有短信{provider_id}",
        )
    if not text.waits and text.settled_by is None:
        raise ConflictError(
            "this text was understood when it came: nobody has to read it",
            chinese="这条短信来时已看懂：不用人工处理",
        )
    item = _evidence(text, caller, reading, reading.report, now) if reading.report else None
    if not text.waits:
        _check_same(connection, text, item)
    standing = None
    if item:
        alert_for(connection, item.alert, caller)
        (standing,) = record_evidence(transaction, [item])
        if standing is None:
            raise InvalidError(
                "household",
                f"{item.household} is not on the roll of alert {item.alert}",
                f"预警{item.alert}的名单上没有户{item.household}",
            )
    if text.waits:
        settle_texts(connection, [provider_id], caller.id, now)
        _log(transaction, text, caller, item, now)
    return Settled(text, standing)


def _log(
    transaction: Transaction,
    text: WaitingText,
    caller: Officer,
    item: NewEvidence | None,
    now: datetime,
) -> None:
    alert = item.alert if item else text.alert
    if alert is not None:
        report = item.report if item else None
        settled = TextSettled(provider_id=text.provider_id, by=caller.id, report=report)
        transaction.append(
            alert,
            settled,
            now,
            division=caller.division,
            subject=(item.household if item else text.household) or "",
        )


def _check_same(connection: Connection, text: WaitingText, item: NewEvidence | None) -> None:
    """Check that a text was settled with the same reading.

    Raises:
        ConflictError: if it was settled with another reading.
    """
    wanted = (item.alert, item.household, item.report, item.people) if item else None
    if reading_of(connection, _source(text)) != wanted:
        raise ConflictError(
            f"this text was already settled differently, by {text.settled_by}",
            chinese=f"{text.settled_by}已另行处理这条短信",
        )


def _evidence(
    text: WaitingText, caller: Officer, reading: Reading, report: Report, now: datetime
) -> NewEvidence:
    household = reading.household or text.household
    alert = reading.alert or text.alert
    if household is None or (text.reason == Routed.WHICH_HOUSEHOLD and not reading.household):
        raise InvalidError(
            "household", "say which household this text is about", "请说明这条短信是哪一户的"
        )
    if alert is None:
        raise InvalidError(
            "alert", "say which alert this text is about", "请说明这条短信是哪个预警的"
        )
    if rule(caller.role, caller.division, Act.REPORT, household) is not Ruling.ALLOWED:
        raise NotFoundError(
            f"there is no household {household} within yours", f"您管理范围内没有户{household}"
        )
    return NewEvidence(
        alert=alert,
        household=household,
        given_at=text.received_at,
        recorded_at=now,
        rung=Rung.OWN,
        given_by=text.sender,
        report=report,
        people=reading.people,
        channel=Channel.SMS,
        source=_source(text),
        note=f"{text.body} ({caller.id}: {reading.note})",
    )


def _source(text: WaitingText) -> str:
    return f"settled/{text.provider_id}"
