from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from alerting.drill.agents.gauge import Gauge
from alerting.drill.gauges.news import Counts, News
from alerting.drill.gauges.plans import GAUGES, Trouble
from alerting.drill.gauges.story import GaugeStory, story_of_gauges
from alerting.drill.progress.milestones import Journal
from alerting.drill.service.client import Service
from tests.support.clocks import story_time
from tests.support.simulated_city import ANCHOR

RAIN, CRACK, FLAPS, DIES, LIES = (gauge.name for gauge in GAUGES)
COUNTS = Counter(
    {
        (RAIN, News.YELLOW): 1,
        (CRACK, News.YELLOW): 1,
        (CRACK, News.RED): 1,
        (FLAPS, News.YELLOW): 2,
        (FLAPS, News.SUPPRESSED): 3,
        (DIES, News.SILENT): 2,
        (DIES, News.BACK): 1,
        (LIES, News.CLOCK_WRONG): 1,
        (RAIN, News.SUPPRESSED): 9,
        (RAIN, News.SILENT): 9,
        (RAIN, News.CLOCK_WRONG): 9,
    }
)


class Nowhere(Service):
    """A service that gets no request."""

    def __init__(self) -> None:
        pass


def gauges(red_at: datetime | None = ANCHOR) -> list[Gauge]:
    """Return the gauges after some readings. The crack meter is red since `red_at`."""
    time = story_time(1.0, ANCHOR)
    found = [Gauge(plan, Nowhere(), time, Journal(time)) for plan in GAUGES]
    for gauge in found:
        gauge.values += [1.0]
        if gauge.plan.trouble is Trouble.FLAPS:
            gauge.values += [21.0, 14.0, 21.0]
        if gauge.plan.name == CRACK:
            gauge.red_at = red_at
    return found


def story(
    counts: Counts = COUNTS, proposals: int = 1, red_at: datetime | None = ANCHOR
) -> GaugeStory:
    began = ANCHOR + timedelta(seconds=75)
    return story_of_gauges(gauges(red_at), counts, proposals, began)


def test_summary_counts_readings_news_and_proposals() -> None:
    assert story() == GaugeStory(
        readings=8,
        yellow_tellings=4,
        proposals=1,
        crossings=2,
        flapping_suppressed=3,
        silent_noticed=1,
        clock_wrong_noticed=1,
        seconds_red_to_alert=75.0,
    )


@pytest.mark.parametrize("red_at", [None, ANCHOR + timedelta(seconds=76)])
def test_red_value_after_the_alert_gives_no_time_to_the_alert(red_at: datetime | None) -> None:
    assert story(red_at=red_at).seconds_red_to_alert is None


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, []),
        ({"readings": 0}, ["no reading of a gauge was taken"]),
        ({"yellow_tellings": 0}, ["nobody was told that a gauge is yellow"]),
        ({"proposals": 0}, ["the gauges proposed 0 alerts instead of one"]),
        ({"proposals": 2}, ["the gauges proposed 2 alerts instead of one"]),
        ({"flapping_suppressed": 0}, ["officers were told each time that a gauge flapped"]),
        ({"silent_noticed": 0}, ["the silence of a gauge was told 0 times instead of once"]),
        (
            {"clock_wrong_noticed": 2},
            ["a gauge's wrong clock was told 2 times instead of once"],
        ),
        ({"seconds_red_to_alert": None}, ["no gauge was red before the alert"]),
    ],
)
def test_each_missing_reaction_is_a_shortcoming(changes: dict[str, Any], wrong: list[str]) -> None:
    found = replace(story(), **changes)
    assert [words for words, holds in found.shortcomings.items() if holds] == wrong
