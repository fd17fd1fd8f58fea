from collections import Counter
from typing import Any

import pytest

from alerting.drill.gateway.faults import STAGE_OF_KIND, Faults, Stage, parse_faults


def ruled(*specs: dict[str, Any], seed: int = 1, at: float = 0) -> Faults:
    faults = Faults(seed)
    faults.set(parse_faults(specs), at)
    return faults


def strikes(faults: Faults, stage: Stage, times: int, now: float = 0) -> list[str | None]:
    drawn = [faults.draw(stage, now) for _ in range(times)]
    return [None if fault is None else fault.kind for fault in drawn]


@pytest.mark.parametrize(("kind", "stage"), STAGE_OF_KIND.items())
def test_fault_occurs_only_at_its_stage(kind: str, stage: Stage) -> None:
    faults = ruled({"kind": kind})
    assert {each for each in Stage if faults.draw(each, 0) is not None} == {stage}


def test_no_fault_occurs_without_rules() -> None:
    assert strikes(Faults(1), Stage.CREATE, 10) == [None] * 10


def test_fault_with_a_count_occurs_that_many_times() -> None:
    faults = ruled({"kind": "http_500", "count": 2}, {"kind": "http_503", "count": 1})
    assert strikes(faults, Stage.CREATE, 4) == ["http_500", "http_500", "http_503", None]


def test_fault_occurs_between_its_from_and_to_seconds() -> None:
    faults = ruled({"kind": "dead", "from": 60, "to": 120}, at=1000)
    active = [faults.draw(Stage.REQUEST, now) is not None for now in (1000, 1059, 1060, 1119, 1120)]
    assert active == [False, False, True, True, False]


def test_fault_with_a_probability_occurs_repeatably_at_that_rate() -> None:
    spec = {"kind": "lost_callback", "probability": 0.2}
    drawn = strikes(ruled(spec), Stage.CALLBACK, 5000)
    assert 900 <= Counter(drawn)["lost_callback"] <= 1100
    assert drawn == strikes(ruled(spec), Stage.CALLBACK, 5000)
    assert drawn != strikes(ruled(spec, seed=2), Stage.CALLBACK, 5000)


def test_fault_counts_by_kind_survive_rule_changes() -> None:
    faults = ruled({"kind": "http_500", "count": 2}, {"kind": "http_503", "count": 1})
    strikes(faults, Stage.CREATE, 5)
    faults.set(parse_faults([{"kind": "expired", "probability": 0}]), 0)
    strikes(faults, Stage.QUEUE, 5)
    assert faults.struck == {"http_500": 2, "http_503": 1}


def test_new_rules_replace_the_old() -> None:
    faults = ruled({"kind": "dead"})
    faults.set([], 5)
    assert faults.draw(Stage.REQUEST, 6) is None


def test_drawn_fault_has_the_rules_code_and_seconds() -> None:
    fault = ruled({"kind": "undelivered", "code": 30006, "seconds": 2.5}).draw(Stage.CARRIER, 0)
    assert fault is not None
    assert (fault.code, fault.seconds) == (30006, 2.5)


@pytest.mark.parametrize("spec", [{"kind": "flood"}, {}, {"kind": "dead", "rate": 1}])
def test_unknown_fault_is_refused(spec: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="unknown fault"):
        parse_faults([spec])


def test_random_delays_fill_the_range_up_to_the_bound() -> None:
    faults = Faults(1)
    delays = [faults.spread(2.0) for _ in range(100)]
    assert 0 <= min(delays) < 0.5
    assert 1.5 < max(delays) <= 2
