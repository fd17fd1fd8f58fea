"""Replies whose meaning depends on our last question or on the size of the household.

A '2' may be the answer to 'Where are the other 2?', and 'I am out' accounts for a household of one.
"""

from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, bindparam, select

from alerting.deliveries.tables import deliveries, texts
from alerting.messages.text import TextKind
from alerting.replies.rules.intents import Intent, Reply, ReplyReason, for_household
from alerting.replies.rules.routing import Candidate
from alerting.roll.rules.standing import Standing
from alerting.roll.tables import roll

_ANSWERS: Final = (
    TextKind.CONFIRM_PARTIAL,
    TextKind.QUESTION,
    TextKind.IF_HELP,
    TextKind.DIRECTIONS,
    TextKind.CONFIRM_HELP,
    TextKind.EXERCISE_HELP,
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

_HEADCOUNT: Final = select(roll.c.headcount).where(
    roll.c.alert == bindparam("of_alert"), roll.c.household == bindparam("recipient")
)

_KEY_OF_HELP: Final = "2"

_MISSING: Final = 2


def in_context(connection: Connection, plain: str, reply: Reply, home: Candidate) -> Reply:
    """Return the reply, changed if our last question or the household's size changes its meaning.

    A bare '2' usually asks for help. It is unclear if we last wrote that 2 people are missing. It
    then counts as a suspected call for help: an officer is sent at once, and the sender is asked
    whether help is needed. A second '2' is a call for help. 'I am out' is unclear unless one
    person lives there.
    """
    its = {"of_alert": home.alert, "recipient": home.household}
    if reply.reason is ReplyReason.ONE_PERSON:
        return for_household(reply, connection.execute(_HEADCOUNT, its).scalar_one())
    if reply.intent is not Intent.NEEDS_HELP or plain.strip(" .!") != _KEY_OF_HELP:
        return reply
    if connection.execute(_LAST, its).scalar() != TextKind.CONFIRM_PARTIAL:
        return reply
    open_people = select(roll.c.unaccounted).where(
        roll.c.alert == home.alert,
        roll.c.household == home.household,
        roll.c.standing == Standing.PARTLY,
    )
    if connection.execute(open_people).scalar() != _MISSING:
        return reply
    return replace(reply, intent=Intent.UNCLEAR, reason=ReplyReason.A_COUNT, suspected=True)
