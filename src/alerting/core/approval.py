"""Who decides on an area beyond the own village, and which villages next door to propose."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Final

from alerting.core.policy import ApprovalRules
from contacts.division import Tier, ancestors, covers, parent_of, tier_of

_DECIDING: Final = frozenset({Tier.TOWN, Tier.COUNTY, Tier.CITY})


class AskedReason(StrEnum):
    """Why these officers are asked, or nobody is."""

    NEAREST_WHO_COVERS_IT = "nearest_who_covers_it"
    PASSED_UP = "passed_up"
    NOBODY_DECIDED = "nobody_decided"
    OWN_VILLAGE = "own_village"
    NOBODY_COVERS_IT = "nobody_covers_it"


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose officers are asked to decide now; only their word approves, never the clock.

    `division` is None where nobody is asked: within the own village nobody need be, and an area
    that no city covers is refused. `passes_at` is when the next tier is asked, None at the last.
    """

    division: str | None
    reason: AskedReason
    passes_at: datetime | None = None


def asked_of(
    area: Iterable[str], own_village: str, asked_at: datetime, now: datetime, rules: ApprovalRules
) -> Asked:
    """Return whose officers are asked about an area that an informant of `own_village` wants.

    "Wider areas wait for a town or county officer, on a clock that passes to the next tier; the
    own village is never kept waiting by that." The first asked is the lowest tier from the town
    up of which one division covers all that lies beyond the own village; the last, when its time
    is over too, stays asked, and nothing is approved.
    """
    wider = [division for division in area if not covers(own_village, division)]
    if not wider:
        return Asked(None, AskedReason.OWN_VILLAGE)
    return _asked(wider, asked_at, now, rules)


def _asked(wider: list[str], asked_at: datetime, now: datetime, rules: ApprovalRules) -> Asked:
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
        Proposal(found, _asked(list(found), raised_at, now, rules))
        for _, group in groupby(open_villages, key=parent_of)
        for found in [tuple(group)]
    )
