"""The tables of a report say what happened, in the reader's language."""

from dataclasses import replace

from alerting.ledger.events.registry import Event
from alerting.report.rules.timeline import Moment
from alerting.report.tables import Table, sums, tables_of
from tests.report.conftest import HELPED, STAYING
from tests.support.city import QIANFO, after
from tests.support.closed_alert import AfterZero
from tests.support.reports import facts_for, words_of


def tables(alert: AfterZero, code: str = "en") -> dict[str, Table]:
    facts = facts_for(alert)
    return {table.key: table for table in tables_of(facts, words_of(facts, code))}


async def test_every_row_has_as_many_cells_as_its_heading(played: AfterZero) -> None:
    found = tables(played)
    assert list(found) == [
        "times", "places", "timeline", "sending", "calls", "doors", "help", "stayed", "wrong"
    ]  # fmt: skip
    for table in found.values():
        assert {len(row) for row in table.rows} <= {len(table.columns)}, table.key


async def test_table_has_the_sums_of_the_account(played: AfterZero) -> None:
    found = tables(played)["places"]
    assert found.rows == [("Qianfo village", *sums(facts_for(played).account))]
    assert sums(facts_for(played).account)[:2] == [11, 28]


async def test_help_and_staying_have_names_times_and_officers(played: AfterZero) -> None:
    found = tables(played)
    assert found["help"].rows == [
        (
            f"住户{HELPED:04d} {HELPED}号",
            "Qianfo village",
            "13:11",
            "13:14",
            "officer grid",
            "3 min",
        )
    ]
    assert found["stayed"].rows == [
        (f"住户{STAYING:04d} {STAYING}号", "Qianfo village", 3, "officer grid")
    ]


async def test_times_of_reached_percentages_are_shown(played: AfterZero) -> None:
    rows = tables(played, "zh")["times"].rows
    assert rows[0][0] == "50% 的人"
    assert rows[-1][1] == "还没有达到"


async def test_moment_names_a_single_household_and_counts_several(played: AfterZero) -> None:
    rows = tables(played)["timeline"].rows
    assert rows[0] == ("13:10", "Alert raised", 1, "officer informant")
    called = next(row for row in rows if row[1] == "Call for help")
    assert called[3] == f"住户{HELPED:04d} {HELPED}号, Qianfo village"


async def test_failures_are_listed_with_the_provider(played: AfterZero) -> None:
    facts = facts_for(played)
    down = Event(
        1, 99, after(60), "provider.down", "", "",
        '{"provider": "twilio", "since": "2026-08-29T05:11:00Z"}',
    )  # fmt: skip
    troubled = replace(facts, moments=[Moment(down, 1)])
    wrong = tables_of(troubled, words_of(facts, "en"))[-1]
    assert wrong.rows == [("13:11", "Provider is down: twilio", 1, "")]
    assert QIANFO not in str(wrong)
