import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerting.drill.agents.door_officers import (
    DoorOfficer,
    Rounds,
    code_for,
    finding_of,
    text_of,
)
from alerting.drill.city.people import DoorTruth
from alerting.drill.service.client import Answer, Service
from tests.support.clocks import story_time
from tests.support.patience import PATIENCE_SECONDS
from tests.support.simulated_city import VILLAGE, board, city_of, event, frame, household

HOMES = [f"{VILLAGE}{number:04d}" for number in range(1, 5)]
GRID, DEPUTY = f"grid-{VILLAGE}", f"deputy-{VILLAGE[:9]}"
SPEED = 2000.0
CODE = "#4821"


def test_text_report_has_the_services_format() -> None:
    assert text_of(HOMES[0], DoorTruth("evacuated", 4)) == "001 1 4"
    assert text_of(f"{VILLAGE}1234", DoorTruth("staying", 4)) == "1234 3"
    assert text_of(f"{VILLAGE}0034", DoorTruth("elsewhere", 4)) == "034 4"


def test_report_uses_code_of_newest_text_naming_the_household() -> None:
    first, second = "请入户：001 003。如“034 1 5 #1111”", "请入户：001。如“034 1 5 #2222”"
    received = [first, second, "收到1户上报：001。", "点名 #27"]
    assert code_for(HOMES[0], received) == " #2222"
    assert code_for(HOMES[2], received) == " #1111"
    assert code_for(HOMES[1], received) == " #2222"
    assert code_for(HOMES[1], received[2:]) == ""


def test_http_report_of_staying_household_counts_zero_people_out() -> None:
    out = finding_of("1", DoorTruth("evacuated", 4))
    assert out == {"household": "1", "report": "evacuated", "people": 4}
    stay = finding_of("1", DoorTruth("staying", 4))
    assert stay == {"household": "1", "report": "staying", "people": 0}


class Village(Service):
    """A service that lists a door as open until an officer reports it. It may lose texts."""

    def __init__(self) -> None:
        self.time = story_time(SPEED)
        self.seen = board()
        self.seen.time = self.time
        self.doors: dict[str, dict[str, Any]] = {}
        self.happened: list[tuple[str, str]] = []
        self.loses_texts = False
        self.ignores_reports = 0
        self.rounds = Rounds(
            1,
            city_of(*map(household, range(1, 5))),
            self.seen,
            self.announce,
            self.text,
            self.read,
            print,
        )

    def open(self, household: str, officer: str, cause: str = "silent", age: float = 0.0) -> None:
        self.doors[household] = {
            "id": len(self.happened) * 100 + len(self.doors),
            "household": household,
            "officer": officer,
            "cause": cause,
            "state": "open",
            "opened_at": (self.time.now() - timedelta(seconds=age)).isoformat(),
        }
        self.seen.log_counts.take(event("task.opened", household, officer=officer))

    def close(self, household: str) -> None:
        self.doors.pop(household, None)
        at = datetime.now(UTC).isoformat()
        self.seen.take(frame(1, 0, at=at, events=[event("task.closed", household)]))

    async def announce(self, household: str) -> None:
        self.happened.append(("visit", household))

    async def text(self, phone: str, body: str) -> None:
        assert phone == self.rounds.city.officers[GRID].phones[0]
        self.happened.append(("text", body))
        if not self.loses_texts:
            self.close(f"{VILLAGE}{int(body.partition(' ')[0]):04d}")

    async def read(self, phone: str) -> list[str]:
        return [f"请入户1户：001。如“034 1 5 {CODE}”。"]

    def officer(self, id_: str) -> DoorOfficer:
        return DoorOfficer(id_, As(self, id_), self.rounds)

    async def until(self, *ids: str, holds: Callable[[], bool]) -> None:
        """Let officers work until a condition holds."""
        working = [asyncio.create_task(self.officer(id_).work()) for id_ in ids]
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self.seen.until(holds)
        finally:
            for each in working:
                each.cancel()
            await asyncio.wait(working)
        for each in working:
            assert each.cancelled()


class As(Service):
    """The service's client for one officer."""

    def __init__(self, village: Village, id_: str) -> None:
        self.village, self.id = village, id_

    async def get(self, path: str, **query: str) -> Any:
        doors = list(self.village.doors.values())
        if path == "/api/tasks":
            return [door for door in doors if door["officer"] == self.id]
        assert path == "/api/alerts/1/tasks"
        return [door for door in doors if door["household"].startswith(query["division"])]

    async def post(self, path: str, body: dict[str, Any] | None = None) -> Answer:
        if path.endswith("/take"):
            id_ = int(path.split("/")[-2])
            door = next(door for door in self.village.doors.values() if door["id"] == id_)
            self.village.happened.append(("take", door["household"]))
            door["officer"] = self.id
            return Answer(200, door)
        assert body is not None
        assert (path, len(body["key"]) >= 8) == ("/api/alerts/1/evidence", True)
        self.village.happened.append((f"evidence by {self.id}", body["household"]))
        if self.village.ignores_reports:
            self.village.ignores_reports -= 1
        else:
            self.village.close(body["household"])
        return Answer(200, {})


@pytest.fixture
async def village() -> Village:
    return Village()


async def test_grid_officer_visits_each_door_and_reports_by_text(village: Village) -> None:
    village.open(HOMES[0], GRID, cause="help")
    village.open(HOMES[1], GRID)
    await village.until(GRID, holds=lambda: not village.doors)
    city = village.rounds.city
    assert village.happened == [
        step
        for home in HOMES[:2]
        for step in (("visit", home), ("text", f"{text_of(home, city.at_door(home))} {CODE}"))
    ]
    assert village.time.elapsed() >= sum(map(city.knock_seconds, HOMES[:2]))


async def test_town_officer_reports_over_http(village: Village) -> None:
    village.open(HOMES[0], DEPUTY)
    await village.until(DEPUTY, holds=lambda: not village.doors)
    assert village.happened == [("visit", HOMES[0]), (f"evidence by {DEPUTY}", HOMES[0])]


async def test_lost_text_report_is_repeated_over_http(village: Village) -> None:
    village.loses_texts = True
    village.open(HOMES[0], GRID)
    await village.until(GRID, holds=lambda: not village.doors)
    kinds = [kind for kind, _ in village.happened]
    assert kinds == ["visit", "text", f"evidence by {GRID}"]


async def test_door_still_open_after_repeated_report_is_revisited(
    village: Village,
) -> None:
    village.loses_texts, village.ignores_reports = True, 1
    village.open(HOMES[0], GRID)
    await village.until(GRID, holds=lambda: not village.doors)
    kinds = [kind for kind, _ in village.happened]
    assert kinds == ["visit", "text", f"evidence by {GRID}"] * 2


async def test_door_under_visit_by_another_officer_is_skipped(village: Village) -> None:
    village.rounds.under_way.add(HOMES[0])
    village.open(HOMES[0], GRID)
    village.open(HOMES[1], GRID)
    await village.until(GRID, holds=lambda: HOMES[1] not in village.doors)
    assert [what for kind, what in village.happened if kind == "visit"] == [HOMES[1]]


async def test_reopened_door_is_visited_again(village: Village) -> None:
    village.open(HOMES[0], GRID)
    await village.until(GRID, holds=lambda: not village.doors)
    village.open(HOMES[0], GRID)
    await village.until(GRID, holds=lambda: not village.doors)
    assert [kind for kind, _ in village.happened] == ["visit", "text"] * 2


async def test_free_village_officer_takes_over_a_town_officers_door(village: Village) -> None:
    village.open(HOMES[0], DEPUTY, age=120)
    await village.until(GRID, holds=lambda: not village.doors)
    assert [kind for kind, _ in village.happened] == ["take", "visit", "text"]


@pytest.mark.parametrize(
    ("holder", "age", "state"),
    [(DEPUTY, -500, "open"), (DEPUTY, 500, "taken"), (f"grid-{VILLAGE[:9]}209", 500, "open")],
    ids=["just opened", "taken", "another village's officer"],
)
async def test_new_taken_or_village_officers_door_is_not_taken_over(
    village: Village, holder: str, age: float, state: str
) -> None:
    village.open(HOMES[0], holder, age=age)
    village.doors[HOMES[0]]["state"] = state
    village.open(HOMES[1], GRID)
    await village.until(GRID, holds=lambda: HOMES[1] not in village.doors)
    assert ("take", HOMES[0]) not in village.happened
    assert ("visit", HOMES[0]) not in village.happened
