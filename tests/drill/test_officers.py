import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from alerting.drill.officers import DOOR_STEPS, DoorOfficer, Rounds, choose, finding_of
from alerting.drill.people import DoorTruth
from alerting.drill.service import Answer, Service
from alerting.drill.story_time import StoryTime
from tests.simulated_city import SEED, VILLAGE, board, city_of, household, tally


def home(number: int, standing: str, settled_by: str | None = None) -> dict[str, Any]:
    return {"code": f"{VILLAGE}{number:04d}", "standing": standing, "settled_by": settled_by}


@pytest.mark.parametrize(
    ("homes", "doors_due", "chosen"),
    [
        ([home(1, "unaccounted")], False, None),
        ([home(1, "unaccounted")], True, 1),
        ([home(1, "partly")], True, 1),
        ([home(1, "needs_help")], False, 1),
        ([home(1, "unaccounted"), home(2, "needs_help")], False, 2),
        ([home(1, "needs_help"), home(2, "unaccounted")], True, 1),
        ([home(1, "staying"), home(2, "unaccounted")], True, 1),
        ([home(1, "staying", "grid-1"), home(2, "partly")], True, 2),
        ([home(1, "evacuated"), home(2, "elsewhere")], True, None),
        ([], True, None),
    ],
)
def test_goes_to_who_is_in_question(
    homes: list[dict[str, Any]], doors_due: bool, chosen: int | None
) -> None:
    found = choose(homes, set(), doors_due=doors_due)
    assert (found and int(found["code"][-4:])) == chosen


def test_nobody_goes_where_somebody_is_going() -> None:
    homes = [home(1, "needs_help"), home(2, "unaccounted")]
    found = choose(homes, {homes[0]["code"]}, doors_due=True)
    assert found == homes[1]


def test_reports_who_was_found_and_of_those_who_stay_that_nobody_left() -> None:
    out = finding_of("1", DoorTruth("evacuated", 4))
    assert out == {"household": "1", "report": "evacuated", "people": 4}
    stay = finding_of("1", DoorTruth("staying", 4))
    assert stay == {"household": "1", "report": "staying", "people": 0}


class Ears(Service):
    """A service that lists one silent household until it is reported."""

    def __init__(self) -> None:
        self.reports: list[dict[str, Any]] = []
        self.order: list[str] = []
        self.told = asyncio.Event()

    async def get(self, path: str, **query: str) -> Any:
        assert query["division"] == VILLAGE
        return {"households": [] if self.reports else [home(1, "unaccounted")]}

    async def post(self, path: str, body: dict[str, Any] | None = None) -> Answer:
        assert body is not None
        self.order.append("report")
        self.reports.append(body)
        self.told.set()
        return Answer(200, {})


async def test_tells_the_city_first_and_the_service_then_what_was_found() -> None:
    service, seen, city = Ears(), board(), city_of(household(1))
    seen.time = StoryTime(1000.0, datetime.now(UTC))
    seen.time.begin(seen.time.anchor.isoformat())
    seen.count({VILLAGE: tally(unaccounted=1)}, at=0.0)

    async def announce(code: str) -> None:
        service.order.append(f"visit {code}")

    told: list[str] = []
    rounds = Rounds(1, city, seen, announce, told.append)
    work = asyncio.create_task(DoorOfficer(f"grid-{VILLAGE}", service, rounds).work())
    async with asyncio.timeout(10):
        await service.told.wait()
    work.cancel()
    code = f"{VILLAGE}0001"
    assert service.order[:2] == [f"visit {code}", "report"]
    truth = city.at_door(code)
    assert (service.reports[0]["report"], service.reports[0]["people"]) == (
        truth.standing,
        0 if truth.standing == "staying" else truth.people,
    )
    assert len(service.reports[0]["key"]) >= 8
    assert seen.time.elapsed() >= DOOR_STEPS["grid"]
    assert told[0] == "千佛村: an officer walks to 0001"
    assert city.seed == SEED
