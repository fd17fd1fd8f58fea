"""Limits on the claims that a forged phone number could make. Calls for help have no limit.

Without proof, a number may report on at most 60 other households within an hour. Further reports
are stored and wait for an officer. A claim is early if it arrives before the alert's first text or
call to the household was sent. An early claim is stored and flagged, because it cannot be a reply.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, and_, bindparam, case, func, select

from alerting.database.bulk import one_of
from alerting.deliveries.rules.delivery import MAY_HAVE_ARRIVED, DeliveryState
from alerting.deliveries.tables import deliveries
from alerting.policy.sections import Channel
from alerting.replies.rules.intents import Intent, Reply, ReplyReason
from alerting.replies.rules.routing import Candidate
from alerting.replies.statements import ReadText, Statement
from alerting.roll.rules.evidence import ACCOUNTING, Rung
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
    """Return the text; claims beyond the hourly limit of its number are replaced by UNCLEAR."""
    if not any(_claimed(one, statement) for statement in one.statements):
        return one
    spoken_of = _spoken_of(connection, one, one.text.received_at - _HOUR)
    statements = []
    for statement in one.statements:
        claimed = _claimed(one, statement)
        if len(spoken_of | claimed) <= _MOST_AN_HOUR:
            spoken_of |= claimed
            statements.append(statement)
        else:
            statements.append(
                replace(statement, reply=replace(_TOO_MANY, alert_code=statement.reply.alert_code))
            )
    return replace(one, statements=statements)


def _claimed(one: ReadText, statement: Statement) -> set[str]:
    """Return the codes of the households for which a statement counts as a neighbour's report.

    The set is empty for a call for help, and for a statement that reports nothing.
    """
    if statement.report is None or statement.reply.intent is Intent.NEEDS_HELP:
        return set()
    return {
        target.household
        for target in statement.route.targets
        if one.rung_and_giver(statement, target)[0] is Rung.NEIGHBOUR
    }


def _spoken_of(connection: Connection, one: ReadText, since: datetime) -> set[str]:
    givers = [one.text.sender, *(officer.id for officer in one.sender.officers)]
    return set(connection.execute(_SPOKEN_OF, {"givers": givers, "since": since}).scalars())


_T: Final = deliveries.c

_UNTRIED: Final = and_(_T.state == DeliveryState.QUEUED, _T.attempts == 0)

_HANDED_OVER: Final = (
    select(_T.recipient, func.max(case((_UNTRIED, 0), else_=1)))
    .where(
        _T.alert == bindparam("of_alert"),
        one_of(_T.recipient, "households"),
        _T.state.in_(sorted({*MAY_HAVE_ARRIVED, DeliveryState.QUEUED})),
    )
    .group_by(_T.recipient)
)


class EarlyAnswers:
    """Finds the early claims in a batch of texts, with one query for each alert."""

    def __init__(self, connection: Connection, taken: Iterable[ReadText]) -> None:
        asked: dict[int, set[str]] = defaultdict(set)
        for one in taken:
            for statement in one.statements:
                for target in statement.route.targets:
                    if _is_claim(one, statement, target):
                        asked[target.alert] |= _own_on_roll(one, target)
        self._handed_over = {
            (alert, household): bool(handed_over)
            for alert, households in sorted(asked.items())
            for household, handed_over in connection.execute(
                _HANDED_OVER, {"of_alert": alert, "households": sorted(households)}
            )
        }

    def is_early(self, one: ReadText, statement: Statement, target: Candidate) -> bool:
        """Return whether a claim came before any of the alert's texts to its sender was sent.

        Several households may share a phone. A text sent to one of them counts for all of them.
        """
        if not _is_claim(one, statement, target):
            return False
        own = [self._handed_over.get((target.alert, code)) for code in _own_on_roll(one, target)]
        owed = [each for each in own if each is not None]
        return bool(owed) and not any(owed)


def _is_claim(one: ReadText, statement: Statement, target: Candidate) -> bool:
    return statement.report in ACCOUNTING and one.sender.owns(target)


def _own_on_roll(one: ReadText, target: Candidate) -> set[str]:
    return {own.household for own in one.sender.own_households if own.alert == target.alert}
