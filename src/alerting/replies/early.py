"""Answers that come before any text or call of their alert was handed over for their household.

Nobody answers what was not sent; a number can be forged. Such a claim is kept and marked. A call
for help is heard at any time, and never marked.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, and_, bindparam, case, func, select

from alerting.database.bulk import one_of
from alerting.deliveries.rules.delivery import MAY_HAVE_ARRIVED, DeliveryState
from alerting.deliveries.tables import deliveries
from alerting.replies.rules.routing import Candidate
from alerting.replies.statements import ReadText, Statement
from alerting.roll.rules.evidence import ACCOUNTING

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
    """Tells which claims in a batch of texts are early; one query for each alert."""

    def __init__(self, connection: Connection, taken: Iterable[ReadText]) -> None:
        asked: dict[int, set[str]] = defaultdict(set)
        for one in taken:
            for word in one.words:
                for target in word.route.targets:
                    if _is_claim(one, word, target):
                        asked[target.alert] |= _homes(one, target)
        self._handed_over = {
            (alert, household): bool(handed_over)
            for alert, households in sorted(asked.items())
            for household, handed_over in connection.execute(
                _HANDED_OVER, {"of_alert": alert, "households": sorted(households)}
            )
        }

    def include(self, one: ReadText, word: Statement, target: Candidate) -> bool:
        """Return whether a statement is early: texts wait for its sender, and none has left.

        A phone may have several households; the text to one of them is read for all.
        """
        if not _is_claim(one, word, target):
            return False
        owed = {(target.alert, home) for home in _homes(one, target)} & self._handed_over.keys()
        return bool(owed) and not any(self._handed_over[each] for each in owed)


def _is_claim(one: ReadText, word: Statement, target: Candidate) -> bool:
    return word.report in ACCOUNTING and one.sender.owns(target)


def _homes(one: ReadText, target: Candidate) -> set[str]:
    return {home.household for home in one.sender.homes if home.alert == target.alert}
