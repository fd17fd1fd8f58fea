"""A bulletin has the present numbers in a few lines, and names nobody."""

from alerting.report.bulletin import bulletin_of
from tests.support.city import after
from tests.support.closed_alert import AfterZero, raised
from tests.support.reports import facts_for, words_of


def bulletin(alert: AfterZero, code: str) -> list[str]:
    facts = facts_for(alert)
    return bulletin_of(facts, words_of(facts, code)).splitlines()


async def test_bulletin_holds_the_numbers_of_the_moment(played: AfterZero) -> None:
    lines = bulletin(played, "zh")
    assert lines[0].startswith("演练")
    assert "千佛村" in lines[0]
    assert lines[0].endswith("快报（13:25，预警后15分钟）")
    assert lines[1:6] == [
        "应转移：11户28人",
        "已核实：3户8人",
        "自报：3户7人",
        "未落实：4户10人",
        "不走：1户3人",
    ]
    assert lines[6] == "求助：共1户，0户未解决"
    assert not any("住户" in line or "officer" in line for line in lines)


async def test_bulletin_is_written_in_the_readers_language(played: AfterZero) -> None:
    lines = bulletin(played, "en")
    assert "Bulletin of 13:25, 15 min after the alert." in lines[0]
    assert lines[1] == "To evacuate: people 28, households 11"


async def test_bulletin_at_the_beginning_says_that_all_are_unaccounted(played: AfterZero) -> None:
    fresh = await raised(played.work)
    facts = facts_for(fresh, at=after(0))
    lines = bulletin_of(facts, words_of(facts, "zh")).splitlines()
    assert lines[1:3] == ["应转移：10户25人", "未落实：10户25人"]
