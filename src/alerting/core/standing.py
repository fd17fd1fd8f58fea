"""What the evidence makes of a household.

A household's evidence is an append-only list; its standing is a fold over that list, the same
in whatever order the evidence arrived. A doubtful word never accounts for anyone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final, NamedTuple


class Rung(IntEnum):
    """Who said it, higher settling lower.

    "The household's own word < a neighbour or informant < an officer at the door < check-in at
    the shelter. 'claimed' rests on the first two, 'verified' on the last two."
    """

    OWN = 0
    NEIGHBOUR = 1
    OFFICER = 2
    SHELTER = 3


class Report(StrEnum):
    """What was said. Only the first four carry a standing: the last two tell nothing."""

    EVACUATED = "evacuated"
    NEEDS_HELP = "needs_help"
    STAYING = "staying"
    ELSEWHERE = "elsewhere"
    RECEIVED = "received"
    NOT_HOME = "not_home"


class Standing(StrEnum):
    """How a household stands; 'partly' is fewer people accounted for than live there."""

    UNACCOUNTED = "unaccounted"
    PARTLY = "partly"
    NEEDS_HELP = "needs_help"
    STAYING = "staying"
    ELSEWHERE = "elsewhere"
    EVACUATED = "evacuated"


class Reason(StrEnum):
    """Why a household stands as it does."""

    NOTHING_SAID = "nothing_said"
    HELP_OPEN = "help_open"
    CONFLICT = "conflict"
    OWN_WORD = "own_word"
    NEIGHBOURS_WORD = "neighbours_word"
    OFFICERS_REPORT = "officers_report"
    SHELTER_CHECK_IN = "shelter_check_in"


_BADNESS: Final = {
    Standing.EVACUATED: 0,
    Standing.ELSEWHERE: 1,
    Standing.PARTLY: 2,
    Standing.UNACCOUNTED: 3,
    Standing.STAYING: 4,
    Standing.NEEDS_HELP: 5,
}
_WORD_OF: Final = {
    Rung.OWN: Reason.OWN_WORD,
    Rung.NEIGHBOUR: Reason.NEIGHBOURS_WORD,
    Rung.OFFICER: Reason.OFFICERS_REPORT,
    Rung.SHELTER: Reason.SHELTER_CHECK_IN,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing somebody said of a household.

    `by` is the phone or the officer it came from; `count` the people it speaks of in all (not
    besides those reported before), or None for the whole household. With 'staying' it is those
    who left. `id` finds the row again; no rule rests on it, because it follows the arrival.
    """

    id: int | str
    given_at: datetime
    rung: Rung
    by: str
    report: Report
    count: int | None = None

    def __post_init__(self) -> None:
        if self.given_at.tzinfo is None:
            raise ValueError(f"evidence {self.id}: given_at has no time zone; add one")
        if self.count is not None and self.count < 0:
            raise ValueError(f"evidence {self.id}: count is {self.count}; give 0 people or more")


@dataclass(frozen=True, slots=True)
class People:
    """A household's people, each in exactly one place: the sum is always the headcount."""

    unaccounted: int = 0
    needs_help: int = 0
    staying: int = 0
    elsewhere: int = 0
    evacuated: int = 0


@dataclass(frozen=True, slots=True)
class HouseholdStanding:
    """How a household stands and what that rests on.

    `verified`: it rests on an officer at the door or a check-in at the shelter. `flagged`: more
    people were reported than live there. `settled_by`: whose word it rests on; where somebody
    stays, the officer who spoke to them, or None while none has.
    """

    standing: Standing
    people: People
    verified: bool
    flagged: bool
    reason: Reason
    settled_by: str | None


class _Word(NamedTuple):
    """A statement, and how the household would stand if it were the only one."""

    said: Evidence
    standing: Standing
    people: People
    badness: tuple[int, int, int]


def fold(evidence: Iterable[Evidence], headcount: int) -> HouseholdStanding:
    """Return how a household of `headcount` people stands, whatever the order of arrival.

    - "unaccounted: no word, or only 'received', or 'not home when knocked'".
    - "Help, once called, is closed by an officer": see `_open_calls`.
    - "A later answer corrects an earlier one": see `_latest`.
    - "Conflicts resolve to the worse until someone higher on the ladder settles them": see
      `_unsettled`; of what is left the worst decides, and the higher rung where equal.

    Raises:
        ValueError: if the headcount is below 1.
    """
    if headcount < 1:
        raise ValueError(f"the headcount is {headcount}: a household has 1 person or more")
    words = [_weigh(said, headcount) for said in evidence if said.report in _OUTCOMES]
    if not words:
        nobody = People(unaccounted=headcount)
        return HouseholdStanding(
            Standing.UNACCOUNTED, nobody, False, False, Reason.NOTHING_SAID, None
        )
    in_force = _open_calls(words) or _unsettled(_latest(words))
    deciding = max(in_force, key=_weight)
    return HouseholdStanding(
        deciding.standing,
        deciding.people,
        verified=deciding.said.rung >= Rung.OFFICER,
        flagged=any((word.said.count or 0) > headcount for word in in_force),
        reason=_reason(deciding, in_force),
        settled_by=_settled_by(deciding, in_force),
    )


def _evacuated(count: int | None, headcount: int) -> tuple[Standing, People]:
    out = headcount if count is None else min(count, headcount)
    people = People(unaccounted=headcount - out, evacuated=out)
    return _unless_partly(Standing.EVACUATED, people), people


def _elsewhere(count: int | None, headcount: int) -> tuple[Standing, People]:
    away = headcount if count is None else min(count, headcount)
    people = People(unaccounted=headcount - away, elsewhere=away)
    return _unless_partly(Standing.ELSEWHERE, people), people


def _unless_partly(standing: Standing, people: People) -> Standing:
    """Apply "fewer people out than the headcount: the rest unaccounted"."""
    if not people.unaccounted:
        return standing
    return Standing.PARTLY if people.evacuated or people.elsewhere else Standing.UNACCOUNTED


def _staying(count: int | None, headcount: int) -> tuple[Standing, People]:
    """Count as staying all but those who left; if all left, nobody could stay: then all do."""
    out = 0 if count is None or count >= headcount else count
    return Standing.STAYING, People(staying=headcount - out, evacuated=out)


def _needs_help(_count: int | None, headcount: int) -> tuple[Standing, People]:
    """Count everybody as in danger, however many the call speaks of."""
    return Standing.NEEDS_HELP, People(needs_help=headcount)


_OUTCOMES: Final[dict[Report, Callable[[int | None, int], tuple[Standing, People]]]] = {
    Report.EVACUATED: _evacuated,
    Report.ELSEWHERE: _elsewhere,
    Report.STAYING: _staying,
    Report.NEEDS_HELP: _needs_help,
}


def _weigh(said: Evidence, headcount: int) -> _Word:
    standing, people = _OUTCOMES[said.report](said.count, headcount)
    accounted = people.elsewhere + people.evacuated
    return _Word(said, standing, people, (_BADNESS[standing], -accounted, people.elsewhere))


def _weight(word: _Word) -> tuple[tuple[int, int, int], int, datetime, str]:
    return word.badness, word.said.rung, word.said.given_at, word.said.by


def _open_calls(words: list[_Word]) -> list[_Word]:
    """Return the calls for help that no officer or shelter has answered by a later report.

    "Asked for help; only an officer's report resolves it, a later '1' by SMS does not." A
    report of the same moment does not either.
    """
    calls = [word for word in words if word.standing is Standing.NEEDS_HELP]
    if not calls:
        return calls
    answers = [
        word.said.given_at
        for word in words
        if word.said.rung >= Rung.OFFICER and word.standing is not Standing.NEEDS_HELP
    ]
    return [call for call in calls if not answers or call.said.given_at >= max(answers)]


def _latest(words: list[_Word]) -> list[_Word]:
    """Return the latest word of each source, resolved calls for help apart.

    Officers and shelters speak as one, whoever of them it was; below them each phone counts, so
    that of two neighbours the worse is believed. Of two words at one time the worse is later.
    """
    latest: dict[tuple[Rung, str], _Word] = {}
    for word in words:
        if word.standing is Standing.NEEDS_HELP:
            continue
        source = word.said.rung, word.said.by if word.said.rung < Rung.OFFICER else ""
        held = latest.get(source)
        if held is None or _recency(held) < _recency(word):
            latest[source] = word
    return list(latest.values())


def _recency(word: _Word) -> tuple[datetime, tuple[int, int, int], str, int]:
    return word.said.given_at, word.badness, word.said.by, word.said.count or 0


def _unsettled(words: list[_Word]) -> list[_Word]:
    """Return the words that nobody higher on the ladder has settled since.

    What a lower rung says after the higher one is not settled by it: it can make the standing
    worse, never better, because the worst of these words decides.
    """
    return [
        word
        for word in words
        if not any(
            other.said.rung > word.said.rung and other.said.given_at > word.said.given_at
            for other in words
        )
    ]


def _reason(deciding: _Word, in_force: list[_Word]) -> Reason:
    if deciding.standing is Standing.NEEDS_HELP:
        return Reason.HELP_OPEN
    if any(word.badness != deciding.badness for word in in_force):
        return Reason.CONFLICT
    return _WORD_OF[deciding.said.rung]


def _settled_by(deciding: _Word, in_force: list[_Word]) -> str | None:
    """Return whose word it is; "staying: recorded with the officer who spoke to them"."""
    if deciding.standing is not Standing.STAYING:
        return deciding.said.by
    spoke = [
        word
        for word in in_force
        if word.said.rung >= Rung.OFFICER and word.standing is Standing.STAYING
    ]
    return max(spoke, key=_weight).said.by if spoke else None
