"""Fault plans are deterministic by seed, bounded, and empty for one seed in ten."""

from collections import Counter

import pytest

from alerting.drill.gateway.faults import parse_faults
from scripts.benches.fault_plan import (
    FAULT_FREE_EVERY,
    MOST_KILLS,
    BreakKind,
    draw_ordeal,
    draw_outage,
    fault_free,
)

SEEDS = range(200)


@pytest.mark.parametrize("seed", [0, 1, 7, 118])
def test_same_seed_draws_the_same_plan(seed: int) -> None:
    assert draw_ordeal(seed) == draw_ordeal(seed)
    assert draw_ordeal(seed) != draw_ordeal(seed + 1)


def test_one_run_in_ten_has_no_faults() -> None:
    free = [seed for seed in SEEDS if draw_ordeal(seed).is_fault_free]
    assert free == list(range(FAULT_FREE_EVERY - 1, len(SEEDS), FAULT_FREE_EVERY))
    assert fault_free(3).is_fault_free


def test_every_kind_of_fault_occurs_and_is_known_to_the_gateway() -> None:
    fault_plans = [draw_ordeal(seed) for seed in SEEDS]
    kinds = Counter(
        rule.kind for fault_plan in fault_plans for rule in parse_faults(fault_plan.rules)
    )
    assert {
        *("dead", "delay", "http_429", "http_500", "http_503", "accept_then_hang_up"),
        *("expired", "undelivered"),
        *("lost_callback", "repeated_callback", "reordered_callback"),
    } == set(kinds)
    assert min(kinds.values()) > len(SEEDS) / 4
    assert {each.kind for fault_plan in fault_plans for each in fault_plan.breaks} == set(BreakKind)


def test_kills_and_breaks_happen_while_texts_are_sent() -> None:
    fault_plans = [draw_ordeal(seed) for seed in SEEDS]
    assert {len(fault_plan.kills) for fault_plan in fault_plans} == set(range(MOST_KILLS + 1))
    assert all(0 <= seconds <= 2 for fault_plan in fault_plans for seconds in fault_plan.kills)
    for fault_plan in fault_plans:
        after = [each.after for each in fault_plan.breaks]
        assert after == sorted(after)
        assert all(0 < each.seconds <= 5 for each in fault_plan.breaks)


def test_first_provider_is_down_once_while_texts_are_sent() -> None:
    for seed in SEEDS:
        outage = draw_outage(seed)
        assert (outage is None) is draw_ordeal(seed).is_fault_free
        assert outage is None or (outage.after <= 2 and 0 < outage.seconds <= 5)
