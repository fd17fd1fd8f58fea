"""Decide by delivery receipts in which villages texts do not arrive, as after a storm."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from alerting.policy.sections import DarkVillageRules
from contacts.division import county_of, town_of


@dataclass(frozen=True, slots=True)
class Receipts:
    """Counts of a village's texts: handed over to the provider, and delivered to phones."""

    village: str
    since: datetime
    """When the provider took the first of these texts."""
    handed_over: int
    delivered: int


class DarkReason(StrEnum):
    """Why a village counts as dark, or why not."""

    FAR_BELOW_NEIGHBOURS = "far_below_neighbours"
    ALL_TOGETHER = "all_together"
    LIKE_NEIGHBOURS = "like_neighbours"
    TOO_EARLY = "too_early"
    TOO_FEW_TEXTS = "too_few_texts"
    NO_NEIGHBOURS = "no_neighbours"


@dataclass(frozen=True, slots=True)
class DarkFinding:
    """The finding for a village: whether it is dark, and the shares of texts that arrived.

    `share` is the village's share, from 0 to 1. `neighbours_share` is that of the other villages in
    `compared_with`, a town or county. Each is None if it was not computed.
    """

    village: str
    reason: DarkReason
    share: float | None = None
    neighbours_share: float | None = None
    compared_with: str | None = None

    @property
    def dark(self) -> bool:
        """True if the village counts as dark."""
        return self.reason in {DarkReason.FAR_BELOW_NEIGHBOURS, DarkReason.ALL_TOGETHER}


def find_dark(
    receipts: Sequence[Receipts],
    rules: DarkVillageRules,
    now: datetime,
    answered: Mapping[str, int] = MappingProxyType({}),
) -> tuple[DarkFinding, ...]:
    """Return one finding for each village, in the order of `receipts`.

    A village is dark if the share of its texts that arrived is far below its neighbours' share.
    Neighbours are the other villages of the town whose first text is old enough and that have had
    enough texts. If too few villages of the town qualify, or no text arrived in any of them,
    the other qualifying villages of the county are the neighbours instead.

    If almost no text arrives in a whole town or county, all its villages are dark.
    `answered` is the number of households that answered, by town. If enough of them answered, the
    town is not dark, because a carrier may deliver texts without sending receipts.
    """
    told = [one for one in receipts if _silence(one, rules, now) is None]
    totals = _totals(told)
    silent = _where_nothing_arrives(receipts, rules, now, answered)
    findings = (_judge(one, totals, rules, now) for one in receipts)
    return tuple(
        _with_all(finding, one) if silent.intersection(_around(one.village)) else finding
        for finding, one in zip(findings, receipts, strict=True)
    )


def _where_nothing_arrives(
    receipts: Iterable[Receipts],
    rules: DarkVillageRules,
    now: datetime,
    answered: Mapping[str, int],
) -> set[str]:
    """Return the towns and counties where almost no text arrived and few households answered."""
    totals = _totals(one for one in receipts if now - one.since >= rules.after)
    heard = Counter[str]()
    for town, households in answered.items():
        heard.update({town: households, county_of(town): households})
    return {
        place
        for place, total in totals.items()
        if total.handed_over >= rules.texts_at_least
        and max(total.delivered, heard[place]) < rules.anywhere * total.handed_over
    }


def _with_all(finding: DarkFinding, one: Receipts) -> DarkFinding:
    """Return a finding that the village is dark, unless its texts were sent too recently.

    In a silent town or county, even a village with few texts counts as dark.
    """
    if finding.dark or finding.reason is DarkReason.TOO_EARLY:
        return finding
    return DarkFinding(one.village, DarkReason.ALL_TOGETHER, one.delivered / one.handed_over)


def _silence(one: Receipts, rules: DarkVillageRules, now: datetime) -> DarkReason | None:
    """Return why a village's receipts cannot be judged yet; None if they can."""
    if now - one.since < rules.after:
        return DarkReason.TOO_EARLY
    return DarkReason.TOO_FEW_TEXTS if one.handed_over < rules.texts_at_least else None


@dataclass(frozen=True, slots=True)
class _Total:
    villages: int
    handed_over: int
    delivered: int

    @property
    def share(self) -> float:
        return self.delivered / self.handed_over

    def without(self, one: Receipts) -> "_Total":
        return _Total(
            self.villages - 1,
            self.handed_over - one.handed_over,
            self.delivered - one.delivered,
        )


def _totals(told: Iterable[Receipts]) -> dict[str, _Total]:
    villages, handed_over, delivered = Counter[str](), Counter[str](), Counter[str]()
    for one in told:
        for division in _around(one.village):
            villages[division] += 1
            handed_over[division] += one.handed_over
            delivered[division] += one.delivered
    return {
        division: _Total(villages[division], handed_over[division], delivered[division])
        for division in villages
    }


def _around(village: str) -> list[str]:
    """Return the town and county that a village lies in."""
    return [town_of(village), county_of(village)]


def _judge(
    one: Receipts, totals: dict[str, _Total], rules: DarkVillageRules, now: datetime
) -> DarkFinding:
    if silence := _silence(one, rules, now):
        return DarkFinding(one.village, silence)
    town, county = _around(one.village)
    division, neighbours = town, totals[town].without(one)
    if neighbours.villages < rules.neighbours_at_least or not neighbours.delivered:
        division, neighbours = county, totals[county].without(one)
    if not neighbours.villages:
        return DarkFinding(one.village, DarkReason.NO_NEIGHBOURS)
    share = one.delivered / one.handed_over
    is_dark = share < rules.part_of_neighbours * neighbours.share
    reason = DarkReason.FAR_BELOW_NEIGHBOURS if is_dark else DarkReason.LIKE_NEIGHBOURS
    return DarkFinding(one.village, reason, share, neighbours.share, division)
