"""A text about a household that the sender looks after counts as a neighbour's word."""

import pytest
from sqlalchemy import insert, select, update

from alerting.help_cases.tables import help_cases
from alerting.roll.rules.evidence import Rung
from alerting.roll.tables import roll
from contacts.tables import HOUSEHOLD_PHONES, HOUSEHOLDS
from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN, household_code, household_phone
from tests.support.incoming_texts import HOME, PHONE, answers, given, kinds, queue, says, standing
from tests.support.neighbours import looks_after
from tests.support.running import Workplace

IN_CARE = [household_code(QIANFO, number) for number in (4, 6)]
OTHER = household_code(QIANFO, 2)


@pytest.fixture
async def asked(work: Workplace) -> Workplace:
    """Return a workplace with an open alert, on which household 3 looks after 4 and 6."""
    work.change(looks_after(3, [4, 6]))
    await work.raised("informant", QIANFO)
    return work


@pytest.mark.parametrize(
    "body", ["004 1, 006 4", "004 1，006 4", "004 1；006 4", "004 1\n006 4", "０04 1、006 4"]
)
async def test_one_text_reports_several_households_in_care(asked: Workplace, body: str) -> None:
    await says(asked, body)
    assert [row[:4] for row in given(asked)] == [
        (IN_CARE[0], Rung.NEIGHBOUR, PHONE, "evacuated"),
        (IN_CARE[1], Rung.NEIGHBOUR, PHONE, "elsewhere"),
    ]
    assert standing(asked, HOME) == "unaccounted"
    assert kinds(asked) == []


async def test_number_of_both_an_own_home_and_one_in_care_gets_a_question(work: Workplace) -> None:
    second_home = household_code(NEXT_VILLAGE, 4)
    own_phone = {"household": second_home, "position": 1, "number": PHONE}
    work.change(looks_after(3, [4]), insert(HOUSEHOLD_PHONES).values(own_phone))
    await work.raised("commander", TOWN)
    await says(work, "004 1")
    assert [standing(work, home) for home in (IN_CARE[0], second_home)] == ["unaccounted"] * 2
    assert kinds(work) == ["which_household"]


async def test_neighbours_report_is_claimed_not_verified(asked: Workplace) -> None:
    await says(asked, "004 1")
    query = select(roll.c.verified).where(roll.c.household == IN_CARE[0])
    assert (standing(asked, IN_CARE[0]), asked.rows(query)) == ("evacuated", [(False,)])


async def test_call_for_help_by_a_neighbour_opens_a_case(asked: Workplace) -> None:
    await says(asked, "004 1, 006 2")
    assert [row[0] for row in asked.rows(select(help_cases.c.household))] == [IN_CARE[1]]
    assert standing(asked, IN_CARE[0]) == "evacuated"


@pytest.mark.parametrize("body", ["002 1", "004 1, 002 4"])
async def test_report_cannot_make_a_household_outside_the_care_safe(
    asked: Workplace, body: str
) -> None:
    await says(asked, body)
    assert standing(asked, OTHER) == "unaccounted"
    ((kind, text),) = answers(asked)
    assert kind == "no_such_household"
    assert "002" in text


async def test_call_for_help_for_a_household_outside_the_care_is_heard(asked: Workplace) -> None:
    await says(asked, "002 2")
    assert standing(asked, OTHER) == "needs_help"


async def test_unknown_number_gets_a_question_and_other_reports_are_recorded(
    asked: Workplace,
) -> None:
    await says(asked, "004 1, 099 1")
    assert [row[0] for row in given(asked)] == [IN_CARE[0]]
    assert kinds(asked) == ["no_such_household"]
    assert [row.reason for row in queue(asked)] == ["no_such_household"]


async def test_words_instead_of_a_key_get_the_report_form(asked: Workplace) -> None:
    await says(asked, "004 都出来了")
    assert standing(asked, IN_CARE[0]) == "unaccounted"
    assert kinds(asked) == ["report_form"]


async def test_bare_key_is_about_the_senders_own_household(asked: Workplace) -> None:
    await says(asked, "1")
    assert [row[:2] for row in given(asked)] == [(HOME, Rung.OWN)]


async def test_quoted_question_reports_nothing(asked: Workplace) -> None:
    question = (
        "演练：应急指挥部：您照看的2户05:10没回音：004住户0004 006住户0006。出来没？别回去。"
        "逐户回“004 1”：1全家已撤 2求助 3不走 4不在村"
    )
    await says(asked, question)
    assert [standing(asked, household) for household in (*IN_CARE, HOME)] == ["unaccounted"] * 3


async def test_carer_outside_the_alert_can_report(work: Workplace) -> None:
    centre = household_code(NEXT_VILLAGE, 3)
    work.change(update(HOUSEHOLDS).where(HOUSEHOLDS.c.code == IN_CARE[0]).values(centre=centre))
    await work.raised("informant", QIANFO)
    phone = household_phone(NEXT_VILLAGE, 3)
    await says(work, "004 1", phone)
    await says(work, "099 1", phone)
    assert [row[:3] for row in given(work)] == [(IN_CARE[0], Rung.NEIGHBOUR, phone)]
    assert kinds(work, phone) == ["no_such_household"]


async def test_household_without_care_reports_only_one_household_per_line(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "004 1, 006 4")
    assert standing(work, IN_CARE[1]) == "unaccounted"
