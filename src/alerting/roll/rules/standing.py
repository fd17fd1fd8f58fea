"""Standing of a household, computed as a fold over its evidence.

The evidence is an append-only list. The order in which it arrived does not change the result.
Doubtful evidence accounts for nobody.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from alerting.roll.rules.evidence import ACCOUNTING, Evidence, Report, Rung


class Standing(StrEnum):
    """Standing of a household; PARTLY means that only some of its people are accounted for."""

    UNACCOUNTED = "unaccounted"
    PARTLY = "partly"
    NEEDS_HELP = "needs_help"
    STAYING = "staying"
    ELSEWHERE = "elsewhere"
    EVACUATED = "evacuated"


class StandingReason(StrEnum):
    """Reason for a household's standing."""

    NOTHING_SAID = "nothing_said"
    MISSED_ROLL_CALL = "missed_roll_call"
    HELP_OPEN = "help_open"
    CONFLICT = "conflict"
    OWN_WORD = "own_word"
    NEIGHBOURS_WORD = "neighbours_word"
    OFFICERS_REPORT = "officers_report"
    SHELTER_CHECK_IN = "shelter_check_in"


_MOST_IN_DANGER_FIRST: Final = (
    Standing.NEEDS_HELP,
    Standing.UNACCOUNTED,
    Standing.PARTLY,
    Standing.STAYING,
    Standing.ELSEWHERE,
    Standing.EVACUATED,
)
"""The order of households in lists and in the search for people: most danger first."""

_DANGER: Final = {standing: 2 * place for place, standing in enumerate(_MOST_IN_DANGER_FIRST)}


def danger_of(standing: Standing, vulnerable: str) -> int:
    """Return a household's sort key by danger, from 0, the most danger.

    Within a standing, the vulnerable come first.
    """
    return _DANGER[standing] + (0 if vulnerable else 1)


BADNESS: Final = {
    Standing.EVACUATED: 0,
    Standing.ELSEWHERE: 1,
    Standing.PARTLY: 2,
    Standing.UNACCOUNTED: 3,
    Standing.STAYING: 4,
    Standing.NEEDS_HELP: 5,
}
"""Rank of conflicting evidence about one household: the higher rank is worse and is believed.

It differs from the order of danger. STAYING ranks above PARTLY, because it leaves more people
where they are, and above UNACCOUNTED, because silence is no evidence.
"""

_WORD_OF: Final = {
    Rung.OWN: StandingReason.OWN_WORD,
    Rung.NEIGHBOUR: StandingReason.NEIGHBOURS_WORD,
    Rung.OFFICER: StandingReason.OFFICERS_REPORT,
    Rung.SHELTER: StandingReason.SHELTER_CHECK_IN,
}

_Counts = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class People:
    """Numbers of a household's people by standing, whose sum is the headcount."""

    unaccounted: int = 0
    needs_help: int = 0
    staying: int = 0
    elsewhere: int = 0
    evacuated: int = 0


@dataclass(frozen=True, slots=True)
class HouseholdStanding:
    """Standing of a household, and where it comes from.

    `verified` is true if an officer's report or a check-in at a shelter decides it. `flagged` is
    true if more people were reported than live there. `settled_by` is the source of the deciding
    evidence; for 'staying', it is the officer who spoke to the people, or None if none has.
    """

    standing: Standing
    people: People
    verified: bool
    flagged: bool
    reason: StandingReason
    settled_by: str | None


class WeighedEvidence(NamedTuple):
    """One piece of evidence (a 'word'), with the standing that it alone would give.

    `counts` holds the fields of `People`. `lapsed` is the reason why the word no longer accounts
    for anybody, or None while it is in force. A lapsed word still overrules earlier evidence.
    """

    evidence: Evidence
    standing: Standing
    counts: _Counts
    badness: tuple[int, int, int]
    lapsed: StandingReason | None


def fold(evidence: Iterable[Evidence], headcount: int) -> HouseholdStanding:
    """Return the standing of a household of `headcount` people.

    - Without evidence, or with only 'received' or 'not home', a household is unaccounted for.
    - Only an officer or a shelter closes a call for help: see `open_help_calls`.
    - A later answer corrects an earlier one from the same source: see `_latest`.
    - If evidence conflicts, the worse decides until a higher rung overrules it: see `_unsettled`.
      If it is equally bad, the higher rung decides.
    - Evidence from before a missed roll-call no longer accounts for anybody: see `weigh`.

    Named people are only counted here; `alerting.roll.rules.persons` identifies them.

    Raises:
        ValueError: if the headcount is below 1.
    """
    if headcount < 1:
        raise ValueError(f"the headcount is {headcount}: a household has 1 person or more")
    return judge(words_of(evidence, headcount), headcount)


def words_of(evidence: Iterable[Evidence], headcount: int) -> list[WeighedEvidence]:
    """Return the evidence that determines a standing, weighed for `headcount` people."""
    items = list(evidence)
    missed = [
        item.since or item.given_at for item in items if item.report is Report.MISSED_ROLL_CALL
    ]
    called = max(missed) if missed else None
    return [weigh(item, headcount, called) for item in items if item.report in _OUTCOMES]


def judge(words: list[WeighedEvidence], headcount: int) -> HouseholdStanding:
    """Return the standing of `headcount` people from words that are all about the whole group."""
    in_force = open_help_calls(words) or holding(words)
    if not in_force:
        latest = max(words, key=_recency, default=None)
        reason = (latest and latest.lapsed) or StandingReason.NOTHING_SAID
        nobody = People(unaccounted=headcount)
        return HouseholdStanding(Standing.UNACCOUNTED, nobody, False, False, reason, None)
    deciding = in_force[0] if len(in_force) == 1 else max(in_force, key=_weight)
    return HouseholdStanding(
        deciding.standing,
        People(*deciding.counts),
        verified=deciding.evidence.rung >= Rung.OFFICER,
        flagged=any((word.evidence.count or 0) > headcount for word in in_force),
        reason=_reason(deciding, in_force),
        settled_by=_settled_by(deciding, in_force),
    )


def _evacuated(count: int | None, headcount: int) -> tuple[Standing, _Counts]:
    out = headcount if count is None or count > headcount else count
    return _unless_partly(Standing.EVACUATED, out, headcount), (headcount - out, 0, 0, 0, out)


def _elsewhere(count: int | None, headcount: int) -> tuple[Standing, _Counts]:
    away = headcount if count is None or count > headcount else count
    return _unless_partly(Standing.ELSEWHERE, away, headcount), (headcount - away, 0, 0, away, 0)


def _unless_partly(standing: Standing, accounted: int, headcount: int) -> Standing:
    """Return `standing` if all are accounted for, PARTLY if some are, UNACCOUNTED if nobody is."""
    if accounted == headcount:
        return standing
    return Standing.PARTLY if accounted else Standing.UNACCOUNTED


def _staying(count: int | None, headcount: int) -> tuple[Standing, _Counts]:
    """Count everybody as staying except the people who left.

    If the count says that everybody left, it contradicts 'staying', and everybody counts as
    staying.
    """
    out = 0 if count is None or count >= headcount else count
    return Standing.STAYING, (0, 0, headcount - out, 0, out)


def _needs_help(_count: int | None, headcount: int) -> tuple[Standing, _Counts]:
    """Count everybody as in danger, whatever number the call for help gives."""
    return Standing.NEEDS_HELP, (0, headcount, 0, 0, 0)


_OUTCOMES: Final[dict[Report, Callable[[int | None, int], tuple[Standing, _Counts]]]] = {
    Report.EVACUATED: _evacuated,
    Report.ELSEWHERE: _elsewhere,
    Report.STAYING: _staying,
    Report.NEEDS_HELP: _needs_help,
}


def weigh(evidence: Evidence, headcount: int, called: datetime | None) -> WeighedEvidence:
    """Weigh evidence that determines a standing, for `headcount` people.

    `called` is when the last missed roll-call was called. Evidence from before that time no longer
    accounts for anybody, but calls for help and refusals remain in force.
    """
    count = evidence.count
    if evidence.persons is not None and evidence.report in ACCOUNTING:
        count = len(evidence.persons)
    standing, counts = _OUTCOMES[evidence.report](count, headcount)
    lapsed = None
    unaccounted, needs_help, staying, elsewhere, evacuated = counts
    if called is not None and evidence.given_at < called:
        unaccounted, elsewhere, evacuated = unaccounted + elsewhere + evacuated, 0, 0
        lapsed = StandingReason.MISSED_ROLL_CALL if evidence.report in ACCOUNTING else None
    counts = unaccounted, needs_help, staying, elsewhere, evacuated
    badness = BADNESS[standing], -elsewhere - evacuated, elsewhere
    return WeighedEvidence(evidence, standing, counts, badness, lapsed)


def _weight(word: WeighedEvidence) -> tuple[tuple[int, int, int], int, datetime, str]:
    return word.badness, word.evidence.rung, word.evidence.given_at, word.evidence.by


def open_help_calls(words: list[WeighedEvidence]) -> list[WeighedEvidence]:
    """Return the calls for help that no officer or shelter has answered by a later report.

    A later '1' by SMS does not answer a call, nor does a report with the same time as the call.
    """
    calls = [word for word in words if word.standing is Standing.NEEDS_HELP and not word.lapsed]
    if not calls:
        return calls
    answers = [
        word.evidence.given_at
        for word in words
        if word.evidence.rung >= Rung.OFFICER and word.standing is not Standing.NEEDS_HELP
    ]
    return [call for call in calls if not answers or call.evidence.given_at >= max(answers)]


def holding(words: list[WeighedEvidence]) -> list[WeighedEvidence]:
    """Return the words in force that may decide the standing, without calls for help."""
    return [word for word in _unsettled(_latest(words)) if not word.lapsed]


def _latest(words: list[WeighedEvidence]) -> list[WeighedEvidence]:
    """Return the latest word of each source, without calls for help.

    All officers are one source, and all shelters are one. Below these rungs each phone is a source
    of its own, so that the worse of two neighbours' words is believed. Of two simultaneous words,
    the worse counts as later.
    """
    latest: dict[tuple[Rung, str], WeighedEvidence] = {}
    for word in words:
        if word.standing is Standing.NEEDS_HELP:
            continue
        source = word.evidence.rung, word.evidence.by if word.evidence.rung < Rung.OFFICER else ""
        held = latest.get(source)
        if held is None or _recency(held) < _recency(word):
            latest[source] = word
    return list(latest.values())


def _recency(word: WeighedEvidence) -> tuple[datetime, tuple[int, int, int], bool, str, int]:
    given = word.evidence
    return given.given_at, word.badness, not word.lapsed, given.by, given.count or 0


def _unsettled(words: list[WeighedEvidence]) -> list[WeighedEvidence]:
    """Return the words that no later word of a higher rung has overruled.

    A later word of a lower rung can make the standing worse, but never better, because the worst of
    the returned words decides.
    """
    if len(words) < 2:
        return words
    return [
        word
        for word in words
        if not any(
            other.evidence.rung > word.evidence.rung
            and other.evidence.given_at > word.evidence.given_at
            for other in words
        )
    ]


def _reason(deciding: WeighedEvidence, in_force: list[WeighedEvidence]) -> StandingReason:
    if deciding.standing is Standing.NEEDS_HELP:
        return StandingReason.HELP_OPEN
    if any(word.badness != deciding.badness for word in in_force):
        return StandingReason.CONFLICT
    return _WORD_OF[deciding.evidence.rung]


def _settled_by(deciding: WeighedEvidence, in_force: list[WeighedEvidence]) -> str | None:
    """Return the source of the deciding word; for 'staying', the officer who spoke to people."""
    if deciding.standing is not Standing.STAYING:
        return deciding.evidence.by
    spoke = [
        word
        for word in in_force
        if word.evidence.rung >= Rung.OFFICER and word.standing is Standing.STAYING
    ]
    return max(spoke, key=_weight).evidence.by if spoke else None
