"""Tests that the gateway accepts the scenarios' fault profiles as rules."""

import pytest

from alerting.drill.gateway.faults import STAGE_OF_KIND, Faults, Stage, parse_faults
from alerting.drill.scenario import BAD_CARRIER, BAD_CARRIER_SECONDS, FAULT_PROFILES


def test_fault_profiles_are_valid_and_cover_all_kinds_but_http_500() -> None:
    rules = parse_faults(FAULT_PROFILES)
    left_out = STAGE_OF_KIND.keys() - {rule.kind for rule in rules}
    assert left_out == {"http_500"}
    assert all(rule.probability < 0.1 for rule in rules if rule.kind != "dead")


@pytest.mark.parametrize(("second", "lost"), [(0.0, 0), (179.0, 0), (180.0, 300), (7200.0, 300)])
def test_bad_carrier_loses_all_texts_from_the_third_minute(second: float, lost: int) -> None:
    faults = Faults(1)
    faults.set(parse_faults(BAD_CARRIER), now=0.0)
    struck = [faults.draw(Stage.CARRIER, second) for _ in range(300)]
    assert sum(fault is not None for fault in struck) == lost
    if lost:
        assert {fault.code for fault in struck if fault} == {30002, 30034, None}
    assert BAD_CARRIER_SECONDS == 180
