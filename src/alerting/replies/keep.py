"""Storage of texts, as they came and as they were read, and the queue of those for an officer."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import structlog
from sqlalchemy import Connection

from alerting.ledger.events.households import TextSuspected, TextUnclear
from alerting.ledger.writer import Transaction
from alerting.replies.read import read_hazard
from alerting.replies.rules.intents import Intent, ReplyReason
from alerting.replies.rules.reply import read_task_report
from alerting.replies.rules.routing import Candidate, Routed
from alerting.replies.senders import homes_of, households_expected
from alerting.replies.statements import IncomingText, ReadText, Sender, Statement
from alerting.replies.store import (
    SENDER,
    UNREAD,
    UNREADABLE,
    Inbound,
    WaitingText,
    any_open,
    keep_as_they_came,
    keep_readings,
    keep_texts,
    settle_texts,
    texts_read_before,
    waiting_from,
)
from alerting.roll.rules.evidence import Report
from contacts.directory import officer_by_phone
from contacts.people import mask_phone

log = structlog.get_logger()

_MOST_OF_A_SENDER: Final = 40

_MOST_OF_AN_ID: Final = 80


def storable(text: IncomingText) -> IncomingText:
    """Return the text as every column can hold it.

    PostgreSQL text cannot hold NUL, with which some handsets pad, nor half a surrogate pair; its
    indexes cannot hold a key of many kilobytes.
    """
    return replace(
        text,
        provider_id=_plain(text.provider_id)[:_MOST_OF_AN_ID],
        sender=_plain(text.sender)[:_MOST_OF_A_SENDER],
        body=_plain(text.body),
    )


def _plain(text: str) -> str:
    return text.replace("\0", " ").encode(errors="replace").decode()


def keep_first(transaction: Transaction, texts: Sequence[IncomingText]) -> list[None]:
    """Keep texts as they came; until they are read they wait for an officer."""
    keep_as_they_came(transaction.connection, [_unread(text) for text in texts])
    return [None] * len(texts)


def _unread(text: IncomingText) -> Inbound:
    return Inbound(
        provider_id=text.provider_id,
        sender=text.sender,
        body=text.body,
        received_at=text.received_at,
        intent=Intent.UNCLEAR,
        reason=UNREAD,
        alert=None,
        recipient=None,
        waits=is_phone(text.sender),
        media="\n".join(text.media),
    )


def is_phone(sender: str) -> bool:
    """True for a phone number: short codes and names belong to machines."""
    return sender.startswith("+")


def put_before_a_person(transaction: Transaction, text: IncomingText) -> None:
    """Show a text that could not be read to the officers of its sender."""
    connection = transaction.connection
    if texts_read_before(connection, {text.provider_id}):
        return
    homes = Sender(
        text.sender, households_expected(connection, {text.sender}).get(text.sender, ())
    ).open_homes
    home = max(homes, key=lambda each: each.alert, default=None)
    roster = homes_of(connection, {text.sender}).get(text.sender, ())
    officers = [officer.id for officer in officer_by_phone(connection, text.sender)]
    owners = (*(home.household for home in homes), *roster, *officers)
    row = replace(
        _unread(text),
        reason=UNREADABLE,
        recipient=next(iter(owners), None),
        alert=home.alert if home else None,
    )
    keep_texts(connection, [row])
    if row.waits and home:
        unclear = TextUnclear(provider_id=text.provider_id, reason=UNREADABLE)
        now, place = text.received_at, home.division
        transaction.append(home.alert, unclear, now, division=place, subject=home.household)


_ASKED_BACK: Final = frozenset(
    {
        Routed.WHICH_ALERT,
        Routed.WHICH_HOUSEHOLD,
        Routed.NO_SUCH_HOUSEHOLD,
        Routed.UNNAMED,
    }
)

_HOUSEHOLD_OPEN: Final = frozenset({Routed.WHICH_HOUSEHOLD, Routed.NO_SUCH_HOUSEHOLD})

_SILENT: Final = frozenset({None, Report.RECEIVED, Report.NOT_HOME})
"""Reports that say nothing about where people are, or none: they settle no earlier text."""


def keep(transaction: Transaction, taken: Sequence[ReadText]) -> None:
    """Store the readings of kept texts; one that waits for an officer is also logged."""
    connection = transaction.connection
    is_strange = any(
        statement.route.reason is Routed.UNKNOWN_SENDER for t in taken for statement in t.statements
    )
    alerted = is_strange and any_open(connection)
    rows = [_inbound(one, alerted=alerted) for one in taken]
    keep_readings(connection, rows)
    for row, one in zip(rows, taken, strict=True):
        if row.waits and row.alert is not None:
            home = _home(one, _leading(one, _waiting(one, alerted=alerted)))
            told = TextSuspected if row.suspected else TextUnclear
            transaction.append(
                row.alert,
                told(provider_id=row.provider_id, reason=row.reason),
                row.received_at,
                division=home.division if home else "",
                subject=row.recipient or "",
            )


def settle_earlier(connection: Connection, taken: Sequence[ReadText]) -> None:
    """Settle a sender's earlier texts once a later one of the same sender is understood."""
    telling = [one for one in taken if any(_tells(statement) for statement in one.statements)]
    if not telling:
        return
    waiting = waiting_from(connection, {one.text.sender for one in telling})
    for one in telling:
        settled = {text.provider_id for text in waiting if _settles(one, text)}
        settle_texts(connection, settled, SENDER, one.text.received_at)


def _tells(statement: Statement) -> bool:
    is_clear = statement.report not in _SILENT and not statement.reply.suspected
    return is_clear and bool(statement.route.targets)


def _settles(one: ReadText, earlier: WaitingText) -> bool:
    """True if a text says what an earlier one from the same phone was meant to say.

    If the earlier one left the household open, or named a number that no household has, the later
    one settles it by the number.
    """
    if earlier.sender != one.text.sender or earlier.received_at >= one.text.received_at:
        return False
    targets = [
        target
        for statement in one.statements
        if _tells(statement)
        for target in statement.route.targets
        if earlier.alert in {None, target.alert}
    ]
    if earlier.reason not in _HOUSEHOLD_OPEN:
        return any(target.household == earlier.household for target in targets)
    named = read_task_report(earlier.body)
    if named is None:
        return any(one.sender.owns(target) for target in targets)
    is_alone = "\n" not in earlier.body.strip()
    return is_alone and any(target.household.endswith(named[0]) for target in targets)


def _inbound(one: ReadText, *, alerted: bool) -> Inbound:
    waiting = _waiting(one, alerted=alerted)
    statement = _leading(one, waiting)
    hazard = _is_unheard_hazard(one)
    home = _home(one, statement)
    recipient = home.household if home else _roster_name(one)
    if hazard:
        log.warning(
            "a hazard is reported where no alert is open",
            sender=mask_phone(one.text.sender),
            recipient=recipient,
        )
    reason = statement.reply.reason if statement.route.targets else statement.route.reason
    return Inbound(
        provider_id=one.text.provider_id,
        sender=one.text.sender,
        body=one.text.body,
        received_at=one.text.received_at,
        intent=statement.reply.intent,
        reason=Routed.HAZARD_UNHEARD if hazard else reason,
        alert=_alert(one, statement),
        recipient=recipient,
        waits=hazard or bool(waiting),
        suspected=statement.reply.suspected and is_phone(one.text.sender),
        media="\n".join(one.text.media),
        wrong_codes=one.proof.wrong,
    )


def _waiting(one: ReadText, *, alerted: bool) -> list[Statement]:
    """Return the lines that an officer has to read."""
    return [statement for statement in one.statements if _waits(one, statement, alerted=alerted)]


def _leading(one: ReadText, waiting: Sequence[Statement]) -> Statement:
    """Return the first line that an officer has to read, or the first line if none."""
    return (waiting or one.statements)[0]


def _waits(one: ReadText, statement: Statement, *, alerted: bool) -> bool:
    if not is_phone(one.text.sender) or statement.reply.intent is Intent.OPTED_IN:
        return False
    if statement.route.reason is Routed.UNKNOWN_SENDER:
        # A call for help always reaches an officer, even if no alert is open.
        wanted = alerted and statement.reply.intent is not Intent.OPTED_OUT
        is_picture = statement.reply.reason is ReplyReason.PICTURE
        return (
            wanted
            or statement.reply.intent is Intent.NEEDS_HELP
            or statement.reply.suspected
            or is_picture
        )
    return (
        statement.reply.suspected
        or not statement.is_understood
        or statement.route.reason in _ASKED_BACK
    )


def _is_unheard_hazard(one: ReadText) -> bool:
    """True if it reports a hazard, and no open alert concerns the sender."""
    if not is_phone(one.text.sender) or one.sender.open_homes or one.sender.calls:
        return False
    return read_hazard(one.text.body) is not None


def _home(one: ReadText, statement: Statement) -> Candidate | None:
    """Return the household that a text seems to be about, or to come from."""
    about = (*statement.route.targets, *statement.route.choices)
    own = () if statement.officer else (*one.sender.open_homes, *one.sender.homes)
    return next(iter((*about, *own)), None)


def _alert(one: ReadText, statement: Statement) -> int | None:
    about = (*statement.route.targets[:1], *statement.route.choices)
    if about:
        alerts = {each.alert for each in about}
        return alerts.pop() if len(alerts) == 1 else None
    if statement.officer:
        return one.sender.open_alert
    return max((home.alert for home in one.sender.open_homes), default=None)


def _roster_name(one: ReadText) -> str | None:
    """Return the sender in the roster: a household's code, or an officer's id."""
    officers = [officer.id for officer in one.sender.officers]
    calls = [call.to.officer for call in one.sender.calls]
    return next(iter((*one.sender.roster, *officers, *calls)), None)
