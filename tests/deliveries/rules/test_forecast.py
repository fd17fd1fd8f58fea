"""The forecast of sending, and the order of priorities."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.deliveries.rules.forecast import FARTHEST_STEP, Backlog, Priority, forecast

NOW = datetime(2022, 8, 29, 5, 10, tzinfo=UTC)
LIMIT = timedelta(minutes=3)


def test_forecast_for_2292_households_at_two_rates() -> None:
    slow = forecast(
        [(2292, 2)],
        backlog=Backlog(0, 1),
        now=NOW,
        cost_per_segment=0.05,
        finish_within=LIMIT,
    )
    fast = forecast(
        [(2292, 2)],
        backlog=Backlog(0, 100),
        now=NOW,
        cost_per_segment=0.05,
        finish_within=LIMIT,
    )
    assert (slow.texts, slow.segments, slow.cost) == (2292, 4584, 229.2)
    assert round((slow.finish - NOW).total_seconds() / 60) == 76
    assert round((fast.finish - NOW).total_seconds()) == 46
    assert (slow.late, fast.late) == (True, False)


def test_cost_is_rounded_to_the_cent() -> None:
    sending = forecast(
        [(1, 1)], backlog=Backlog(0, 1), now=NOW, cost_per_segment=0.0475, finish_within=LIMIT
    )
    assert sending.cost == 0.05


@pytest.mark.parametrize(("texts", "late"), [(180, False), (181, True)])
def test_forecast_is_late_if_it_finishes_after_the_limit(texts: int, late: bool) -> None:
    sending = forecast(
        [(texts, 1)],
        backlog=Backlog(0, 1),
        now=NOW,
        cost_per_segment=0,
        finish_within=LIMIT,
    )
    assert sending.late is late


def test_backlog_is_sent_before_the_forecast_texts() -> None:
    backlog = Backlog(100, 1)
    sending = forecast([(80, 1)], backlog=backlog, now=NOW, cost_per_segment=1, finish_within=LIMIT)
    assert (sending.finish, sending.segments) == (NOW + timedelta(seconds=180), 80)
    assert sending.late is False
    one_more = replace(backlog, segments=101)
    assert forecast(
        [(80, 1)], backlog=one_more, now=NOW, cost_per_segment=1, finish_within=LIMIT
    ).late


@pytest.mark.parametrize(
    ("waited", "late"), [(None, False), (timedelta(seconds=80), False), (LIMIT, True)]
)
def test_lateness_counts_from_the_first_waiting_text(waited: timedelta | None, late: bool) -> None:
    backlog = Backlog(100, 1, None if waited is None else NOW - waited)
    assert backlog.is_late(NOW, LIMIT) is late


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 3))))
def test_forecast_sums_the_segments_of_all_batches(batches: list[tuple[int, int]]) -> None:
    sending = forecast(
        batches,
        backlog=Backlog(0, 10),
        now=NOW,
        cost_per_segment=1,
        finish_within=LIMIT,
    )
    assert sending.texts == sum(texts for texts, _ in batches)
    assert sending.segments == sum(texts * each for texts, each in batches)
    assert sending.finish == NOW + timedelta(seconds=sending.segments / 10)


def test_distance_never_changes_the_priority_group() -> None:
    assert Priority.OFFICER < Priority.VULNERABLE
    assert Priority.VULNERABLE + FARTHEST_STEP < Priority.HOUSEHOLD
    assert Priority.HOUSEHOLD + FARTHEST_STEP < Priority.ANSWER
