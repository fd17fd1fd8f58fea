from collections import Counter
from typing import Any

from alerting.drill.gauges.news import News, NewsReader, counts_in
from alerting.drill.service.client import Service

Json = dict[str, Any]


def sensor(name: str, *news: str, suppressed: int = 0) -> Json:
    notes = [{"news": each, "value": 1.0} for each in news]
    return {"name": name, "notes": notes, "suppressed": suppressed}


class Office(Service):
    """A service that lists the sensors in `sensors`."""

    def __init__(self) -> None:
        self.sensors: list[Json] = []

    async def get(self, path: str, **query: str) -> Any:
        assert path == "/api/sensors"
        return self.sensors


def test_news_are_counted_by_gauge_and_kind() -> None:
    listed = [sensor("rain-a", "yellow", "silent", "yellow"), sensor("rain-b", suppressed=3)]
    assert counts_in(listed) == Counter(
        {("rain-a", News.YELLOW): 2, ("rain-a", News.SILENT): 1, ("rain-b", News.SUPPRESSED): 3}
    )


async def test_reader_returns_only_news_since_the_last_read() -> None:
    office = Office()
    reader = NewsReader(office)
    assert await reader.read() == Counter()
    office.sensors = [sensor("rain-a", "yellow"), sensor("rain-b", suppressed=1)]
    assert await reader.read() == Counter({("rain-a", "yellow"): 1, ("rain-b", "suppressed"): 1})
    assert await reader.read() == Counter()
    office.sensors = [sensor("rain-a", "red", "yellow"), sensor("rain-b", suppressed=3)]
    assert await reader.read() == Counter({("rain-a", "red"): 1, ("rain-b", "suppressed"): 2})
    assert reader.counts[("rain-a", News.YELLOW)] == 1
