"""Households that move, split and merge over HTTP: everybody counts once, also in alerts."""

import asyncio
from typing import Any, Final

import pytest
from sqlalchemy import func, insert, select, update

from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.tables import deliveries
from alerting.roll.tables import roll
from contacts.tables import (
    DIVISIONS,
    HAZARD_POINT_HOUSEHOLDS,
    HOUSEHOLD_PHONES,
    HOUSEHOLDS,
)
from tests.support.city import (
    COUNTY,
    NEXT_VILLAGE,
    QIANFO,
    TOWN,
    household_code,
    household_phone,
)
from tests.support.hazard_points import CODE, stored_point
from tests.support.running import Json, Running

HOME: Final = household_code(QIANFO, 1)
OTHER: Final = household_code(QIANFO, 2)
THERE: Final = household_code(NEXT_VILLAGE, 11)
MINE: Final = HOUSEHOLDS.c.code == HOME


@pytest.fixture(autouse=True)
async def county_office(service: Running) -> None:
    """Let the administrator keep the county's roster, and name the first household's people."""
    await service.assign_administrator(COUNTY)
    people = {"headcount": 4, "persons": "张三;李四", "vulnerable": "elderly", "head": "张三"}
    await service.change(update(HOUSEHOLDS).where(MINE).values(people))
    other = update(HOUSEHOLDS).where(HOUSEHOLDS.c.code == OTHER).values(headcount=2)
    await service.change(other)


async def home(service: Running, code: str) -> Json:
    _, told = await service.get("/api/office/households", "administrator", search=code)
    (found,) = told["households"]
    assert isinstance(found, dict)
    return found


async def change(service: Running, act: str, code: str = HOME, **said: Any) -> tuple[int, Any]:
    """Change a household, based on the version in `said` or else the newest."""
    version = said.pop("version", None) or (await home(service, code))["version"]
    body = said | {"version": version}
    return await service.post(f"/api/office/households/{code}/{act}", "administrator", body)


async def move(service: Running, division: str, **said: Any) -> tuple[int, Any]:
    return await change(service, "move", **{"division": division, "address": "3组5号", **said})


async def split(service: Running, **said: Any) -> tuple[int, Any]:
    leavers = {
        "division": QIANFO,
        "address": "3组5号",
        "head": "李四",
        "headcount": 1,
        "persons": ["李四"],
        "phones": [household_phone(QIANFO, 1)],
        "vulnerable": ["alone"],
    }
    return await change(service, "split", **leavers | said)


async def merge(service: Running, headcount: int = 6, **said: Any) -> tuple[int, Any]:
    into = {"into": OTHER, "into_version": (await home(service, OTHER))["version"]}
    return await change(service, "merge", **into | {"headcount": headcount} | said)


async def listed_by_a_point(service: Running, *codes: str) -> None:
    point, _ = stored_point()
    rows = [{"point": CODE, "household": code} for code in codes]
    await service.change(point)
    await service.change(insert(HAZARD_POINT_HOUSEHOLDS).values(rows))


def unwarned(code: str) -> Json:
    """Return the response to a change that affects neither an open alert nor a neighbour."""
    return {"code": code, "missed_by": [], "left_alone": 0}


def counted(service: Running) -> Any:
    """Return the numbers of households and of people."""
    (found,) = service.rows(select(func.count(), func.sum(HOUSEHOLDS.c.headcount)))
    return tuple(found)


def enrolled(service: Running) -> list[Any]:
    return service.rows(select(roll.c["household", "address"]).order_by(roll.c.household))


async def logged(service: Running) -> Json:
    _, (entry, *_) = await service.get("/api/administration", "administrator")
    assert isinstance(entry, dict)
    return entry


async def test_household_that_moves_gets_a_code_of_its_new_village(service: Running) -> None:
    before = counted(service)
    assert await move(service, NEXT_VILLAGE) == (200, unwarned(THERE))
    there = await home(service, THERE)
    assert (there["head"], there["address"]) == ("张三", "3组5号")
    assert there["phones"] == [household_phone(QIANFO, 1)]
    assert (there["has_coordinates"], counted(service)) == (False, before)
    assert service.rows(select(HOUSEHOLDS.c.code).where(MINE)) == []
    entry = await logged(service)
    assert (entry["act"], entry["division"]) == ("move_household", NEXT_VILLAGE[:9])
    moved = [each for each in entry["details"]["lines"] if each["what"] == "moved"]
    assert [(each["before"], each["after"]) for each in moved] == [(HOME, THERE)]


async def test_move_within_the_village_keeps_hazard_points_and_neighbours(service: Running) -> None:
    grid = f"{QIANFO}001"
    row = {"code": grid, "name": "一网格", "tier": "grid", "parent": QIANFO}
    await service.change(insert(DIVISIONS).values(row))
    await listed_by_a_point(service, HOME)
    await service.change(update(HOUSEHOLDS).where(HOUSEHOLDS.c.code == OTHER).values(centre=HOME))
    status, told = await move(service, grid)
    assert (status, told) == (200, unwarned(f"{grid}0001"))
    assert service.rows(select(HAZARD_POINT_HOUSEHOLDS.c.household)) == [(f"{grid}0001",)]
    centre = select(HOUSEHOLDS.c.centre).where(HOUSEHOLDS.c.code == OTHER)
    assert service.rows(centre) == [(f"{grid}0001",)]
    away = {"division": NEXT_VILLAGE, "address": "1号"}
    status, told = await change(service, "move", f"{grid}0001", **away)
    assert (status, told["left_alone"]) == (200, 1)
    assert service.rows(centre) == [(None,)]
    lines = (await logged(service))["details"]["lines"]
    lost = [each for each in lines if (each["subject"], each["field"]) == (OTHER, "centre")]
    assert [(each["before"], each["after"]) for each in lost] == [(f"{grid}0001", "")]


async def test_split_counts_everybody_once(service: Running) -> None:
    _, before = counted(service)
    new = household_code(QIANFO, 11)
    assert await split(service) == (201, unwarned(new))
    rest, own = await home(service, HOME), await home(service, new)
    assert (rest["headcount"], rest["persons"], rest["phones"]) == (3, ["张三"], [])
    assert (own["head"], own["headcount"], own["persons"]) == ("李四", 1, ["李四"])
    assert (own["phones"], own["vulnerable"]) == ([household_phone(QIANFO, 1)], ["alone"])
    assert counted(service) == (21, before)
    entry = await logged(service)
    assert entry["details"]["counts"]["added"] == entry["details"]["counts"]["changed"] == 1


async def test_hazard_points_list_a_new_household_at_the_same_address(service: Running) -> None:
    await listed_by_a_point(service, HOME)
    same = {"address": (await home(service, HOME))["address"]}
    status, told = await split(service, **same)
    assert status == 201
    listed = service.rows(select(HAZARD_POINT_HOUSEHOLDS.c.household))
    assert sorted(listed) == [(HOME,), (told["code"],)]
    assert (await home(service, told["code"]))["has_coordinates"]


async def test_merge_counts_everybody_once(service: Running) -> None:
    _, before = counted(service)
    await listed_by_a_point(service, HOME, OTHER)
    assert (await merge(service))[0] == 204
    both = await home(service, OTHER)
    assert (both["headcount"], both["persons"]) == (6, ["张三", "李四"])
    assert both["phones"] == [household_phone(QIANFO, n) for n in (2, 1)]
    assert "elderly" in both["vulnerable"]
    assert counted(service) == (19, before)
    assert service.rows(select(HOUSEHOLDS.c.code).where(MINE)) == []
    assert service.rows(select(HAZARD_POINT_HOUSEHOLDS.c.household)) == [(OTHER,)]
    entry = await logged(service)
    assert (entry["act"], entry["details"]["counts"]["gone"]) == ("merge_households", 1)


@pytest.mark.parametrize(
    ("act", "said", "field"),
    [
        (move, {"division": TOWN}, "division"),
        (move, {"division": f"{TOWN}299"}, "division"),
        (split, {"headcount": 4}, "headcount"),
        (split, {"head": "张三"}, "head"),
        (split, {"persons": ["李四", "王五"]}, "persons"),
        (split, {"headcount": 3, "persons": []}, "persons"),
        (merge, {"headcount": 3}, "headcount"),
        (merge, {"headcount": 7}, "headcount"),
        (merge, {"into": HOME}, "into"),
    ],
)
async def test_impossible_change_names_the_field(
    service: Running, act: Any, said: dict[str, Any], field: str
) -> None:
    status, told = await act(service, **said)
    assert (status, told["detail"].partition(":")[0]) == (422, field)


async def test_repeated_change_and_old_version_are_refused(service: Running) -> None:
    version = (await home(service, HOME))["version"]
    taps = await asyncio.gather(*(split(service, version=version) for _ in range(2)))
    assert sorted(status for status, _ in taps) == [201, 409]
    assert (await move(service, NEXT_VILLAGE, version=version))[0] == 409
    assert counted(service)[0] == 21


async def test_household_of_an_open_alert_is_changed_only_after_its_end(service: Running) -> None:
    alert = (await service.raised("commander", QIANFO))["id"]
    before = enrolled(service)
    for status, told in (
        await move(service, NEXT_VILLAGE),
        await split(service),
        await merge(service),
    ):
        assert (status, "is on the roll of an alert that is not over" in told["detail"]) == (
            409,
            True,
        )
    assert (enrolled(service), counted(service)[0]) == (before, 20)
    cancelled = await service.post(f"/api/alerts/{alert}/cancel", "commander", {"reason": "误报"})
    assert cancelled[0] == 200
    assert (await move(service, NEXT_VILLAGE))[0] == 200
    assert enrolled(service) == before


async def test_door_list_of_an_open_alert_has_the_new_address(
    service: Running,
) -> None:
    alert = (await service.raised("commander", QIANFO))["id"]
    before = enrolled(service)
    sent = {"household": HOME, "officer": "grid"}
    assert (await service.post(f"/api/alerts/{alert}/tasks", "commander", sent))[0] == 201
    assert await move(service, QIANFO) == (200, unwarned(HOME))
    _, (door,) = await service.get("/api/tasks", "grid")
    assert door["address"] == "3组5号"
    assert enrolled(service) == before


async def test_text_of_an_open_alert_goes_to_the_new_phone(service: Running) -> None:
    alert = (await service.raised("commander", QIANFO))["id"]
    found = await home(service, HOME)
    kept = {name: found[name] for name in ("headcount", "language", "vulnerable", "version")}
    said = kept | {"phones": ["+8613900000001"]}
    url = f"{service.url}/api/office/households/{HOME}"
    headers = {"Authorization": f"Bearer {service.tokens['administrator']}"}
    async with service.session.put(url, json=said, headers=headers) as answer:
        assert answer.status == 204
    sent = update(deliveries).where(deliveries.c.recipient == HOME)
    await service.change(sent.values(state=DeliveryState.DELIVERED))
    again = f"/api/alerts/{alert}/send-again"
    assert (await service.post(again, "commander", {"division": QIANFO}))[0] == 200
    numbers = select(deliveries.c.number).where(deliveries.c.recipient == HOME)
    assert [n for (n,) in service.rows(numbers.order_by(deliveries.c.id))] == [
        household_phone(QIANFO, 1),
        "+8613900000001",
    ]


async def test_office_of_another_county_changes_nothing(service: Running) -> None:
    await service.assign_administrator("5119")
    assert (await move(service, NEXT_VILLAGE))[0] == 403
    phones = select(HOUSEHOLD_PHONES.c.number).where(HOUSEHOLD_PHONES.c.household == HOME)
    assert service.rows(phones) == [(household_phone(QIANFO, 1),)]
