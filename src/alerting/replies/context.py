"""Replies read in the context of our own question: 'Where are the other 2?' is answered by '2'."""

from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, bindparam, select

from alerting.deliveries.tables import deliveries, texts
from alerting.messages.text import TextKind
from alerting.replies.rules.intents import Intent, Reply, ReplyReason
from alerting.replies.rules.routing import Candidate
from alerting.roll.rules.standing import Standing
from alerting.roll.tables import roll

_ANSWERS: Final = (
    TextKind.CONFIRM_PARTIAL,
    TextKind.QUESTION,
    TextKind.IF_HELP,
    TextKind.DIRECTIONS,
    TextKind.CONFIRM_HELP,
    TextKind.REMINDER,
    TextKind.ROLL_CALL,
)

_LAST: Final = (
    select(texts.c.kind)
    .join(deliveries, deliveries.c.text == texts.c.id)
    .where(
        deliveries.c.alert == bindparam("of_alert"),
        deliveries.c.recipient == bindparam("recipient"),
        texts.c.kind.in_(_ANSWERS),
    )
    .order_by(deliveries.c.id.desc())
    .limit(1)
)

_KEY_OF_HELP: Final = "2"

_MISSING: Final = 2


def in_context(connection: Connection, plain: str, reply: Reply, home: Candidate) -> Reply:
    """Return a bare '2' as unclear if it may be the number of people that we asked for.

    It stays a suspected call for help: an officer is sent at once, and the sender is asked whether
    help is needed. A second '2' is then the key.
    """
    if reply.intent is not Intent.NEEDS_HELP or plain.strip(" .!") != _KEY_OF_HELP:
        return reply
    last = {"of_alert": home.alert, "recipient": home.household}
    if connection.execute(_LAST, last).scalar() != TextKind.CONFIRM_PARTIAL:
        return reply
    open_people = select(roll.c.unaccounted).where(
        roll.c.alert == home.alert,
        roll.c.household == home.household,
        roll.c.standing == Standing.PARTLY,
    )
    if connection.execute(open_people).scalar() != _MISSING:
        return reply
    return replace(reply, intent=Intent.UNCLEAR, reason=ReplyReason.A_COUNT, suspected=True)
