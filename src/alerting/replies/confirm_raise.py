"""The code that confirms a text which raises an alert soon after another alert in the village.

Without the code, somebody with a forged number could raise an alert again each time it is
cancelled. The code is sent to the sender's phone, and the sender has to send it back. Until then
the text waits for an officer.
"""

import re
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select, update

from alerting.deliveries.outbox import Addressee, Plan
from alerting.deliveries.places import place_name
from alerting.deliveries.plan import owe_text
from alerting.deliveries.texts import insert_text
from alerting.ledger.alerts import StoredAlert
from alerting.ledger.events.households import TextAnswered
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextFacts, TextKind, compose, language_for
from alerting.replies.inbound import Inbound, upsert_texts
from alerting.replies.queue import SENDER, settle_texts
from alerting.replies.rules.grammar import normalise
from alerting.replies.rules.intents import Intent
from alerting.replies.rules.routing import Routed
from alerting.replies.tables import inbound
from contacts.directory import Officer

_ANSWER_WITHIN: Final = timedelta(minutes=1)

_HOUR: Final = timedelta(hours=1)

_MOST_ASKED: Final = 3
"""Maximum number of codes sent to a phone within an hour, and of wrong answers to each code."""

_CODE_LENGTH: Final = 4

_CODE: Final = re.compile(r"#? ?(\d{4})[ .!]*")


def code_in(body: str) -> str | None:
    """Return the four digits of a text that consists of nothing else; None for other texts."""
    found = _CODE.fullmatch(normalise(body)) if len(body) <= 2 * _CODE_LENGTH else None
    return found[1] if found else None


def ask(
    transaction: Transaction, recent: StoredAlert, caller: Officer, text: Inbound, place: str
) -> bool:
    """Store a text that raises an alert, and send its sender a code to confirm it with.

    `recent` is the alert that was recently sent or cancelled in the village `place`. Returns False,
    and does nothing, if the number was sent three codes within the last hour.
    """
    connection, now = transaction.connection, text.received_at
    if _asked_since(connection, text.sender, now - _HOUR) >= _MOST_ASKED:
        return False
    code = f"{secrets.randbelow(10**_CODE_LENGTH):0{_CODE_LENGTH}}"
    waiting = replace(text, intent=Intent.UNCLEAR, reason=Routed.HAZARD_UNHEARD, waits=True)
    upsert_texts(connection, [replace(waiting, alert=recent.id, code=code)])
    language = language_for(caller.language)
    facts = TextFacts(
        status=recent.status,
        issuer=transaction.policy.issuer.at(caller.division),
        place=place_name(connection, (place,), language),
        reply_code=code,
    )
    body = compose(TextKind.CONFIRM_RAISE, language, facts)
    frozen = insert_text(connection, recent.id, TextKind.CONFIRM_RAISE, language, body)
    seq = transaction.append(
        recent.id, TextAnswered(), now, division=caller.division, subject=caller.id
    )
    plan = Plan(recent.id, seq, due_at=now, expires_at=now + _ANSWER_WITHIN)
    owe_text(transaction, plan, frozen, Addressee.officer(caller, text.sender))
    return True


def _asked_since(connection: Connection, sender: str, since: datetime) -> int:
    counted = select(func.count()).where(
        inbound.c.sender == sender, inbound.c.code != "", inbound.c.received_at > since
    )
    return connection.execute(counted).scalar_one()


def answered(connection: Connection, sender: str, code: str, now: datetime) -> Inbound | None:
    """Return the text that a code confirms, and take it off the queue; None if there is none.

    The code must come within a minute of the text. Wrong codes are counted: after three of them
    the right one is refused too.
    """
    asked = connection.execute(
        select(*inbound.c["provider_id", "body", "received_at", "code", "wrong_codes"])
        .where(
            inbound.c.sender == sender,
            inbound.c.waits,
            inbound.c.code != "",
            inbound.c.received_at > now - _ANSWER_WITHIN,
        )
        .order_by(inbound.c.received_at.desc())
        .limit(1)
    ).first()
    if asked is None or asked.wrong_codes >= _MOST_ASKED:
        return None
    if not secrets.compare_digest(asked.code, code):
        connection.execute(
            update(inbound)
            .where(inbound.c.provider_id == asked.provider_id)
            .values(wrong_codes=inbound.c.wrong_codes + 1)
        )
        return None
    settle_texts(connection, {asked.provider_id}, SENDER, now)
    return Inbound(
        asked.provider_id, sender, asked.body, asked.received_at, "", "", alert=None, recipient=None
    )
