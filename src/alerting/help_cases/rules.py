"""Rules of help cases: their state by the evidence, their owner by the clock, resolution rates."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Final

from alerting.policy.sections import HelpCaseRules
from alerting.roll.rules.evidence import ACCOUNTING, Evidence, Report, Rung
from alerting.roll.rules.persons import fold_persons
from alerting.roll.rules.standing import Standing
from contacts.division import Tier, ancestors, tier_of


class CaseState(StrEnum):
    """State of a help case."""

    OPEN = "open"
    RESOLVED = "resolved"


class CaseReason(StrEnum):
    """Why a help case is in its state."""

    CALLED = "called"
    CALLED_AGAIN = "called_again"
    OFFICERS_REPORT = "officers_report"


@dataclass(frozen=True, slots=True)
class HelpCase:
    """A household's help case.

    Its time runs from `opened_at`, which is reset when the household calls again after a
    resolution. `resolved_at` and `resolved_by` are None while the case is open.
    """

    state: CaseState
    reason: CaseReason
    opened_at: datetime
    resolved_at: datetime | None = None
    resolved_by: str | None = None


# Keys are the state (None if there is no case) and whether help is needed. Other pairs change
# nothing.
_TRANSITIONS: Final = {
    (None, True): (CaseState.OPEN, CaseReason.CALLED),
    (CaseState.OPEN, False): (CaseState.RESOLVED, CaseReason.OFFICERS_REPORT),
    (CaseState.RESOLVED, True): (CaseState.OPEN, CaseReason.CALLED_AGAIN),
}

_ANSWERS: Final = ACCOUNTING | {Report.STAYING}


def help_case(
    evidence: Iterable[Evidence], headcount: int, persons: frozenset[int]
) -> HelpCase | None:
    """Fold a household's evidence into its help case; return None if nobody called for help.

    The evidence is replayed in the order in which it was given, not in which it arrived. The
    case is open while the household's standing is `NEEDS_HELP`. Only the report of a named officer
    or a shelter resolves it. `persons` is as in `alerting.roll.rules.persons`.

    Raises:
        ValueError: if the headcount is below 1 or below the number of named persons.
    """
    said = sorted(evidence, key=_given_at)
    if not any(item.report is Report.NEEDS_HELP for item in said):
        return None
    case = None
    known: list[Evidence] = []
    for at, moment in groupby(said, key=_given_at):
        new = list(moment)
        known += new
        if not any(_may_change(case, item) for item in new):
            continue
        needed = fold_persons(known, headcount, persons).standing is Standing.NEEDS_HELP
        case = _follow(case, needed, at, new)
    return case


def _may_change(case: HelpCase | None, item: Evidence) -> bool:
    """Return whether an item of evidence may open or resolve the case.

    This keeps the cost linear: folding all evidence for every item would be quadratic, and many
    taps on a household's page could exploit that. Below the rung of an officer, only a call for
    help changes a case, and it can only open it.
    """
    if item.persons is not None:
        return True
    is_open = case is not None and case.state is CaseState.OPEN
    if item.report is Report.NEEDS_HELP:
        return not is_open
    return item.rung >= Rung.OFFICER


def _given_at(item: Evidence) -> datetime:
    return item.given_at


def _follow(
    case: HelpCase | None, needed: bool, at: datetime, new: list[Evidence]
) -> HelpCase | None:
    change = _TRANSITIONS.get((case.state if case else None, needed))
    if change is None:
        return case
    state, reason = change
    if case is None or state is CaseState.OPEN:
        return HelpCase(state, reason, opened_at=at)
    # Only officers and shelters resolve a case, so the answer on the highest rung resolved it.
    answers = [item for item in new if item.report in _ANSWERS]
    by = max(answers, key=lambda item: (item.rung, item.by)).by
    return replace(case, state=state, reason=reason, resolved_at=at, resolved_by=by)


class OwnerReason(StrEnum):
    """Why a division owns a help case."""

    FIRST = "first"
    PASSED_ON = "passed_on"


@dataclass(frozen=True, slots=True)
class Owner:
    """The division that owns an open case; `passes_on_at` is None at the last tier."""

    tier: Tier
    division: str
    passes_on_at: datetime | None
    reason: OwnerReason


def owner(rules: HelpCaseRules, household: str, opened_at: datetime, now: datetime) -> Owner:
    """Return the division that owns an open case at `now`; `household` is a household's code.

    A case has an owner from the moment it opens. If the household belongs to no division of the
    tier that the policy names, the next higher division owns the case.
    """
    passed = sum(step.after <= now - opened_at for step in rules.steps)
    place = max(passed - 1, 0)
    later = rules.steps[place + 1 :]
    division = _division_at(household, rules.steps[place].owner)
    return Owner(
        tier_of(division),
        division,
        opened_at + later[0].after if later else None,
        OwnerReason.PASSED_ON if place else OwnerReason.FIRST,
    )


def _division_at(household: str, tier: Tier) -> str:
    from_top = list(Tier)
    wide_enough = from_top[: from_top.index(tier) + 1]
    return next(code for code in ancestors(household) if tier_of(code) in wide_enough)


@dataclass(frozen=True, slots=True)
class Resolution:
    """The numbers of help cases and of resolved help cases."""

    cases: int
    resolved: int

    @property
    def rate(self) -> float:
        """The share of cases that are resolved, from 0 to 1."""
        return self.resolved / self.cases


def resolutions(cases: Iterable[tuple[str, CaseState]], digits: int) -> dict[str, Resolution]:
    """Count cases and resolved cases for each division; return them by code, in order of code.

    `cases` holds (code, state) pairs. The first `digits` digits of a code are the division.
    Divisions without cases are left out.
    """
    counted = Counter((household[:digits], state) for household, state in cases)
    return {
        division: Resolution(
            cases=sum(counted[division, state] for state in CaseState),
            resolved=counted[division, CaseState.RESOLVED],
        )
        for division in sorted({division for division, _ in counted})
    }
