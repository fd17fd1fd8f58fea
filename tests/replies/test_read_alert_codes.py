"""Reports that name a household, from officers and from neighbours."""

import pytest
from sqlalchemy import insert, select

from alerting.roll.rules.evidence import Rung
from alerting.roll.tables import evidence
from contacts.tables import HOUSEHOLD_PHONES
from tests.support.city import (
    NEXT_VILLAGE,
    QIANFO,
    TOWN,
    household_code,
    household_phone,
    officer_phone,
)
from tests.support.confirmations import answered
from tests.support.door_texts import send_to_doors
from tests.support.incoming_texts import (
    HOME,
    NEIGHBOUR,
    PHONE,
    answers,
    given,
    kinds,
    queue,
    says,
    standing,
)
from tests.support.running import Workplace

GRID = officer_phone("grid")
COMMANDER = officer_phone("commander")


@pytest.mark.parametrize(
    ("body", "report", "people"),
    [
        ("003 1 4", "evacuated", 4),
        ("0003 1", "evacuated", None),
        ("003 2", "needs_help", None),
        ("003 3", "staying", None),
        ("003 4 2", "elsewhere", 2),
        ("003 都出来了", "evacuated", None),
        ("003 不在家", "not_home", None),
        ("003 1 2", "evacuated", 2),
    ],
)
async def test_officers_report_is_evidence_and_is_acknowledged(
    work: Workplace, body: str, report: str, people: int | None
) -> None:
    await work.raised("informant", QIANFO)
    work.hand_over()
    code = send_to_doors(work, HOME)
    await says(work, f"{body} #{code}", GRID)
    assert given(work) == [(HOME, Rung.OFFICER, "grid", report, people)]
    assert set(kinds(work, GRID)) <= {"doors", "help_case", "reports_recorded"}
    assert queue(work) == []
    assert answered(work) == [(1, "grid", "sms")]


async def test_officers_report_without_a_door_task_is_a_claim(work: Workplace) -> None:
    """A number can be forged, so a report by text without a code proves nothing."""
    await work.raised("commander", TOWN)
    await says(work, "2080003 1", COMMANDER)
    await says(work, "2080004 2", PHONE)
    await says(work, "2080004 1", COMMANDER)
    assert [row[:3] for row in given(work)] == [
        (HOME, Rung.NEIGHBOUR, "commander"),
        (NEIGHBOUR, Rung.NEIGHBOUR, PHONE),
        (NEIGHBOUR, Rung.NEIGHBOUR, "commander"),
    ]
    assert (standing(work), standing(work, NEIGHBOUR)) == ("evacuated", "needs_help")


async def test_corrected_report_weighs_as_much_as_the_first(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    code = send_to_doors(work, HOME)
    for body in ("003 1 2", "003 1 4"):
        await says(work, f"{body} #{code}", GRID)
    assert [row[1] for row in given(work)] == [Rung.OFFICER] * 2


async def test_informants_report_weighs_as_much_as_a_neighbours(work: Workplace) -> None:
    await work.raised("grid", QIANFO)
    await says(work, "003 1", officer_phone("informant"))
    assert given(work) == [(HOME, Rung.NEIGHBOUR, "informant", "evacuated", None)]


async def test_each_line_is_one_report(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    work.hand_over()
    for _ in range(2):
        await says(work, "003 1 4\n\n004 1 1\r\n收到", GRID, sid="SM1")
    assert [(home, people) for home, _, _, _, people in given(work)] == [(HOME, 4), (NEIGHBOUR, 1)]
    assert work.rows(select(evidence.c.source).order_by(evidence.c.id)) == [
        (f"SM1/1/1/{HOME}",),
        (f"SM1/2/1/{NEIGHBOUR}",),
    ]
    assert queue(work) == []


async def test_line_without_household_number_waits(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "003 1\n1", GRID)
    await says(work, "004 王家\n1", PHONE)
    assert [row[0] for row in given(work)] == [HOME]
    assert standing(work, NEIGHBOUR) == "unaccounted"
    assert [row[0] for row in queue(work)] == ["003 1\n1", "004 王家\n1"]


async def test_officers_own_door_task_resolves_ambiguous_number(work: Workplace) -> None:
    """Two villages have a household 0003; the commander has a door task for one of them."""
    await work.raised("commander", TOWN)
    other = household_code(NEXT_VILLAGE, 3)
    send_to_doors(work, other, officer="commander")
    await says(work, "003 1", COMMANDER)
    assert [(row[0], row[2]) for row in given(work)] == [(other, "commander")]


async def test_ambiguous_number_gets_a_question(work: Workplace) -> None:
    await work.raised("commander", TOWN)
    for _ in range(2):
        await says(work, "003 1 4", COMMANDER)
    assert given(work) == []
    assert [row[1] for row in queue(work)] == ["which_household"] * 2
    assert kinds(work, COMMANDER) == ["which_household"] * 2
    assert "2080003 2090003" in answers(work, COMMANDER)[0][1]
    await says(work, "2090003 1 4", COMMANDER)
    assert [row[0] for row in given(work)] == [household_code(NEXT_VILLAGE, 3)]
    assert queue(work) == []


async def test_help_for_an_ambiguous_number_counts_for_all_matching_households(
    work: Workplace,
) -> None:
    await work.raised("commander", TOWN)
    await says(work, "003 2", COMMANDER)
    assert {row[0] for row in given(work)} == {HOME, household_code(NEXT_VILLAGE, 3)}


async def test_report_counts_on_the_named_alert(
    work: Workplace,
) -> None:
    numbers = [(await work.raised("informant", QIANFO)).alert.number for _ in range(2)]
    await says(work, "003 1", GRID)
    assert given(work) == []
    ((kind, body),) = answers(work, GRID)
    assert (kind, all(f"#{number}" in body for number in numbers)) == ("which_alert", True)
    await says(work, f"003 1 #{numbers[1]}", GRID)
    assert work.rows(select(evidence.c.alert)) == [(2,)]


async def test_unknown_household_number_is_answered_and_waits(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "099 1 3", GRID)
    assert given(work) == []
    ((kind, body),) = answers(work, GRID)
    assert (kind, "099" in body) == ("no_such_household", True)
    assert queue(work) == [("099 1 3", "no_such_household", 1, "grid")]


async def test_officer_reports_only_within_own_division(work: Workplace) -> None:
    await work.raised("commander", TOWN)
    await says(work, "003 1", officer_phone("next-grid"))
    await says(work, "004 1", officer_phone("far-commander"))
    await says(work, "005 1", officer_phone("administrator"))
    assert [row[0] for row in given(work)] == [household_code(NEXT_VILLAGE, 3)]


async def test_officers_report_on_own_home_is_the_households_own_word(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    work.change(insert(HOUSEHOLD_PHONES).values(household=HOME, position=1, number=GRID))
    code = send_to_doors(work, NEIGHBOUR)
    await says(work, f"003 1 #{code}", GRID)
    await says(work, f"004 1 #{code}", GRID)
    assert [row[:3] for row in given(work)] == [
        (HOME, Rung.OWN, GRID),
        (NEIGHBOUR, Rung.OFFICER, "grid"),
    ]


@pytest.mark.parametrize(
    ("body", "household", "rung", "report"),
    [
        ("004 1 1", NEIGHBOUR, Rung.NEIGHBOUR, "evacuated"),
        ("004 2", NEIGHBOUR, Rung.NEIGHBOUR, "needs_help"),
        ("004 老人走不动", NEIGHBOUR, Rung.NEIGHBOUR, "needs_help"),
        ("004 不在家", NEIGHBOUR, Rung.NEIGHBOUR, "not_home"),
        ("003 1 4", HOME, Rung.OWN, "evacuated"),
        ("003 都出来了", HOME, Rung.OWN, "evacuated"),
        ("120 房子垮了", HOME, Rung.OWN, "needs_help"),
        ("099 救命", HOME, Rung.OWN, "needs_help"),
    ],
)
async def test_household_reports_itself_or_a_neighbour(
    work: Workplace, body: str, household: str, rung: Rung, report: str
) -> None:
    await work.raised("informant", QIANFO)
    await says(work, body)
    assert [row[:4] for row in given(work)] == [(household, rung, PHONE, report)]
    assert kinds(work) == (["confirm_help"] if report == "needs_help" else [])
    assert kinds(work, household_phone(QIANFO, 4)) == []


@pytest.mark.parametrize("body", ["004 都出来了", "004 隔壁也出来了", "004 STOP", "004 天气"])
async def test_words_after_a_number_do_not_make_a_neighbour_safe(
    work: Workplace, body: str
) -> None:
    await work.raised("informant", QIANFO)
    await says(work, body)
    assert standing(work, NEIGHBOUR) == "unaccounted"
    assert given(work) == []
    assert kinds(work) == ["question"]


async def test_neighbour_report_needs_same_village_and_open_alert(work: Workplace) -> None:
    await work.raised("commander", NEXT_VILLAGE)
    await says(work, "004 1")
    assert given(work) == []
    await work.raised("commander", TOWN)
    await says(work, "004 1")
    assert work.rows(select(evidence.c.alert, evidence.c.household)) == [(2, NEIGHBOUR)]
    await says(work, "099 1")
    assert kinds(work) == ["no_such_household"]
