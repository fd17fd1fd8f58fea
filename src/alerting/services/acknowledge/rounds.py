"""Which texts of those that wait may be taken together, and end as if each had come alone.

Taken together they are read before any of them is recorded. So nobody may be concerned by two:
the later one could read, or answer, what the earlier one changes.
"""

from collections.abc import Sequence
from typing import Final

from alerting.core.lifecycle import AlertState
from alerting.core.standing import Report
from alerting.services.acknowledge.words import Taken, Text, Word

_SAFE: Final = frozenset({Report.EVACUATED, Report.ELSEWHERE})


def one_of_each(texts: Sequence[Text]) -> Sequence[Text]:
    """Return the first of the texts, up to the second of somebody's."""
    senders: set[str] = set()
    for place, text in enumerate(texts):
        if text.sender in senders:
            return texts[:place]
        senders.add(text.sender)
    return texts


def apart(taken: Sequence[Taken]) -> Sequence[Taken]:
    """Return the first of the texts, up to one about somebody whom an earlier one concerns.

    One that may open a closed alert again is the last: those after it are about an open one.
    """
    concerned: set[str] = set()
    for place, one in enumerate(taken):
        theirs = _concerned(one)
        if not concerned.isdisjoint(theirs):
            return taken[:place]
        if any(_may_reopen(word) for word in one.words):
            return taken[: place + 1]
        concerned |= theirs
    return taken


def _concerned(one: Taken) -> set[str]:
    """Return the households and officers that a text comes from or is about."""
    sender = one.sender
    return {
        *(home.household for home in sender.homes),
        *(call.to.officer for call in sender.calls),
        *(officer.id for officer in sender.officers),
        *(target.household for word in one.words for target in word.route.targets),
        *(choice.household for word in one.words for choice in word.route.choices),
    }


def _may_reopen(word: Word) -> bool:
    """Whether it tells of people in danger or missing where an alert is closed."""
    if word.report in _SAFE and word.reply.count is None:
        return False
    return any(target.state is AlertState.CLOSED for target in word.route.targets)
