"""Which groups get a post, which progress is news, and how often posts are sent and retried."""

from datetime import timedelta

import pytest

from alerting.deliveries.rules.providers import full, refill
from alerting.roll.rules.tally import Tally
from alerting.work_groups.rules import (
    ProgressReason,
    WorkGroup,
    groups_of_area,
    nearest_groups,
    next_try,
    pace_of,
    progress_reason,
    tenths_of,
)
from tests.support.city import CITY, COUNTY, FAR_TOWN, NEXT_VILLAGE, NOW, QIANFO, TOWN, after

GROUPS = tuple(
    WorkGroup(f"{code}/1", code) for code in (CITY, COUNTY, TOWN, FAR_TOWN, QIANFO, NEXT_VILLAGE)
)


def divisions(groups: tuple[WorkGroup, ...]) -> list[str]:
    return [group.division for group in groups]


def test_area_has_its_own_groups_and_those_above() -> None:
    assert divisions(groups_of_area(GROUPS, [QIANFO])) == [CITY, COUNTY, TOWN, QIANFO]
    below = [CITY, COUNTY, TOWN, QIANFO, NEXT_VILLAGE]
    assert divisions(groups_of_area(GROUPS, [TOWN])) == below
    assert divisions(groups_of_area(GROUPS, [f"{QIANFO}001"])) == [CITY, COUNTY, TOWN, QIANFO]


def test_nearest_groups_belong_to_the_place_or_the_next_division_above() -> None:
    assert divisions(nearest_groups(GROUPS, QIANFO)) == [QIANFO]
    assert divisions(nearest_groups(GROUPS[:2], QIANFO)) == [COUNTY]
    assert nearest_groups(GROUPS[3:4], QIANFO) == ()


@pytest.mark.parametrize(("unaccounted", "tenths"), [(30, 0), (28, 0), (27, 1), (1, 9), (0, 10)])
def test_tenths_are_rounded_down(unaccounted: int, tenths: int) -> None:
    safe = 30 - unaccounted
    tally = Tally(people_unaccounted=unaccounted, people_evacuated=safe)
    assert tenths_of(tally) == tenths


def test_empty_roll_is_no_progress() -> None:
    assert tenths_of(Tally()) == 0


@pytest.mark.parametrize(
    ("told", "tenths", "reason"),
    [
        (0, 1, ProgressReason.RISEN),
        (2, 9, ProgressReason.RISEN),
        (5, 5, ProgressReason.NO_NEWS),
        (5, 4, ProgressReason.NO_NEWS),
        (5, 3, ProgressReason.FALLEN),
        (10, 9, ProgressReason.FALLEN),
    ],
)
def test_progress_is_news_when_it_rises_or_clearly_falls(
    told: int, tenths: int, reason: ProgressReason
) -> None:
    assert progress_reason(told, tenths) is reason


@pytest.mark.parametrize("per_minute", [1, 2, 3, 10, 20])
def test_no_minute_has_more_posts_than_allowed(per_minute: int) -> None:
    pace = pace_of("511921/1", per_minute)
    bucket, sent = full(pace, NOW), []
    for second in range(600):
        bucket = refill(bucket, pace, after(second))
        if bucket.tokens >= 1:
            sent.append(second)
            bucket = type(bucket)(bucket.tokens - 1, bucket.filled_at)
    minutes = [sum(start <= at < start + 60 for at in sent) for start in range(540)]
    assert max(minutes) <= per_minute
    assert len(sent) >= 5 * min(per_minute, 2)


def test_refused_post_is_retried_with_back_off_for_half_an_hour() -> None:
    at, tries = NOW, 1
    while later := next_try(tries, at, after(86_400)):
        assert timedelta(seconds=1) <= later - at <= timedelta(minutes=10)
        at, tries = later, tries + 1
    assert tries == 12
    assert timedelta(minutes=15) < at - NOW < timedelta(minutes=45)


def test_refused_post_is_not_retried_after_it_expires() -> None:
    assert next_try(1, NOW, after(1)) is None
    assert next_try(1, NOW, after(2)) == after(1)
