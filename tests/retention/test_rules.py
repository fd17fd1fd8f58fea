"""Reduced log entries and households have no personal data and keep their standing."""

from datetime import timedelta
from typing import Any, Final

import pytest

from alerting.ledger.events.alerts import AlertCancelled, AlertClosed, AlertRepeatedByText
from alerting.ledger.events.households import EvidenceGiven
from alerting.retention.rules import WITH_FREE_TEXT, home_left, left_of, stand_ins
from alerting.roll.rules.evidence import Evidence, Report, Rung
from alerting.roll.rules.persons import fold_persons
from tests.support.city import NOW

FIRST, SECOND, THIRD = "+8613900000001", "+8613900000002", "+8613900000003"


def given(by: str) -> EvidenceGiven:
    return EvidenceGiven(
        report="evacuated",
        people=3,
        channel="sms",
        given_at=NOW,
        rung=0,
        by=by,
        persons=(0, 1),
        since=None,
    )


def test_stand_ins_keep_phones_equal_and_in_order() -> None:
    found = stand_ins([SECOND, "grid", FIRST, SECOND, None, ""])
    assert found == {FIRST: "#0001", SECOND: "#0002"}
    assert sorted([FIRST, "grid"]) == [FIRST, "grid"]
    assert sorted(["#0001", "grid", "+86"]) == ["#0001", "+86", "grid"]


def test_stand_ins_of_later_phones_sort_after_earlier_ones() -> None:
    assert stand_ins(["#0001", "#0002", THIRD]) == {THIRD: "#0003"}


def test_reduced_evidence_loses_only_the_phone() -> None:
    left = left_of("evidence.given", given(FIRST).written(), {FIRST: "#0001"})
    assert left == given("#0001").written()
    assert left_of("evidence.given", given("grid").written(), {FIRST: "#0001"}) is None


@pytest.mark.parametrize(
    ("payload", "left"),
    [
        (AlertCancelled(reason="欧阳家误报"), AlertCancelled(reason="")),
        (
            AlertRepeatedByText(body="张三家后山", provider_id="SM1"),
            AlertRepeatedByText(body="", provider_id="SM1"),
        ),
    ],
)
def test_free_text_is_removed(payload: Any, left: Any) -> None:
    assert payload.kind in WITH_FREE_TEXT
    assert left_of(payload.kind, payload.written(), {}) == left.written()


def test_entries_without_personal_data_are_not_changed() -> None:
    assert left_of(AlertClosed.kind, AlertClosed().written(), {FIRST: "#0001"}) is None
    assert left_of("kind.of.tomorrow", "{}", {FIRST: "#0001"}) is None


def test_unreadable_entry_is_not_changed() -> None:
    assert left_of("evidence.given", "{}", {FIRST: "#0001"}) is None


def test_household_keeps_its_name_only_if_the_report_names_it() -> None:
    listed, other = (home_left("张三", "1号", "张三;李四", is_named=each) for each in (True, False))
    words = {"vulnerable": "", "persons": "–;–"}
    assert listed == {"head": "张三", "address": "1号"} | words
    assert other == {"head": "", "address": ""} | words
    assert home_left("张三", "1号", "", is_named=False)["persons"] == ""


SAID: Final = (
    (0, FIRST, Report.EVACUATED, 3),
    (0, SECOND, Report.EVACUATED, 2),
    (1, THIRD, Report.STAYING, None),
    (1, FIRST, Report.ELSEWHERE, 1),
    (2, "grid", Report.STAYING, 1),
)


@pytest.mark.parametrize("seconds", [0, 1])
def test_reduced_evidence_gives_the_same_standing(seconds: int) -> None:
    """At 0 seconds apart, the phone's sort order decides which evidence is later."""
    phones = stand_ins(by for _, by, _, _ in SAID)

    def folded(names: dict[str, str]) -> Any:
        said = [
            Evidence(
                id=number,
                given_at=NOW + number * timedelta(seconds=seconds),
                rung=Rung(rung),
                by=names.get(by, by),
                report=report,
                count=count,
            )
            for number, (rung, by, report, count) in enumerate(SAID)
        ]
        return fold_persons(said, 4, frozenset())

    before, after = folded({}), folded(phones)
    assert after.people == before.people
    assert after.standing == before.standing
    assert after.settled_by == phones.get(before.settled_by, before.settled_by)
