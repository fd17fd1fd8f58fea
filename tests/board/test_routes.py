"""Data that a board loads once: curve, divisions, courtyards and homes."""

from typing import Any

import pytest
from sqlalchemy import update

from contacts.tables import HOUSEHOLDS
from tests.support.city import (
    CITY,
    COUNTY,
    FAR_TOWN,
    NEXT_VILLAGE,
    QIANFO,
    TOWN,
    headcount,
    household_code,
)
from tests.support.door_reports import found
from tests.support.running import Running

PEOPLE = sum(headcount(n) for n in range(1, 11))


async def seen(service: Running, what: str, caller: str = "commander", **query: str) -> Any:
    status, body = await service.get(f"/api/alerts/1/{what}", caller, **query)
    assert status == 200, body
    return body


async def test_curve_defaults_to_the_callers_division(service: Running) -> None:
    raised = await service.raised("commander", QIANFO, NEXT_VILLAGE)
    await found(service, "grid", 2, "evacuated")
    whole = await seen(service, "curve")
    assert whole[0] == {
        "at": raised["sent"],
        "total": 2 * PEOPLE,
        "accounted": 0,
        "unaccounted": 2 * PEOPLE,
    }
    assert (whole[-1]["accounted"], len(whole)) == (headcount(2), 2)
    next_door = await seen(service, "curve", division=NEXT_VILLAGE)
    assert [(point["total"], point["accounted"]) for point in next_door] == [(PEOPLE, 0)]


async def test_divisions_are_listed_down_from_the_requested_one(service: Running) -> None:
    await service.raised("commander", QIANFO)
    places = await seen(service, "divisions", "city-duty")
    assert [place["division"] for place in places] == [CITY, COUNTY, TOWN, QIANFO]
    assert places[-1] == {
        "division": QIANFO,
        "name": "千佛村",
        "tier": "village",
        "parent": TOWN,
    }
    own = await seen(service, "divisions", "informant")
    assert [place["division"] for place in own] == [QIANFO]


async def test_courtyards_of_a_village_have_their_own_tallies(service: Running) -> None:
    codes = [household_code(QIANFO, number) for number in (1, 2, 3)]
    of_three = HOUSEHOLDS.c.code.in_(codes)
    await service.change(update(HOUSEHOLDS).where(of_three).values(courtyard="1号院"))
    await service.raised("commander", QIANFO)
    await found(service, "grid", 2, "evacuated")
    yard, rest = await seen(service, "courtyards", division=QIANFO)
    assert (yard["courtyard"], rest["courtyard"]) == ("1号院", None)
    assert (yard["households_total"], yard["people"]["evacuated"]) == (3, headcount(2))
    assert yard["people"]["unaccounted"] == headcount(1) + headcount(3)
    assert (rest["households_total"], rest["people"]["evacuated"]) == (7, 0)


@pytest.mark.parametrize(
    ("caller", "division", "status"), [("commander", TOWN, 422), ("grid", NEXT_VILLAGE, 404)]
)
async def test_courtyards_need_a_village_within_the_callers_division(
    service: Running, caller: str, division: str, status: int
) -> None:
    await service.raised("commander", QIANFO, NEXT_VILLAGE)
    found, _ = await service.get("/api/alerts/1/courtyards", caller, division=division)
    assert found == status


async def test_homes_have_coordinates(service: Running) -> None:
    await service.raised("commander", QIANFO, NEXT_VILLAGE)
    homes = (await seen(service, "homes", division=QIANFO))["homes"]
    assert len(homes) == 10
    assert homes[household_code(QIANFO, 3)] == pytest.approx([31.903, 107.2])


@pytest.mark.parametrize("what", ["curve", "divisions", "homes"])
async def test_data_outside_the_callers_scope_is_not_found(service: Running, what: str) -> None:
    await service.raised("informant", QIANFO)
    for caller, query in [
        ("far-commander", {}),
        ("commander", {"division": FAR_TOWN}),
        ("informant", {"division": TOWN}),
    ]:
        status, _ = await service.get(f"/api/alerts/1/{what}", caller, **query)
        assert status == 404
    assert (await service.get(f"/api/alerts/2/{what}", "commander"))[0] == 404
