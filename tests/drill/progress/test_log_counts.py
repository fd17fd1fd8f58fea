import asyncio
from typing import Any

from alerting.drill.progress.log_counts import LogCounts
from tests.support.patience import PATIENCE_SECONDS
from tests.support.simulated_city import NEXT_VILLAGE, VILLAGE, event

HOME, NEXT_HOME = f"{VILLAGE}0001", f"{NEXT_VILLAGE}0001"
GRID, DEPUTY = f"grid-{VILLAGE}", f"deputy-{VILLAGE[:9]}"


def seen(*events: dict[str, Any]) -> LogCounts:
    log_counts = LogCounts()
    for each in events:
        log_counts.take(each)
    return log_counts


def opened(household: str, officer: str | None) -> dict[str, Any]:
    return event("task.opened", household, officer=officer, cause="silent")


def test_door_is_counted_for_its_last_assignee() -> None:
    found = seen(opened(HOME, GRID), opened(NEXT_HOME, DEPUTY), opened(HOME, DEPUTY))
    assert (found.doors_of(GRID), found.doors_of(DEPUTY)) == (0, 2)
    assert [found.doors_in(place) for place in (VILLAGE, VILLAGE[:9], "5120")] == [1, 2, 0]


def test_closed_door_is_removed() -> None:
    found = seen(opened(HOME, GRID), event("task.closed", HOME, officer=GRID, by=GRID))
    assert (found.doors, found.doors_closed) == ({}, 1)


def test_all_clear_removes_all_doors() -> None:
    assert seen(opened(HOME, GRID), event("alert.all_clear", "duty")).doors == {}


def test_door_without_an_officer_is_kept() -> None:
    assert seen(opened(HOME, None)).doors == {HOME: ""}


def test_call_for_help_is_open_until_resolved() -> None:
    called = event("help.called", HOME)
    found = seen(called, event("help.called", NEXT_HOME), event("help.resolved", HOME))
    assert (found.calls_for_help, found.help_open) == ({HOME, NEXT_HOME}, {NEXT_HOME})
    found.take(event("help.called_again", HOME))
    assert (len(found.calls_for_help), found.help_open) == (2, {HOME, NEXT_HOME})


def test_household_asked_about_twice_is_counted_once() -> None:
    asked = event("neighbour.asked", f"{VILLAGE}0009", households=[HOME, NEXT_HOME])
    assert seen(asked, asked).asked_of_neighbours == {HOME, NEXT_HOME}


def test_officer_not_woken_counts_once() -> None:
    assert seen(*[event("officer.not_woken", GRID, told=[])] * 2).not_woken == {GRID}


def test_log_entries_are_kept_in_order() -> None:
    kinds = ["roll_call.called", "alert.reopened", "roll_call.called"]
    found = seen(*(event(kind, "") for kind in kinds))
    assert [each["kind"] for each in found.entries] == kinds
    assert (found.happened["roll_call.called"], found.happened["roll_call.ended"]) == (2, 0)


async def test_new_door_wakes_only_its_officer() -> None:
    found = seen()
    grid = asyncio.create_task(found.news(GRID))
    deputy = asyncio.create_task(found.news(DEPUTY))
    await asyncio.sleep(0)
    found.take(opened(HOME, GRID))
    async with asyncio.timeout(PATIENCE_SECONDS):
        await grid
    assert not deputy.done()
    deputy.cancel()


async def test_new_door_is_reported_until_heard_resets_it() -> None:
    found = seen(opened(HOME, GRID))
    async with asyncio.timeout(PATIENCE_SECONDS):
        for _ in range(2):
            await found.news(GRID)
    assert [found.heard(GRID) for _ in range(2)] == [True, False]
    again = asyncio.create_task(found.news(GRID))
    await asyncio.sleep(0)
    assert not again.done()
    again.cancel()


def test_listed_doors_replace_an_officers_known_doors() -> None:
    found = seen(opened(HOME, GRID), opened(f"{VILLAGE}0002", GRID), opened(NEXT_HOME, DEPUTY))
    found.correct(GRID, [HOME, f"{VILLAGE}0003"])
    assert found.doors == {HOME: GRID, f"{VILLAGE}0003": GRID, NEXT_HOME: DEPUTY}
