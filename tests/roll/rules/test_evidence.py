from dataclasses import replace
from datetime import UTC, datetime

import pytest

from alerting.roll.rules.evidence import ACCOUNTING, DANGER, Evidence, Report, Rung

DAWN = datetime(2022, 8, 29, 5, 0, tzinfo=UTC)
OUT = Evidence(7, DAWN, Rung.OWN, "+8610000000001", Report.EVACUATED)
MISSED = replace(OUT, report=Report.MISSED_ROLL_CALL, by="clock")


def test_the_ladder_is_kept_as_these_numbers() -> None:
    assert [Rung.OWN, Rung.NEIGHBOUR, Rung.OFFICER, Rung.SHELTER] == [0, 1, 2, 3]


def test_what_carries_a_standing_accounts_or_tells_of_danger() -> None:
    tells_nothing = {Report.RECEIVED, Report.NOT_HOME, Report.MISSED_ROLL_CALL}
    assert not ACCOUNTING & DANGER
    assert set(Report) - tells_nothing == ACCOUNTING | DANGER


@pytest.mark.parametrize("count", [None, 0, 5])
def test_speaks_of_a_number_of_people_or_of_the_whole_household(count: int | None) -> None:
    assert replace(OUT, count=count).count == count


@pytest.mark.parametrize("report", sorted(ACCOUNTING | DANGER))
def test_may_name_whom_it_speaks_of(report: Report) -> None:
    assert replace(OUT, report=report, persons=frozenset({0})).persons == frozenset({0})


def test_a_missed_roll_call_may_say_when_it_was_called() -> None:
    assert replace(MISSED, since=DAWN).since == DAWN
    assert MISSED.since is None


@pytest.mark.parametrize("field", ["given_at", "since"])
def test_a_time_without_zone_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match="evidence 7: a time has no time zone"):
        replace(MISSED, **{field: datetime(2022, 8, 29)})  # type: ignore[arg-type] # noqa: DTZ001


def test_a_count_below_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="evidence 7: count is -1"):
        replace(OUT, count=-1)


@pytest.mark.parametrize(
    ("said", "persons", "count"),
    [(OUT, set[int](), None), (OUT, {1}, 1), (OUT, {1}, 0), (MISSED, {1}, None)],
    ids=["nobody", "with a count", "with a count of nobody", "by a roll-call"],
)
def test_naming_is_refused_where_it_cannot_be(
    said: Evidence, persons: set[int], count: int | None
) -> None:
    with pytest.raises(ValueError, match="evidence 7: name one person or more, and give no count"):
        replace(said, persons=frozenset(persons), count=count)


@pytest.mark.parametrize("report", sorted(set(Report) - {Report.MISSED_ROLL_CALL}))
def test_only_a_roll_call_is_called(report: Report) -> None:
    with pytest.raises(ValueError, match="evidence 7: `since` belongs to a missed roll-call"):
        replace(OUT, report=report, since=DAWN)
