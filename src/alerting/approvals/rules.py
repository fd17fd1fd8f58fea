"""Who decides on an area beyond the own village, and which villages next door to propose."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Final

from alerting.access.rules import Act, Ruling, rule
from alerting.policy.sections import ApprovalRules
from contacts.division import Tier, ancestors, covers, parent_of, tier_of
from contacts.people import Role

_DECIDING: Final = frozenset({Tier.TOWN, Tier.COUNTY, Tier.CITY})

ASKING: Final = frozenset({Role.INFORMANT, Role.GRID_OFFICER})
"""Whose alerts end at the own village: for what lies beyond it they ask."""


class ApprovalCause(StrEnum):
    """Why an area waits for an officer's word: somebody asked for it, or it lies next door."""

    WIDER_AREA = "wider_area"
    ADJACENT_VILLAGES = "adjacent_villages"


class ApprovalState(StrEnum):
    """Where an approval stands; all but `WAITING` are for good."""

    WAITING = "waiting"
    APPROVED = "approved"
    DECLINED = "declined"
    LAPSED = "lapsed"


TRANSITIONS: Final = {
    ApprovalState.WAITING: frozenset(
        {ApprovalState.APPROVED, ApprovalState.DECLINED, ApprovalState.LAPSED}
    ),
    ApprovalState.APPROVED: frozenset[ApprovalState](),
    ApprovalState.DECLINED: frozenset[ApprovalState](),
    ApprovalState.LAPSED: frozenset[ApprovalState](),
}


class LapseReason(StrEnum):
    """Why nobody need decide any more."""

    ALERT_NOT_OPEN = "alert_not_open"
    REACHED_OTHERWISE = "reached_otherwise"


class Verdict(StrEnum):
    """What an officer's word does to an approval."""

    TAKES_EFFECT = "takes_effect"
    SAID_BEFORE = "said_before"
    SETTLED_OTHERWISE = "settled_otherwise"


def verdict(state: ApprovalState, wanted: ApprovalState) -> Verdict:
    """Say what comes of an approval in `state` when an officer says `wanted`."""
    if wanted in TRANSITIONS[state]:
        return Verdict.TAKES_EFFECT
    return Verdict.SAID_BEFORE if wanted is state else Verdict.SETTLED_OTHERWISE


def may_decide(role: Role, home: str, area: Iterable[str]) -> Ruling:
    """Say whether an officer of `home` decides on an area.

    "Wider areas wait for a town or county officer": one whose division covers all of it, at the
    tier that is asked now or at any other from the town up.
    """
    for division in area:
        ruling = rule(role, home, Act.WIDEN, division)
        if ruling is not Ruling.ALLOWED:
            return ruling
    return Ruling.ALLOWED if tier_of(home) in _DECIDING else Ruling.NOT_THIS_PLACE


@dataclass(frozen=True, slots=True)
class Parts:
    """What of an area goes out at once, and what waits; either may be empty."""

    at_once: tuple[str, ...]
    wider: tuple[str, ...]


def part(area: Iterable[str], own_village: str) -> Parts:
    """Return the own village's part of an area, and the divisions that reach beyond it.

    A division around the own village is in both: its own part does not wait for the rest.
    """
    divisions = tuple(area)
    if any(covers(division, own_village) for division in divisions):
        at_once: tuple[str, ...] = (own_village,)
    else:
        at_once = tuple(division for division in divisions if covers(own_village, division))
    return Parts(at_once, tuple(d for d in divisions if not covers(own_village, d)))


class AskedReason(StrEnum):
    """Why these officers are asked, or nobody is."""

    NEAREST_WHO_COVERS_IT = "nearest_who_covers_it"
    PASSED_UP = "passed_up"
    NOBODY_DECIDED = "nobody_decided"
    NOBODY_COVERS_IT = "nobody_covers_it"


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose officers are asked to decide now; only their word approves, never the clock.

    `division` is None where nobody is asked: an area that no city covers is refused. `passes_at`
    is when the next tier is asked, None at the last.
    """

    division: str | None
    reason: AskedReason
    passes_at: datetime | None = None


def asked_about(
    wider: Sequence[str], asked_at: datetime, now: datetime, rules: ApprovalRules
) -> Asked:
    """Return whose officers are asked about an area that nobody's own village is part of.

    "Wider areas wait for a town or county officer, on a clock that passes to the next tier." The
    first asked is the lowest tier from the town up of which one division covers it all; the last,
    when its time is over too, stays asked, and nothing is approved.
    """
    chain = [
        code
        for code in (wider[0], *ancestors(wider[0]))
        if tier_of(code) in _DECIDING and all(covers(code, division) for division in wider)
    ]
    if not chain:
        return Asked(None, AskedReason.NOBODY_COVERS_IT)
    lapsed = max((now - asked_at) // rules.wider_area, 0)
    if lapsed >= len(chain):
        return Asked(chain[-1], AskedReason.NOBODY_DECIDED)
    is_last = lapsed == len(chain) - 1
    return Asked(
        chain[lapsed],
        AskedReason.PASSED_UP if lapsed else AskedReason.NEAREST_WHO_COVERS_IT,
        None if is_last else asked_at + rules.wider_area * (lapsed + 1),
    )


@dataclass(frozen=True, slots=True)
class Proposal:
    """Villages of one town that the alert has not reached, and who is asked to alert them."""

    villages: tuple[str, ...]
    asked: Asked


def propose_adjacent(
    area: Collection[str],
    villages: Iterable[str],
    raised_at: datetime,
    now: datetime,
    rules: ApprovalRules,
) -> tuple[Proposal, ...]:
    """Return the proposals to alert villages next to an alert's area, one a town.

    Next to it are the villages of the same towns that the area does not cover whole; of
    `villages`, those in the roster, the rest is left out. Nobody is alerted by a proposal: it
    waits for an officer on the same clock as a wider area that was asked for.
    """
    towns = {above for division in area for above in ancestors(division)}
    open_villages = sorted(
        village
        for village in villages
        if parent_of(village) in towns and not any(covers(code, village) for code in area)
    )
    return tuple(
        Proposal(found, asked_about(found, raised_at, now, rules))
        for _, group in groupby(open_villages, key=parent_of)
        for found in [tuple(group)]
    )
