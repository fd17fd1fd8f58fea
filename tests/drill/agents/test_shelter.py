import asyncio
from typing import Any

from alerting.drill.agents.shelter import Shelter
from alerting.drill.city.handsets import RosterEntry
from alerting.drill.city.people import Kind
from alerting.drill.service.client import Answer, Service
from tests.support.clocks import story_time
from tests.support.patience import PATIENCE_SECONDS
from tests.support.simulated_city import (
    ANCHOR,
    NEXT_VILLAGE,
    VILLAGE,
    board,
    city_of,
    event,
    frame,
    household,
)

Arrivals = asyncio.Queue[tuple[str, dict[str, Any]]]


class Door(Service):
    """A stand-in for an officer's client. It records the officer and each check-in."""

    def __init__(self, id_: str, arrived: Arrivals) -> None:
        self.id, self.arrived = id_, arrived

    async def post(self, path: str, body: dict[str, Any] | None = None) -> Answer:
        assert path == "/api/alerts/1/check-ins"
        assert body is not None
        self.arrived.put_nowait((self.id, body))
        return Answer(200, {})


def shelter_of(*homes: RosterEntry) -> tuple[Shelter, Arrivals]:
    seen, arrived = board(), Arrivals()
    seen.time = story_time(1000.0, ANCHOR)
    return Shelter(1, city_of(*homes), seen, lambda id_: Door(id_, arrived)), arrived


async def test_phoneless_households_are_checked_in_at_each_roll_call() -> None:
    shelter, arrived = shelter_of(household(1, phones=0), household(2), household(3, phones=0))
    working = asyncio.create_task(shelter.work())
    await asyncio.sleep(0)
    found = []
    async with asyncio.timeout(PATIENCE_SECONDS):
        for number in (1, 2):
            shelter.board.take(frame(number, 0, events=[event("roll_call.called", "")]))
            found += [await arrived.get() for _ in range(2)]
    working.cancel()
    officer = shelter.officer_for(f"{VILLAGE}0001")
    assert {id_ for id_, _ in found} == {officer}
    assert sorted((body["key"], body["household"]) for _, body in found) == sorted(
        (f"roll-call-{number}-{VILLAGE}000{home}", f"{VILLAGE}000{home}")
        for number in (1, 2)
        for home in (1, 3)
    )


def test_opted_out_households_are_checked_in() -> None:
    shelter, _ = shelter_of(*(household(number) for number in range(1, 1000)))
    plans = {shelter.city.plan(code).kind for code in shelter.present()}
    assert plans == {Kind.OPTS_OUT}


def test_town_officer_checks_in_for_sleeping_village_officer() -> None:
    shelter, _ = shelter_of()
    villages = [f"{VILLAGE[:9]}{number:03d}" for number in range(200, 400)]
    for village in villages:
        grid = f"grid-{village}"
        expected = grid if shelter.city.is_awake(grid) else f"duty-{VILLAGE[:9]}"
        assert shelter.officer_for(f"{village}0001") == expected
    assert {shelter.officer_for(f"{village}0001")[:4] for village in villages} == {"grid", "duty"}
    assert shelter.officer_for(f"{NEXT_VILLAGE}0001") == f"grid-{NEXT_VILLAGE}"
