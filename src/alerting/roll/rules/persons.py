"""Standing of each person in a household whose people the roster names.

Each named person has a standing of their own, from evidence about them and about the whole
household. A bare count ('1 3': three are out) does not say who is out. If other evidence names
people, a bare count accounts for nobody. Such a count still revokes what its own source, or a lower
rung, said about the whole household.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple

from alerting.errors import InvalidError
from alerting.roll.rules.evidence import ACCOUNTING, DANGER, Evidence, Report
from alerting.roll.rules.standing import (
    BADNESS,
    HouseholdStanding,
    People,
    Standing,
    StandingReason,
    WeighedEvidence,
    fold,
    holding,
    judge,
    open_help_calls,
    words_of,
)


def fold_persons(
    evidence: Iterable[Evidence], headcount: int, persons: frozenset[int]
) -> HouseholdStanding:
    """Return the standing of a household of `headcount` people, some or all of whom are named.

    `persons` holds the indexes of the named people in the household's list. If the roster or the
    evidence names nobody, the result is that of `standing.fold`. Unnamed people get their standing
    from evidence about the whole household. The household has the worst standing among the people
    with evidence, and is verified if all of these people are.

    Raises:
        ValueError: if the headcount is below 1, or more people are named than live there.
    """
    if len(persons) > headcount:
        raise ValueError(f"{len(persons)} persons are named: the headcount {headcount} is wrong")
    items = list(evidence)
    if not _names_anybody(items, persons):
        return fold(items, headcount)
    unnamed = [judge(_of_all(items, headcount, persons), 1)] * (headcount - len(persons))
    each = [*_named(items, headcount, persons).values(), *unnamed]
    people = People(*map(sum, zip(*(astuple(one.people) for one in each), strict=True)))
    known = [one for one in each if one.standing is not Standing.UNACCOUNTED]
    worst = max(known or each, key=_weakness)
    partly = people.unaccounted and worst.standing in {Standing.ELSEWHERE, Standing.EVACUATED}
    return HouseholdStanding(
        Standing.PARTLY if partly else worst.standing,
        people,
        verified=bool(known) and all(one.verified for one in known),
        flagged=fold((item for item in items if _is_of_all(item, persons)), headcount).flagged,
        reason=worst.reason,
        settled_by=worst.settled_by,
    )


def open_persons(
    evidence: Iterable[Evidence], headcount: int, persons: frozenset[int]
) -> frozenset[int]:
    """Return the indexes of the named people who may be missing.

    If no evidence names anybody and some people are unaccounted, all of them may be missing.
    """
    items = list(evidence)
    if not _names_anybody(items, persons):
        return persons if fold(items, headcount).people.unaccounted else frozenset()
    named = _named(items, headcount, persons)
    return frozenset(who for who, one in named.items() if one.standing is Standing.UNACCOUNTED)


def indexes_of(names: Iterable[str], on_roll: Sequence[str]) -> frozenset[int]:
    """Return the indexes of `names` in a household's list of names.

    Raises:
        InvalidError: if a name is not on the list.
    """
    strangers = [name for name in names if name not in on_roll]
    if strangers:
        known = f"write names as it has them: {', '.join(on_roll)}"
        remedy = known if on_roll else "it names nobody of this household, so give `people`"
        raise InvalidError(
            "persons",
            f"{', '.join(strangers)}: not named on the roll; {remedy}",
            _strangers_in_chinese(strangers, on_roll),
        )
    return frozenset(map(on_roll.index, names))


def _strangers_in_chinese(strangers: Sequence[str], on_roll: Sequence[str]) -> str:
    known = f"请按名单写：{'、'.join(on_roll)}" if on_roll else "名单上这户没有姓名，请填人数"
    return f"名单上没有{'、'.join(strangers)}：{known}"


def _names_anybody(items: list[Evidence], persons: frozenset[int]) -> bool:
    return bool(persons) and any(
        item.persons is not None and item.report in ACCOUNTING | DANGER for item in items
    )


def _is_of_all(item: Evidence, persons: frozenset[int]) -> bool:
    """Return whether the evidence applies to everybody.

    If a person in danger is not on the list, anybody may be meant.
    """
    return item.persons is None or (item.report in DANGER and not item.persons <= persons)


def _named(
    items: list[Evidence], headcount: int, persons: frozenset[int]
) -> dict[int, HouseholdStanding]:
    """Return the standing of each named person, by index."""
    of_all = _of_all(items, headcount, persons)
    missed = [item for item in items if item.report is Report.MISSED_ROLL_CALL]

    def words(person: int) -> list[WeighedEvidence]:
        naming = [item for item in items if item.persons and person in item.persons]
        return of_all + words_of(naming + missed, 1)

    return {person: judge(words(person), 1) for person in sorted(persons)}


def _of_all(
    items: list[Evidence], headcount: int, persons: frozenset[int]
) -> list[WeighedEvidence]:
    """Return the evidence about the whole household, weighed for a single person.

    Bare counts are left out, but they do decide which evidence is in force. While a bare count in
    force is below the headcount, none of this evidence accounts for anybody.
    """
    about = [item for item in items if _is_of_all(item, persons)]
    words = words_of(about, headcount)
    in_force = open_help_calls(words) + holding(words)
    disputed = any(_is_partial(word, headcount) for word in in_force)
    return [
        one if word in in_force and not (disputed and _accounts(word)) else _lapse(one)
        for word, one in zip(words, words_of(about, 1), strict=True)
        if not _is_partial(word, headcount)
    ]


def _accounts(word: WeighedEvidence) -> bool:
    return word.evidence.report in ACCOUNTING


def _is_partial(word: WeighedEvidence, headcount: int) -> bool:
    return _accounts(word) and word.evidence.count is not None and word.evidence.count < headcount


def _lapse(word: WeighedEvidence) -> WeighedEvidence:
    return word._replace(lapsed=word.lapsed or StandingReason.CONFLICT)


def _weakness(one: HouseholdStanding) -> tuple[int, bool, str, bool]:
    """Return a sort key, highest for the worst standing.

    Among equals, an unverified standing ranks higher, then one with a known reason.
    """
    why = one.reason is not StandingReason.NOTHING_SAID
    return BADNESS[one.standing], not one.verified, one.settled_by or "", why
