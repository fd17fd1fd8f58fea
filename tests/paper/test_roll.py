"""The printed roll has every household in walking order, with its current state."""

from dataclasses import replace
from typing import Any

from sqlalchemy import update

from alerting.ledger.alerts import stored
from alerting.messages.text import words_in
from alerting.paper.roll import roll_document
from alerting.report.tables import PARTS
from alerting.typesetting.program import typeset
from contacts.tables import HOUSEHOLDS
from tests.paper.conftest import printing
from tests.report.conftest import NAMED, STAYING, play
from tests.report.test_export import exported
from tests.support.city import QIANFO, TOWN, household_code
from tests.support.closed_alert import raised
from tests.support.running import Workplace


def rolled(work: Workplace, alert: int | None = None, **changes: Any) -> dict[str, Any]:
    def look(db: Any) -> dict[str, Any]:
        found = stored(db, alert) if alert else None
        given = replace(printing(), connection=db, **changes)
        return dict(roll_document(given, found, with_phones=True))

    return work.runtime.database.look(look)


def rows(data: dict[str, Any]) -> dict[str, list[str]]:
    return {row["cells"][0]: row["cells"] for sheet in data["sheets"] for row in sheet["rows"]}


async def test_roll_of_the_roster_has_every_household(work: Workplace) -> None:
    named = HOUSEHOLDS.c.code == household_code(QIANFO, 5)
    work.change(update(HOUSEHOLDS).where(named).values(persons="住户0005;李四"))
    data = rolled(work)
    assert [sheet["title"] for sheet in data["sheets"]] == ["诺江镇千佛村 · 10户25人"]
    assert rows(data)["005"] == [
        "005", "住户0005\n李四", "2", "老人", "5号", "+86 10020800005"
    ]  # fmt: skip
    first = data["sheets"][0]["rows"][0]
    assert first["qr"] == f"https://alerts.example.org/doors#household={household_code(QIANFO, 1)}"
    assert (first["is_vulnerable"], data["has_state"], data["banner"]) == (False, False, "")


async def test_each_village_has_a_sheet_of_its_own(work: Workplace) -> None:
    data = rolled(work, division=TOWN)
    assert [len(sheet["rows"]) for sheet in data["sheets"]] == [10, 10]


async def test_roll_of_an_alert_has_standings_and_visitors(work: Workplace) -> None:
    alert = await raised(work)
    await play(alert)
    data = rolled(work, alert.alert)
    found = rows(data)
    assert found[f"00{NAMED}"][-1] == "未落实 2"
    assert found[f"00{STAYING}"][-1] == "不走 3"
    assert (found["001"][-1], found["009"][-1]) == ("自报", "已核实")
    assert any(cells[1] == "客人" for cells in found.values())
    assert data["banner"] == "演练 · 不是真的灾情"
    assert data["title"].startswith("演练")
    assert {len(cells) for cells in found.values()} == {7}


async def test_roll_has_the_same_numbers_as_ledger_verify(work: Workplace) -> None:
    alert = await raised(work)
    await play(alert)
    account = exported(alert)[1].accounts[QIANFO]
    (sheet,) = rolled(work, alert.alert)["sheets"]
    all_, lines = account.expected, [row["cells"] for row in sheet["rows"]]
    assert sheet["title"] == f"诺江镇千佛村 · {all_.households}户{all_.people}人"
    assert sum(int(cells[2]) for cells in lines) == all_.people
    words, states = words_in("zh").report, [cells[-1].split() for cells in lines]
    for part in PARTS[1:]:
        told = [people for word, *people in states if word == words[part]]
        assert len(told) == getattr(account, part).households, part
        if part not in {"verified", "claimed"}:
            people = sum(int(number) for (number,) in told)
            assert people == getattr(account, part).people, part


async def test_phones_can_be_omitted(work: Workplace) -> None:
    def look(db: Any) -> Any:
        return roll_document(replace(printing(), connection=db), None, with_phones=False)

    data = work.runtime.database.look(look)
    assert {cells[5] for cells in rows(data).values()} == {""}


async def test_rolls_are_typeset(work: Workplace) -> None:
    alert = await raised(work)
    for data in (rolled(work), rolled(work, alert.alert), rolled(work, division="511921101")):
        assert typeset({"template": "roll", "data": data, "fonts": None, "at": 0})
