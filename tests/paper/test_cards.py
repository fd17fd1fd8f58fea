"""A card tells its household where to go and whom to call, in its own language."""

import re
from dataclasses import replace
from typing import Any

from sqlalchemy import update

from alerting.paper.cards import cards_document
from alerting.report.rules.account import Number
from alerting.typesetting.program import typeset
from contacts.tables import DIVISIONS, HOUSEHOLDS
from tests.paper.conftest import printing
from tests.report.test_export import exported
from tests.support.city import NEXT_VILLAGE, QIANFO, household_code, officer_phone
from tests.support.closed_alert import raised
from tests.support.running import Workplace

WITHOUT_WORDS = 7
"""A household that reads English."""


def cards(work: Workplace, division: str = QIANFO, language: str = "zh") -> dict[str, Any]:
    def look(db: Any) -> dict[str, Any]:
        return dict(cards_document(replace(printing(language, division), connection=db), 4))

    return work.runtime.database.look(look)


def card(work: Workplace, number: int, division: str = QIANFO) -> dict[str, Any]:
    code = household_code(division, number)
    return next(each for each in cards(work, division)["cards"] if each["code"] == code)


async def test_card_names_place_route_officer_and_answer(gathered: Workplace) -> None:
    found = card(gathered, 1)
    assert [value for _, value in found["lines"]][1:] == [
        "千佛村小学操场",
        "出村口往东，过石桥",
        "officer grid +86 10090000005",
        "+86 139 0000 0009",
        "1全家已撤 2求助 3不走 4不在村",
    ]
    assert (found["head"], found["people"]) == ("住户0001", "2人")
    assert found["qr"] == f"tel:{officer_phone('grid')}"


async def test_cards_cover_the_same_people_as_ledger_verify(gathered: Workplace) -> None:
    alert = await raised(gathered)
    found = cards(gathered)["cards"]
    people = [int(re.sub(r"\D", "", each["people"])) for each in found]
    expected = exported(alert)[1].accounts[QIANFO].expected
    assert expected == Number(len(found), sum(people))


async def test_card_is_in_the_households_language(gathered: Workplace) -> None:
    assert card(gathered, WITHOUT_WORDS)["title"] == "Evacuation card"
    unknown = update(HOUSEHOLDS).where(HOUSEHOLDS.c.code == household_code(QIANFO, 1))
    gathered.change(unknown.values(language="xx"))
    assert card(gathered, 1)["title"] == "避险明白卡"


async def test_sketch_needs_coordinates_of_both_ends(gathered: Workplace) -> None:
    sketch = card(gathered, 1)["sketch"]
    assert (round(sketch["east"], 3), round(sketch["north"], 3)) == (0, 1)
    assert sketch["said"] == "距集合点约1.0公里"
    home = update(HOUSEHOLDS).where(HOUSEHOLDS.c.code == household_code(QIANFO, 1))
    gathered.change(home.values(latitude=None, longitude=None))
    assert card(gathered, 1)["sketch"] is None
    assert card(gathered, 1, NEXT_VILLAGE)["sketch"] is None


async def test_household_at_the_assembly_point_has_no_sketch(gathered: Workplace) -> None:
    assert card(gathered, 10)["sketch"] is None


async def test_card_without_assembly_point_uses_generic_words(work: Workplace) -> None:
    lines = dict(card(work, 1)["lines"])
    assert lines["去这里集合"] == "村里的集合点"
    assert "怎么走" not in lines


async def test_long_words_and_hostile_names_are_typeset(gathered: Workplace) -> None:
    gathered.change(
        update(DIVISIONS).where(DIVISIONS.c.code == QIANFO).values(route="沿公路往东，" * 30),
        update(HOUSEHOLDS).values(head='#panic("x") $ ]', address="\\ </svg> *"),
    )
    for per_page, pages in ((4, 3), (2, 5)):
        data = cards(gathered) | {"per_page": per_page}
        job = {"template": "cards", "data": data, "fonts": None, "at": 0}
        assert len(typeset(job, format="svg")) == pages


async def test_document_of_an_empty_division_says_so(work: Workplace) -> None:
    data = cards(work, "511921101", "en")
    assert data["cards"] == []
    assert typeset({"template": "cards", "data": data, "fonts": None, "at": 0})
