"""Rules of approval: who may approve a wider area, and which adjacent villages to propose."""

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


class ApprovalCause(StrEnum):
    """Why an area waits for approval."""

    WIDER_AREA = "wider_area"
    ADJACENT_VILLAGES = "adjacent_villages"
    PROPOSED_ALERT = "proposed_alert"
    """Another system proposed the whole alert; approving the area raises it."""


class ApprovalState(StrEnum):
    """The state of an approval; every state except `WAITING` is final."""

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
    """Why an approval lapsed without a decision."""

    ALERT_NOT_OPEN = "alert_not_open"
    WITHDRAWN = "withdrawn"
    REACHED_OTHERWISE = "reached_otherwise"


class WithdrawalReason(StrEnum):
    """Why a proposed alert was never raised."""

    DECLINED = "declined"
    EXPIRED = "expired"
    BY_SOURCE = "by_source"


class Verdict(StrEnum):
    """The effect of an officer's decision on an approval."""

    TAKES_EFFECT = "takes_effect"
    SAID_BEFORE = "said_before"
    SETTLED_OTHERWISE = "settled_otherwise"


def verdict(state: ApprovalState, wanted: ApprovalState) -> Verdict:
    """Return the effect of the decision `wanted` on an approval in `state`."""
    if wanted in TRANSITIONS[state]:
        return Verdict.TAKES_EFFECT
    return Verdict.SAID_BEFORE if wanted is state else Verdict.SETTLED_OTHERWISE


def may_decide(role: Role, home: str, area: Iterable[str]) -> Ruling:
    """Return whether an officer of the division `home` may decide on an area, or why not.

    The officer's division must cover the whole area. Every tier from town to city may decide, not
    only the tier that is asked now.
    """
    for division in area:
        ruling = rule(role, home, Act.WIDEN, division)
        if ruling is not Ruling.ALLOWED:
            return ruling
    return Ruling.ALLOWED if tier_of(home) in _DECIDING else Ruling.NOT_THIS_PLACE


class AskedReason(StrEnum):
    """Why a division's officers are asked, or why nobody is asked."""

    NEAREST_WHO_COVERS_IT = "nearest_who_covers_it"
    PASSED_UP = "passed_up"
    NOBODY_DECIDED = "nobody_decided"
    NOBODY_COVERS_IT = "nobody_covers_it"


@dataclass(frozen=True, slots=True)
class Asked:
    """The division whose officers are asked now to approve an area.

    `division` is None if no city covers the area; such a request is refused. `passes_at` is the
    time at which the next tier is asked; it is None at the last tier.
    """

    division: str | None
    reason: AskedReason
    passes_at: datetime | None = None


def asked_about(
    wider: Sequence[str], asked_at: datetime, now: datetime, rules: ApprovalRules
) -> Asked:
    """Return the division whose officers are asked at `now` to approve a wider area.

    The first division asked is the smallest town, county or city that covers the whole area. When a
    tier does not decide in time, the tier above is asked. The last tier stays asked; an area is
    never approved without a decision.
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
    """Villages of one town to add to an alert, and the division whose officers are asked."""

    villages: tuple[str, ...]
    asked: Asked


def propose_adjacent(
    area: Collection[str],
    villages: Iterable[str],
    raised_at: datetime,
    now: datetime,
    rules: ApprovalRules,
) -> tuple[Proposal, ...]:
    """Return proposals to alert the villages next to an alert's area, one proposal per town.

    A village is next to the area if it is in one of the area's towns and the area does not wholly
    cover it. Only the given `villages` are considered. A proposal alerts nobody; it waits for an
    officer's decision, with the same time limits as a requested area.
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
