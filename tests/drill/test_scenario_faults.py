"""The scenarios' fault profiles are rules that the gateway accepts."""

from alerting.drill.gateway.faults import STAGE_OF_KIND, parse_faults
from alerting.drill.scenario import FAULT_PROFILES


def test_fault_profiles_are_valid_and_cover_all_kinds_but_http_500() -> None:
    rules = parse_faults(FAULT_PROFILES)
    left_out = STAGE_OF_KIND.keys() - {rule.kind for rule in rules}
    assert left_out == {"http_500"}
    assert all(rule.probability < 0.1 for rule in rules if rule.kind != "dead")
