"""Sources of CAP messages in the policy; each mistake is named with its remedy."""

import pytest

from alerting.policy.cap_sources import CapAction
from alerting.policy.policy import PolicyError, default_policy, parse_policy

SOURCES = """
[[cap_senders]]
name = "weather-bureau"
acts_for = "county-duty"

[[cap_senders.rules]]
do = "alert"
severity = ["Extreme"]
certainty = ["Observed", "Likely"]
area = ["511921"]

[[feeds]]
name = "province"
url = "https://cap.example/alerts.atom"
every = 60
hosts = ["files.cap.example:8443"]
"""


def test_default_policy_has_no_source() -> None:
    assert default_policy().cap_sources == {}


def test_sources_are_found_by_name() -> None:
    sources = parse_policy(SOURCES).cap_sources
    assert list(sources) == ["weather-bureau", "province"]
    assert sources["weather-bureau"].rules[0].do is CapAction.ALERT
    assert sources["province"].rules == ()


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ('acts_for = "county-duty"', "", "write acts_for"),
        ('"weather-bureau"', '"Weather"', "cap_senders.0.name: write 2 to 40 of a-z"),
        ('"province"', '"weather-bureau"', "weather-bureau: give each source"),
        ('"https://cap.example/alerts.atom"', '"ftp://cap.example"', "feeds.0.url: write the feed"),
        ('"https://cap.example/alerts.atom"', '"http://[x"', "feeds.0.url: write the feed"),
        ('"https://cap.example/', '"https://user:pass@cap.example/', "leave user and password"),
        ('"files.cap.example:8443"', '"https://files"', "feeds.0.hosts.0: write a host"),
        ('["Extreme"]', '["extreme"]', "cap_senders.0.rules.0.severity.0: write one of 'Extreme'"),
        ('["511921"]', '["5119210"]', "area.0: '5119210' is not a division code"),
        ("every = 60", "every = 0", "feeds.0.every: write a number above 0"),
        ("severity =", "severities =", "did you mean severity?"),
        ("hosts =", "host =", "did you mean hosts?"),
        ("acts_for =", "act_for =", "did you mean acts_for?"),
    ],
)
def test_each_mistake_names_its_key_and_remedy(right: str, wrong: str, problem: str) -> None:
    with pytest.raises(PolicyError) as refused:
        parse_policy(SOURCES.replace(right, wrong))
    assert problem in str(refused.value)
