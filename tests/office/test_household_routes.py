"""Households of the roster over HTTP: search, changes and retirement, logged."""

from typing import Any, Final

import pytest
from sqlalchemy import insert, select, update

from contacts.tables import HOUSEHOLD_PHONES, HOUSEHOLDS
from tests.support.city import (
    COUNTY,
    FAR_TOWN,
    NEXT_VILLAGE,
    QIANFO,
    household_code,
    household_phone,
)
from tests.support.running import Running

HOME: Final = household_code(QIANFO, 1)
EDIT: Final[dict[str, Any]] = {
    "headcount": 7,
    "phones": ["13900000001", "+8613900000002"],
    "language": "zh",
    "vulnerable": ["alone", "elderly"],
}


@pytest.fixture(autouse=True)
async def county_office(service: Running) -> None:
    """Let the administrator keep the county's roster."""
    await move_office(service, COUNTY)


async def move_office(service: Running, division: str) -> None:
    await service.assign_administrator(division)


async def put(
    service: Running, code: str, body: dict[str, Any], caller: str = "administrator"
) -> int:
    """Change a household, based on the version in the body or else the newest."""
    _, told = await service.get("/api/office/households", "administrator", search=code)
    newest = [each["version"] for each in told["households"]]
    body = {"version": newest[0] if newest else "0" * 64, **body}
    url = f"{service.url}/api/office/households/{code}"
    headers = {"Authorization": f"Bearer {service.tokens[caller]}"}
    async with service.session.put(url, json=body, headers=headers) as answer:
        status: int = answer.status
    return status


async def codes(service: Running, **query: str) -> list[str]:
    status, told = await service.get("/api/office/households", "administrator", **query)
    assert status == 200, told
    return [each["code"] for each in told["households"]]


async def retire(service: Running, code: str, reason: str = "搬走了") -> int:
    path = f"/api/office/households/{code}/retire"
    return (await service.post(path, "administrator", {"reason": reason}))[0]


async def test_households_are_found_by_code_name_and_phone(service: Running) -> None:
    assert len(await codes(service)) == 20
    assert await codes(service, division=QIANFO, search="0001") == [HOME]
    assert await codes(service, search="住户0003") == [
        household_code(village, 3) for village in (QIANFO, NEXT_VILLAGE)
    ]
    assert await codes(service, search=household_phone(QIANFO, 4)) == [household_code(QIANFO, 4)]
    assert await codes(service, search="没有") == []
    for digits in (6, 9, 12, 15):
        assert HOME in await codes(service, search=HOME[:digits])
    assert len(await codes(service, search=QIANFO)) == 10


async def test_households_are_listed_in_pages(service: Running) -> None:
    rows = [
        {"code": household_code(QIANFO, number), "division": QIANFO, "address": "1号", "head": "甲"}
        for number in range(100, 160)
    ]
    await service.change(
        insert(HOUSEHOLDS).values([row | {"headcount": 1, "language": "zh"} for row in rows])
    )
    _, first = await service.get("/api/office/households", "administrator", division=QIANFO)
    assert len(first["households"]) == 50
    rest = await codes(service, division=QIANFO, after=first["after"])
    assert len(rest) == 20
    assert rest[0] > first["households"][-1]["code"]


async def test_households_are_found_by_gaps_in_their_data(service: Running) -> None:
    lacking = [household_code(village, 10) for village in (QIANFO, NEXT_VILLAGE)]
    assert await codes(service, lack="phone") == lacking
    assert len(await codes(service, lack="officer")) == 20
    await service.change(
        update(HOUSEHOLDS).where(HOUSEHOLDS.c.code == HOME).values(latitude=None, longitude=None)
    )
    assert HOME in await codes(service, lack="coordinates")
    assert await codes(service, lack="shared_phone") == []
    shared = HOUSEHOLD_PHONES.c.household.in_([household_code(QIANFO, n) for n in range(1, 6)])
    await service.change(update(HOUSEHOLD_PHONES).where(shared).values(number="+8613900000009"))
    assert len(await codes(service, lack="shared_phone")) == 5


async def test_household_is_changed_and_the_change_logged(service: Running) -> None:
    assert await put(service, HOME, EDIT) == 204
    _, told = await service.get("/api/office/households", "administrator", search=HOME)
    (home,) = told["households"]
    assert (home["headcount"], home["vulnerable"]) == (7, ["elderly", "alone"])
    assert home["phones"] == ["+8613900000001", "+8613900000002"]
    _, (entry,) = await service.get("/api/administration", "administrator")
    assert (entry["act"], entry["division"]) == ("edit_household", QIANFO)
    lines = {each["field"]: each for each in entry["details"]["lines"]}
    assert (lines["headcount"]["before"], lines["headcount"]["after"]) == ("2", "7")
    assert lines["phones"]["after"] == "+86139****0001;+86139****0002"
    assert await put(service, HOME, EDIT) == 204
    assert len((await service.get("/api/administration", "administrator"))[1]) == 1


async def test_change_based_on_an_old_version_is_refused(service: Running) -> None:
    _, told = await service.get("/api/office/households", "administrator", search=HOME)
    seen = EDIT | {"version": told["households"][0]["version"]}
    assert await put(service, HOME, seen) == 204
    assert await put(service, HOME, seen | {"headcount": 3}) == 409


@pytest.mark.parametrize(
    "wrong",
    [{"headcount": 0}, {"phones": ["12"]}, {"language": "xx"}, {"vulnerable": ["old"]}],
)
async def test_wrong_field_is_refused(service: Running, wrong: dict[str, Any]) -> None:
    assert await put(service, HOME, EDIT | wrong) == 422


async def test_household_elsewhere_is_out_of_reach(service: Running) -> None:
    await move_office(service, FAR_TOWN)
    assert await codes(service) == []
    assert await put(service, HOME, EDIT) == 404
    assert await retire(service, HOME) == 404


async def test_phones_are_hidden_above_the_county(service: Running) -> None:
    await move_office(service, "5119")
    _, told = await service.get("/api/office/households", "administrator", search=HOME)
    (home,) = told["households"]
    assert (home["may_edit"], "****" in home["phones"][0]) == (False, True)
    assert await put(service, HOME, EDIT) == 403


async def test_retired_household_is_gone_with_the_reason_logged(service: Running) -> None:
    assert await retire(service, HOME) == 204
    assert service.rows(select(HOUSEHOLDS.c.code).where(HOUSEHOLDS.c.code == HOME)) == []
    _, (entry,) = await service.get("/api/administration", "administrator")
    assert (entry["act"], entry["reason"]) == ("retire_household", "搬走了")
    assert await retire(service, HOME) == 404


async def test_household_of_an_unfinished_alert_is_not_retired(service: Running) -> None:
    await service.raised("commander", QIANFO)
    assert await retire(service, HOME) == 409
    assert await retire(service, household_code(NEXT_VILLAGE, 1)) == 204


async def test_only_administrators_keep_households(service: Running) -> None:
    assert (await service.get("/api/office/households", "commander"))[0] == 403
    assert await put(service, HOME, EDIT, "commander") == 403
