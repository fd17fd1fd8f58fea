"""A bound on the households about which a number may speak within an hour without proof.

A number can be forged. What is beyond the bound is kept and waits for an officer; calls for help
are heard without bound.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, select

from alerting.database.bulk import one_of
from alerting.policy.sections import Channel
from alerting.replies.rules.intents import Intent, Reply, ReplyReason
from alerting.replies.statements import ReadText, Statement
from alerting.roll.rules.evidence import Rung
from alerting.roll.tables import evidence

_HOUR: Final = timedelta(hours=1)

_MOST_AN_HOUR: Final = 60

_TOO_MANY: Final = Reply(Intent.UNCLEAR, ReplyReason.TOO_MANY)

_SPOKEN_OF: Final = (
    select(evidence.c.household)
    .where(
        one_of(evidence.c.given_by, "givers"),
        evidence.c.rung == Rung.NEIGHBOUR,
        evidence.c.channel == Channel.SMS,
        evidence.c.recorded_at > bindparam("since", type_=evidence.c.recorded_at.type),
    )
    .distinct()
)


def within_bound(connection: Connection, one: ReadText) -> ReadText:
    """Return the text without the claims that are beyond the bound of its number."""
    if not any(_claimed(one, word) for word in one.words):
        return one
    spoken_of = _spoken_of(connection, one, one.text.received_at - _HOUR)
    words = []
    for word in one.words:
        claimed = _claimed(one, word)
        if len(spoken_of | claimed) <= _MOST_AN_HOUR:
            spoken_of |= claimed
            words.append(word)
        else:
            words.append(replace(word, reply=replace(_TOO_MANY, alert_code=word.reply.alert_code)))
    return replace(one, words=words)


def _claimed(one: ReadText, word: Statement) -> set[str]:
    """Return the households that a statement is about by a claim of somebody else."""
    if word.report is None or word.reply.intent is Intent.NEEDS_HELP:
        return set()
    return {
        target.household
        for target in word.route.targets
        if one.weight(word, target)[0] is Rung.NEIGHBOUR
    }


def _spoken_of(connection: Connection, one: ReadText, since: datetime) -> set[str]:
    givers = [one.text.sender, *(officer.id for officer in one.sender.officers)]
    return set(connection.execute(_SPOKEN_OF, {"givers": givers, "since": since}).scalars())
