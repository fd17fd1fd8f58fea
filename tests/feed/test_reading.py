"""Reads of the feed: a division's snapshot, and the changes since a sequence number."""

import json
import time
from functools import partial
from typing import Any

import pytest

from alerting.errors import NotFoundError
from alerting.feed import reading
from alerting.feed.frames import encode
from alerting.feed.reading import Resumption, read_missed, read_snapshot, read_update
from alerting.ledger.alerts import find_alert
from alerting.ledger.events.officers import OfficerConfirmed
from alerting.roll.rules.evidence import Report
from alerting.runtime import wall_clock
from tests.support.watched_city import (
    CITY,
    COMMANDER,
    COUNTY,
    FAR,
    GRID,
    IN_GRID,
    IN_QIANFO,
    IN_YUANDING,
    INFORMANT,
    ON_ROLL,
    OTHER_TOWN,
    QIANFO,
    TOWN,
    YUANDING,
    City,
)

SCOPES = (COUNTY, TOWN, QIANFO, GRID, YUANDING)


async def snapshot(watched_city: City, division: str) -> dict[str, Any]:
    query = partial(read_snapshot, alert=watched_city.alert, division=division, at=wall_clock())
    body: dict[str, Any] = json.loads(encode(await watched_city.database.read(query)))
    return body


async def changed(watched_city: City, after: int, *divisions: str) -> dict[str, dict[str, Any]]:
    query = partial(
        read_update, alert=watched_city.alert, divisions=divisions, after=after, at=wall_clock()
    )
    update = await watched_city.database.read(query)
    return {division: json.loads(text) for division, text in update.frames.items()}


async def test_snapshot_holds_the_whole_division(watched_city: City) -> None:
    await watched_city.say(IN_QIANFO[0], Report.EVACUATED)
    body = await snapshot(watched_city, TOWN)
    assert body["type"] == "snapshot"
    assert body["seq"] == 2
    assert body["alert"] == {
        "id": watched_city.alert,
        "number": 27,
        "status": "Exercise",
        "state": "open",
        "event": "滑坡",
        "event_names": {"zh": "滑坡", "en": "landslide", "es": "deslizamiento"},
        "colour": "red",
        "sent": "2022-08-29T04:30:00+00:00",
        "expires": "2022-08-30T04:30:00+00:00",
        "ended_at": None,
        "divisions": [TOWN],
    }
    assert set(body["tallies"]) == {QIANFO, GRID, YUANDING}
    assert body["tallies"][QIANFO]["households"]["evacuated"] == 1
    assert body["total"]["households"]["unaccounted"] == len(ON_ROLL) - 1
    assert body["deliveries"] is None


async def test_division_is_concerned_exactly_if_its_alert_is_found(watched_city: City) -> None:
    alert = watched_city.alert
    divisions = ("51", CITY, COUNTY, TOWN, OTHER_TOWN, QIANFO, GRID, YUANDING, FAR, "52")
    asked = [(each, division) for each in (alert, alert + 1) for division in divisions]
    concerned = await watched_city.database.read(partial(reading.read_concerned, asked=asked))
    found = {
        pair
        for pair in asked
        if await watched_city.database.read(partial(find_alert, alert=pair[0], scope=pair[1]))
    }
    assert set(concerned) == found
    assert len(found) == 7


async def test_snapshot_lists_households_for_towns_and_below(
    watched_city: City,
) -> None:
    listed = {
        COUNTY: (),
        TOWN: ON_ROLL,
        QIANFO: (*IN_QIANFO, *IN_GRID),
        GRID: IN_GRID,
        YUANDING: IN_YUANDING,
    }
    for division, homes in listed.items():
        body = await snapshot(watched_city, division)
        assert {home["code"] for home in body["households"]} == set(homes)


async def test_division_has_no_snapshot_of_an_alert_elsewhere(watched_city: City) -> None:
    with pytest.raises(NotFoundError, match="no alert"):
        await snapshot(watched_city, OTHER_TOWN)


async def deliveries_changed(watched_city: City, after: int) -> bool:
    query = partial(
        read_update, alert=watched_city.alert, divisions=(TOWN,), after=after, at=wall_clock()
    )
    return (await watched_city.database.read(query)).deliveries_changed


async def test_call_for_help_marks_deliveries_as_changed(watched_city: City) -> None:
    await watched_city.say(IN_QIANFO[0], Report.EVACUATED)
    assert not await deliveries_changed(watched_city, 1)
    await watched_city.say(IN_QIANFO[1], Report.NEEDS_HELP)
    frame = (await changed(watched_city, 2, TOWN))[TOWN]
    assert "help.told" in {event["kind"] for event in frame["events"]}
    assert await deliveries_changed(watched_city, 2)
    assert not {"deliveries", "summary"} & set(frame)


async def test_frame_after_evidence_has_absolute_numbers(
    watched_city: City,
) -> None:
    await watched_city.say(IN_QIANFO[1], Report.EVACUATED, people=1)
    changes = await changed(watched_city, 1, *SCOPES)
    assert set(changes) == {COUNTY, TOWN, QIANFO}
    assert changes[COUNTY]["households"] == []
    frame = changes[QIANFO]
    assert (frame["type"], frame["alert"], frame["seq"]) == ("frame", watched_city.alert, 2)
    assert set(frame["tallies"]) == {QIANFO}
    assert frame["tallies"][QIANFO]["households"]["partly"] == 1
    assert frame["tallies"][QIANFO]["people"]["verified"] == 1
    assert frame["total"]["people"]["evacuated"] == 1
    homes = [(home["code"], home["standing"]) for home in frame["households"]]
    assert homes == [(IN_QIANFO[1], "partly")]
    assert frame["events"] == []
    assert not {"deliveries", "summary"} & set(frame)


async def test_evidence_in_a_grid_reaches_the_grid_and_the_divisions_above(
    watched_city: City,
) -> None:
    await watched_city.say(IN_GRID[0], Report.STAYING)
    changes = await changed(watched_city, 1, *SCOPES)
    assert set(changes) == {COUNTY, TOWN, QIANFO, GRID}
    assert changes[QIANFO]["tallies"] == changes[GRID]["tallies"]
    assert changes[QIANFO]["total"] != changes[GRID]["total"]


async def test_there_is_no_frame_without_new_log_entries(watched_city: City) -> None:
    assert await changed(watched_city, 1, *SCOPES) == {}


async def test_update_tells_the_processor_time_of_its_read(watched_city: City) -> None:
    await watched_city.say(IN_QIANFO[0], Report.EVACUATED)
    query = partial(
        read_update, alert=watched_city.alert, divisions=(TOWN,), after=1, at=wall_clock()
    )
    began = time.thread_time()
    update = watched_city.database.look(query)
    assert 0.0 < update.busy <= time.thread_time() - began


async def test_event_reaches_divisions_above_and_below_its_own(watched_city: City) -> None:
    for place in ("", COUNTY, TOWN, QIANFO, GRID, YUANDING):
        seq = await watched_city.append(OfficerConfirmed(channel="web"), place, INFORMANT)
        changes = await changed(watched_city, seq - 1, *SCOPES)
        assert set(changes) == {s for s in SCOPES if s.startswith(place) or place.startswith(s)}
        for frame in changes.values():
            (event,) = frame["events"]
            assert (event["seq"], event["division"], event["subject"]) == (seq, place, INFORMANT)
            assert event["payload"] == {"channel": "web"}
            assert frame["tallies"] == {}


async def test_frame_after_widening_holds_everything(watched_city: City) -> None:
    await watched_city.reach(FAR)
    changes = await changed(watched_city, 1, *SCOPES)
    assert set(changes) == set(SCOPES)
    assert set(changes[COUNTY]["tallies"]) == {QIANFO, GRID, YUANDING, FAR}
    assert len(changes[TOWN]["households"]) == len(ON_ROLL)
    assert changes[GRID]["summary"]["divisions"] == [TOWN, FAR]
    assert await deliveries_changed(watched_city, 1)
    assert {d for d in SCOPES if "deliveries" not in changes[d]} == {COUNTY}
    assert {changes[d]["deliveries"] for d in SCOPES if d != COUNTY} == {None}


async def test_delivery_events_make_no_frame_but_mark_deliveries_as_changed(
    watched_city: City,
) -> None:
    await watched_city.owe(INFORMANT)
    assert await deliveries_changed(watched_city, 1)
    assert await changed(watched_city, 1, *SCOPES) == {}


async def test_frame_after_too_many_entries_holds_everything(
    watched_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_ENTRIES_AT_MOST", 2)
    for report in (Report.EVACUATED, Report.STAYING):
        await watched_city.say(IN_QIANFO[0], report)
    assert set((await changed(watched_city, 1, TOWN))[TOWN]["tallies"]) == {QIANFO}
    await watched_city.say(IN_QIANFO[1], Report.EVACUATED)
    assert set((await changed(watched_city, 1, TOWN))[TOWN]["tallies"]) == {QIANFO, GRID, YUANDING}


async def test_catch_up_frame_is_limited_to_known_and_recent_entries(
    watched_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_ENTRIES_AT_MOST", 2)
    await watched_city.say(IN_QIANFO[0], Report.EVACUATED)
    await watched_city.say(IN_QIANFO[0], Report.STAYING, by=COMMANDER)
    for after, found in ((0, False), (1, True), (3, True), (4, False)):
        board = Resumption(watched_city.alert, YUANDING, after)
        query = partial(read_missed, resuming=[board], at=wall_clock())
        missed = (await watched_city.database.read(query)).get(board)
        assert (missed is not None) == found
        assert missed is None or json.loads(missed.frames[YUANDING])["seq"] == 3


async def test_each_resuming_board_gets_its_own_missed_entries(watched_city: City) -> None:
    await watched_city.say(IN_QIANFO[0], Report.EVACUATED)
    await watched_city.say(IN_YUANDING[0], Report.STAYING)
    boards = [
        Resumption(watched_city.alert, place, after)
        for place in (TOWN, QIANFO)
        for after in (1, 2, 3)
    ]
    boards.append(Resumption(watched_city.alert, TOWN, 4))
    missed = await watched_city.database.read(
        partial(read_missed, resuming=boards, at=wall_clock())
    )
    told = {board: json.loads(missed[board].frames[board.division]) for board in missed}
    assert set(told) == set(boards[:-1])
    assert [{home["code"] for home in told[board]["households"]} for board in boards[:-1]] == [
        {IN_QIANFO[0], IN_YUANDING[0]},
        {IN_YUANDING[0]},
        set(),
        {IN_QIANFO[0]},
        set(),
        set(),
    ]
    for board, frame in told.items():
        alone = await watched_city.database.read(
            partial(read_missed, resuming=[board], at=wall_clock())
        )
        assert json.loads(alone[board].frames[board.division]) | {"at": ""} == frame | {"at": ""}
        assert ("total" in frame) == bool(frame["tallies"])
        state = partial(
            read_snapshot, alert=watched_city.alert, division=board.division, at=wall_clock()
        )
        total = (await watched_city.database.read(state))["total"]
        assert frame.get("total", total) == total


async def test_many_log_entries_make_one_frame(watched_city: City) -> None:
    homes = [ON_ROLL[n % len(ON_ROLL)] for n in range(100)]
    for home in homes:
        await watched_city.say(home, Report.EVACUATED)
    frame = (await changed(watched_city, 1, TOWN))[TOWN]
    assert frame["seq"] == 101
    assert frame["total"]["households"]["evacuated"] == len(ON_ROLL)
