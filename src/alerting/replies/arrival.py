"""Arrival of a text: it is kept as it came before it is read, whatever it says."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from alerting.ledger.events.households import TextUnclear
from alerting.ledger.writer import Transaction
from alerting.replies.rules.intents import Intent
from alerting.replies.senders import homes_of, households_expected
from alerting.replies.statements import IncomingText, Sender
from alerting.replies.store import (
    UNREAD,
    UNREADABLE,
    Inbound,
    keep_as_they_came,
    keep_texts,
    known_texts,
)
from contacts.directory import officer_by_phone

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
    if known_texts(connection, {text.provider_id}):
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
