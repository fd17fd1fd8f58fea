"""The doctor checks places, officers and addresses of sensors, CAP sources and feeds."""

from sqlalchemy import Engine

from alerting.doctor.finding import Severity
from alerting.doctor.sources import feed_findings, source_findings
from alerting.policy.policy import parse_policy
from tests.support.cap_documents import POLICY as CAP
from tests.support.city import QIANFO, found_city
from tests.support.sensors import POLICY

FEEDS = """
[[feeds]]
name = "here"
url = "http://localhost/alerts.atom"
every = 60
[[feeds]]
name = "nowhere"
url = "https://feed.invalid/alerts.atom"
every = 60
"""


def said(engine: Engine, policy: str) -> list[tuple[Severity, str]]:
    with engine.begin() as connection:
        found = source_findings(connection, parse_policy(policy))
    return [(each.severity, each.said) for each in found]


def test_known_places_and_officers_are_good(engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
    ((severity, words),) = said(engine, POLICY)
    assert severity is Severity.GOOD
    assert words == "all places and officers of 2 sensors and CAP sources are known"


def test_policy_without_sources_has_no_finding(engine: Engine) -> None:
    assert said(engine, "") == []


def test_unknown_place_is_a_failure(engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
    found = said(engine, POLICY.replace(QIANFO, "511921100299"))
    assert [severity for severity, _ in found] == [Severity.FAILURE] * 2
    assert found[0][1] == "sensor gauge-1: the roster has no division 511921100299"


def test_source_whose_officer_may_not_raise_alerts_is_a_warning(engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
    for officer, why in (
        ("nobody", "is no officer"),
        ("administrator", "has the role administrator"),
        ("far-commander", f"may not raise alerts for {QIANFO}"),
    ):
        ((severity, words),) = said(engine, POLICY.replace("county-duty", officer))
        assert severity is Severity.WARNING
        assert words.startswith(f"crack-1: acts_for: {officer} {why}")
    found = said(engine, CAP.replace("county-duty", "nobody"))
    assert found
    assert all("is no officer: it can only propose" in words for _, words in found)


async def test_feed_whose_host_has_no_address_is_a_warning() -> None:
    (found,) = await feed_findings(parse_policy(FEEDS).feeds)
    assert found.severity is Severity.WARNING
    assert found.said.startswith("feed nowhere: feed.invalid has no address: ")
