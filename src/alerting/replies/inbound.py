"""Storage of incoming texts, with their readings and whether they wait for an officer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import Connection, exists, select, update

from alerting.cap.lifecycle import AlertState
from alerting.database.bulk import insert_or_fill, one_of
from alerting.database.each_row import insert_each_missing, update_each
from alerting.ledger.events.households import TextSuspected, TextUnclear
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.replies.read import read_hazard
from alerting.replies.rules.intents import Intent, ReplyReason
from alerting.replies.rules.routing import Candidate, Routed
from alerting.replies.senders import households_on_rolls, roster_households
from alerting.replies.statements import IncomingText, ReadText, Sender, Statement
from alerting.replies.tables import inbound
from contacts.directory import officer_by_phone
from contacts.people import mask_phone

log = structlog.get_logger()

_MOST_OF_A_SENDER: Final = 40

_MOST_OF_AN_ID: Final = 80


UNREAD: Final = "unread"
"""The `reason` of a text that is stored but not read yet."""

UNREADABLE_TEXT: Final = "unreadable"
"""The `reason` of a text whose reading raised an exception."""

# Locks the rows: a second process with the same text waits, and then sees that it has been read.
_KEPT: Final = (
    select(inbound.c.provider_id, inbound.c.reason)
    .where(one_of(inbound.c.provider_id, "provider_ids"))
    .order_by(inbound.c.provider_id)
    .with_for_update()
)


@dataclass
class Inbound:
    """An incoming text and its reading.

    The dataclass is mutable, because a frozen one takes longer to create.
    """

    provider_id: str
    sender: str
    body: str
    received_at: datetime
    intent: str
    reason: str
    alert: int | None
    recipient: str | None
    waits: bool = False
    """True if the text waits for an officer to read it."""
    suspected: bool = False
    """True if the text may be a call for help."""
    media: str = ""
    """The links of attached pictures, sounds and films, one per line."""
    wrong_codes: int = 0
    code: str = ""


_COLUMNS: Final = tuple(inbound.c[each.name] for each in fields(Inbound))


_READINGS: Final = (
    "intent",
    "reason",
    "alert",
    "recipient",
    "waits",
    "suspected",
    "wrong_codes",
)
"""The columns that reading fills. The others stay as they are, so they are not encrypted again."""

_INSERT: Final = insert_each_missing(_COLUMNS)

_UPDATE: Final = update_each(
    (inbound.c[name] for name in ("provider_id", *_READINGS)),
    lambda row: (
        update(inbound)
        .where(inbound.c.provider_id == row.c.provider_id, inbound.c.reason == UNREAD)
        .values({name: row.c[name] for name in _READINGS})
    ),
)


def texts_read_before(connection: Connection, provider_ids: Collection[str]) -> set[str]:
    """Return which of these provider ids have a text that was read before; lock all their rows."""
    rows = connection.execute(_KEPT, {"provider_ids": list(provider_ids)})
    return {row.provider_id for row in rows if row.reason != UNREAD}


def insert_unread(connection: Connection, came: Sequence[Inbound]) -> None:
    """Insert rows for unread texts; skip texts that have a row already."""
    _INSERT.execute(connection, [vars(one) for one in came])


def update_readings(connection: Connection, read: Sequence[Inbound]) -> None:
    """Add the readings to the rows of texts that were unread until now."""
    _UPDATE.execute(connection, [vars(one) for one in read])


def upsert_texts(connection: Connection, came: Sequence[Inbound]) -> None:
    """Insert texts with their readings, or add the readings to rows that are still unread."""
    if came:
        rows = [vars(one) for one in came]
        insert_or_fill(connection, _COLUMNS, rows, inbound.c.reason == UNREAD)


def storable(text: IncomingText) -> IncomingText:
    """Return the text changed so that every database can store it.

    PostgreSQL text can hold neither NUL, with which some handsets pad, nor half a surrogate pair.
    The id and the sender are cut, because its indexes cannot hold keys of many kilobytes.
    """
    return replace(
        text,
        provider_id=_encodable(text.provider_id)[:_MOST_OF_AN_ID],
        sender=_encodable(text.sender)[:_MOST_OF_A_SENDER],
        body=_encodable(text.body),
    )


def _encodable(text: str) -> str:
    return text.replace("\0", " ").encode(errors="replace").decode()


def store_unread(transaction: Transaction, texts: Sequence[IncomingText]) -> list[None]:
    """Store texts before they are read. A person's text waits for an officer until it is read.

    Returns None for each text.
    """
    insert_unread(transaction.connection, [_unread(text) for text in texts])
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
    """Return whether the sender is a phone number, and not a machine's short code or name."""
    return sender.startswith("+")


def queue_for_officer(transaction: Transaction, text: IncomingText) -> None:
    """Mark a text as unreadable, so that an officer of the sender's division reads it."""
    connection = transaction.connection
    if texts_read_before(connection, {text.provider_id}):
        return
    households = Sender(
        text.sender, households_on_rolls(connection, {text.sender}).get(text.sender, ())
    ).open_households
    newest = max(households, key=lambda each: each.alert, default=None)
    roster = roster_households(connection, {text.sender}).get(text.sender, ())
    officers = [officer.id for officer in officer_by_phone(connection, text.sender)]
    owners = (*(one.household for one in households), *roster, *officers)
    row = replace(
        _unread(text),
        reason=UNREADABLE_TEXT,
        recipient=next(iter(owners), None),
        alert=newest.alert if newest else None,
    )
    upsert_texts(connection, [row])
    if row.waits and newest:
        unclear = TextUnclear(provider_id=text.provider_id, reason=UNREADABLE_TEXT)
        now, division = text.received_at, newest.division
        transaction.append(newest.alert, unclear, now, division=division, subject=newest.household)


_ASKED_BACK: Final = frozenset(
    {
        Routed.WHICH_ALERT,
        Routed.WHICH_HOUSEHOLD,
        Routed.NO_SUCH_HOUSEHOLD,
        Routed.UNNAMED,
    }
)


def store_readings(transaction: Transaction, taken: Sequence[ReadText]) -> None:
    """Store the readings of texts; append an event for each that an officer has to read."""
    connection = transaction.connection
    is_strange = any(
        statement.route.reason is Routed.UNKNOWN_SENDER for t in taken for statement in t.statements
    )
    alerted = is_strange and any_open(connection)
    rows = [_inbound(one, alerted=alerted) for one in taken]
    update_readings(connection, rows)
    for row, one in zip(rows, taken, strict=True):
        if row.waits and row.alert is not None:
            home = _home(one, _leading(one, _waiting(one, alerted=alerted)))
            event = TextSuspected if row.suspected else TextUnclear
            transaction.append(
                row.alert,
                event(provider_id=row.provider_id, reason=row.reason),
                row.received_at,
                division=home.division if home else "",
                subject=row.recipient or "",
            )


def any_open(connection: Connection) -> bool:
    """Return whether an alert is open in any division."""
    return bool(
        connection.execute(select(exists().where(alerts.c.state == AlertState.OPEN))).scalar_one()
    )


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
    """Return the statements of a text that an officer has to read."""
    return [statement for statement in one.statements if _waits(one, statement, alerted=alerted)]


def _leading(one: ReadText, waiting: Sequence[Statement]) -> Statement:
    """Return the first statement of `waiting`, or else the text's first statement."""
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
    """Return whether a text reports a hazard and no open alert concerns its sender."""
    if not is_phone(one.text.sender) or one.sender.open_households or one.sender.calls:
        return False
    return read_hazard(one.text.body) is not None


def _home(one: ReadText, statement: Statement) -> Candidate | None:
    """Return the household that a statement seems to be about, or else the sender's own."""
    about = (*statement.route.targets, *statement.route.choices)
    own = () if statement.officer else (*one.sender.open_households, *one.sender.own_households)
    return next(iter((*about, *own)), None)


def _alert(one: ReadText, statement: Statement) -> int | None:
    about = (*statement.route.targets[:1], *statement.route.choices)
    if about:
        alerts = {each.alert for each in about}
        return alerts.pop() if len(alerts) == 1 else None
    if statement.officer:
        return one.sender.open_alert
    return max((home.alert for home in one.sender.open_households), default=None)


def _roster_name(one: ReadText) -> str | None:
    """Return the sender's id in the roster: a household's code, or else an officer's id."""
    officers = [officer.id for officer in one.sender.officers]
    calls = [call.to.officer for call in one.sender.calls]
    return next(iter((*one.sender.roster, *officers, *calls)), None)
