from dataclasses import replace
from datetime import UTC, datetime

import pytest

from alerting.roll.rules.evidence import ACCOUNTING, DANGER, Evidence, Report, Rung

DAWN = datetime(2022, 8, 29, 5, 0, tzinfo=UTC)
OUT = Evidence(7, DAWN, Rung.OWN, "+8610000000001", Report.EVACUATED)
MISSED = replace(OUT, report=Report.MISSED_ROLL_CALL, by="clock")


def test_rungs_have_their_stored_numbers() -> None:
    assert [Rung.OWN, Rung.NEIGHBOUR, Rung.OFFICER, Rung.SHELTER] == [0, 1, 2, 3]


def test_no_report_is_both_accounting_and_danger() -> None:
    tells_nothing = {Report.RECEIVED, Report.NOT_HOME, Report.MISSED_ROLL_CALL}
    assert not ACCOUNTING & DANGER
    assert set(Report) - tells_nothing == ACCOUNTING | DANGER


@pytest.mark.parametrize("count", [None, 0, 5])
def test_count_may_be_none_zero_or_more(count: int | None) -> None:
    assert replace(OUT, count=count).count == count


@pytest.mark.parametrize("report", sorted(ACCOUNTING | DANGER))
def test_evidence_may_name_persons(report: Report) -> None:
    assert replace(OUT, report=report, persons=frozenset({0})).persons == frozenset({0})


def test_missed_roll_call_may_say_when_it_was_called() -> None:
    assert replace(MISSED, since=DAWN).since == DAWN
    assert MISSED.since is None


@pytest.mark.parametrize("field", ["given_at", "since"])
def test_time_without_zone_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match="evidence 7: a time has no time zone"):
        replace(MISSED, **{field: datetime(2022, 8, 29)})  # type: ignore[arg-type] # noqa: DTZ001


def test_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="evidence 7: count is -1"):
        replace(OUT, count=-1)


@pytest.mark.parametrize(
    ("said", "persons", "count"),
    [(OUT, set[int](), None), (OUT, {1}, 1), (OUT, {1}, 0), (MISSED, {1}, None)],
    ids=["nobody", "with a count", "with a count of nobody", "by a roll-call"],
)
def test_persons_are_refused_if_empty_or_with_a_count_or_a_missed_roll_call(
    said: Evidence, persons: set[int], count: int | None
) -> None:
    with pytest.raises(ValueError, match="evidence 7: name one person or more, and give no count"):
        replace(said, persons=frozenset(persons), count=count)


@pytest.mark.parametrize("report", sorted(set(Report) - {Report.MISSED_ROLL_CALL}))
def test_since_is_refused_except_for_a_missed_roll_call(report: Report) -> None:
    with pytest.raises(ValueError, match="evidence 7: `since` belongs to a missed roll-call"):
        replace(OUT, report=report, since=DAWN)
