"""Routes of door tasks: list them, count them, take them and hand them on."""

from datetime import datetime, timedelta

from tests.support.city import QIANFO, TOWN, household_code
from tests.support.running import Running

HOME = household_code(QIANFO, 3)


async def test_door_task_is_listed_taken_and_closed_by_a_report(service: Running) -> None:
    alert = (await service.raised("grid", QIANFO))["id"]
    body = {"household": HOME, "officer": "grid"}
    status, sent = await service.post(f"/api/alerts/{alert}/tasks", "commander", body)
    assert status == 201
    assert (sent["household"], sent["officer"], sent["state"]) == (HOME, "grid", "open")

    status, mine = await service.get("/api/tasks", "grid")
    assert (status, [task["id"] for task in mine]) == (200, [sent["id"]])
    assert (mine[0]["headcount"], mine[0]["address"], mine[0]["unaccounted"]) == (4, "3号", 4)
    assert mine[0]["phone"].startswith("+86100")

    status, taken = await service.post(f"/api/tasks/{sent['id']}/take", "grid")
    assert (status, taken["state"]) == (200, "taken")

    finding = {"household": HOME, "report": "evacuated"}
    status, _ = await service.post(f"/api/alerts/{alert}/evidence", "grid", finding)
    assert status == 200
    assert await service.get("/api/tasks", "grid") == (200, [])
    status, all_of_it = await service.get(f"/api/alerts/{alert}/tasks", "commander")
    assert [(task["state"], task["closed_by"]) for task in all_of_it] == [("done", "grid")]


async def test_door_task_shows_place_officer_and_last_word(service: Running) -> None:
    alert = (await service.raised("grid", QIANFO))["id"]
    path = f"/api/alerts/{alert}"
    await service.post(f"{path}/tasks", "commander", {"household": HOME, "officer": "grid"})
    _, mine = await service.get("/api/tasks", "grid")
    assert (mine[0]["latitude"], mine[0]["longitude"]) == (31.903, 107.2)
    assert (mine[0]["officer_name"], mine[0]["persons"]) == ("officer grid", [])
    assert mine[0]["last_word"] is None

    late = datetime.fromisoformat(mine[0]["opened_at"]).replace(microsecond=0)
    early, late = late - timedelta(minutes=10), late - timedelta(minutes=1)
    for given_at, note in ((late, "legs"), (early, "earlier, but told later")):
        told = {"household": HOME, "report": "needs_help", "people": 2}
        told["given_at"] = given_at.isoformat()
        await service.post(f"{path}/evidence", "informant", told | {"note": note})
    _, listed = await service.get(f"{path}/tasks", "commander")
    assert listed[0]["last_word"] == {
        "report": "needs_help",
        "people": 2,
        "rung": "neighbour",
        "given_at": f"{late:%Y-%m-%dT%H:%M:%SZ}",
        "note": "legs",
    }


async def test_visitors_have_no_coordinates(service: Running) -> None:
    alert = (await service.raised("grid", QIANFO))["id"]
    guests = {"division": QIANFO, "name": "游客", "people": 3, "report": "not_home"}
    _, added = await service.post(f"/api/alerts/{alert}/visitors", "grid", guests)
    body = {"household": added["code"], "officer": "grid"}
    status, sent = await service.post(f"/api/alerts/{alert}/tasks", "commander", body)
    assert (status, sent["head"], sent["latitude"], sent["phone"]) == (201, "游客", None, None)


async def test_door_task_is_handed_on(service: Running) -> None:
    alert = (await service.raised("grid", QIANFO))["id"]
    body = {"household": HOME, "officer": "grid"}
    _, sent = await service.post(f"/api/alerts/{alert}/tasks", "commander", body)
    path = f"/api/tasks/{sent['id']}/hand-on"
    status, handed = await service.post(path, "grid", {"officer": "commander"})
    assert (status, handed["officer"], handed["cause"]) == (200, "commander", "handed_on")
    _, listed = await service.get(f"/api/alerts/{alert}/tasks", "commander", division=QIANFO)
    assert [task["state"] for task in listed] == ["open", "passed_on"]


async def test_other_officers_and_unknown_tasks_are_refused(service: Running) -> None:
    alert = (await service.raised("grid", QIANFO))["id"]
    assert (await service.get(f"/api/alerts/{alert}/tasks", "far-commander"))[0] == 404
    assert (await service.post("/api/tasks/77/take", "grid"))[0] == 404
    hand = {"officer": "grid"}
    assert (await service.post("/api/tasks/77/hand-on", "grid", hand))[0] == 404
    body = {"household": HOME, "officer": "next-grid"}
    status, refused = await service.post(f"/api/alerts/{alert}/tasks", "commander", body)
    assert status == 422
    assert refused["detail"].startswith("officer:")


async def test_commander_declares_a_village_dark(service: Running) -> None:
    alert = (await service.raised("commander", TOWN))["id"]
    path = f"/api/alerts/{alert}"
    status, _ = await service.post(f"{path}/doors", "commander", {"division": QIANFO})
    assert status == 204
    _, dark = await service.get(f"{path}/dark-villages", "commander")
    assert [(one["division"], one["found_by"]) for one in dark] == [(QIANFO, "commander")]
    assert await service.get(f"{path}/dark-villages", "next-grid") == (200, [])


async def test_counts_are_by_village_officer_and_state(service: Running) -> None:
    alert = (await service.raised("grid", QIANFO))["id"]
    path = f"/api/alerts/{alert}"
    await service.post(f"{path}/tasks", "commander", {"household": HOME, "officer": "grid"})
    status, (counted,) = await service.get(f"{path}/door-counts", "commander")
    assert status == 200
    assert counted.pop("oldest_due_at")
    assert counted == {
        "division": QIANFO,
        "officer": "grid",
        "officer_name": "officer grid",
        "state": "open",
        "count": 1,
    }
    assert (await service.get(f"{path}/door-counts", "far-commander"))[0] == 404
    assert (await service.get(f"{path}/door-counts", "grid", division=TOWN))[0] == 404
