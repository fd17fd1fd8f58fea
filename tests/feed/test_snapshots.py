"""The snapshot cache reads first frames once for all boards that connect together."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from alerting.errors import NotFoundError
from alerting.feed import reading, snapshots
from alerting.feed.predicted import PredictionBody
from alerting.feed.predicting import Predicting
from alerting.feed.progress import Sending
from alerting.feed.ring import Ring
from alerting.feed.snapshots import FirstFrames, FirstFramesCache
from alerting.roll.rules.evidence import Report
from tests.support.patience import PATIENCE_SECONDS
from tests.support.watched_city import (
    FAR,
    GRID,
    IN_QIANFO,
    INFORMANT,
    QIANFO,
    TOWN,
    YUANDING,
    City,
    HeldDatabase,
    nothing_predicted,
    predicted,
    texts_of,
)


@pytest.fixture
async def held(database_url: str) -> Any:
    watched_city = City(database_url, HeldDatabase(database_url, reading.read_snapshot))
    await watched_city.open()
    yield watched_city
    await watched_city.close()


def bodies(opening: FirstFrames) -> list[dict[str, Any]]:
    return [json.loads(text) for text in texts_of(opening.frames)]


def unfollowed(watched_city: City) -> Sending:
    """Return delivery counts that are read on first use and never refreshed."""
    sending = Sending(watched_city.database, watched_city.alert, lambda: None)
    sending.end()
    return sending


def openings_of(watched_city: City, division: str, ring: Ring) -> FirstFramesCache:
    return cached(watched_city, division, ring, unfollowed(watched_city))


def cached(
    watched_city: City, division: str, ring: Ring, sending: Sending, **known: PredictionBody
) -> FirstFramesCache:
    predicting = Predicting(nothing_predicted, watched_city.alert, tuple, lambda: None)
    predicting.end()
    predicting.latest = known
    database, alert = watched_city.database, watched_city.alert
    return FirstFramesCache(database, alert, division, ring, sending, predicting)


async def test_boards_that_connect_together_share_one_read(watched_city: City) -> None:
    newcomers = openings_of(watched_city, TOWN, Ring())
    got = await asyncio.gather(*(newcomers.after(None) for _ in range(50)))
    assert len({id(opening.frames) for opening in got}) == 1
    (snapshot,) = bodies(got[0])
    assert (snapshot["type"], snapshot["seq"]) == ("snapshot", got[0].seq)


async def test_cached_snapshot_expires(watched_city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = Ring()
    newcomers = openings_of(watched_city, TOWN, frames)
    monkeypatch.setattr(snapshots, "_HELD_SECONDS", PATIENCE_SECONDS)
    first = await newcomers.after(None)
    await watched_city.say(IN_QIANFO[0], Report.EVACUATED)
    frames.push(first.seq + 1, "told meanwhile")
    assert (await newcomers.after(None)).frames is first.frames
    monkeypatch.setattr(snapshots, "_HELD_SECONDS", 0)
    missed = await newcomers.after(first.seq)
    assert bodies(missed)[0]["households"][0]["code"] == IN_QIANFO[0]
    newcomers._held[None] = replace(newcomers._held[None], until=0.0)
    second = await newcomers.after(None)
    assert (second.seq, second.position) == (first.seq + 1, 1)
    assert set(newcomers._held) == {None}


async def test_board_with_an_unknown_sequence_number_gets_a_reset_first(watched_city: City) -> None:
    newcomers = openings_of(watched_city, TOWN, Ring())
    opening = await newcomers.after(1_000_000)
    assert [body["type"] for body in bodies(opening)] == ["reset", "snapshot"]
    assert opening.frames.endswith((await newcomers.after(None)).frames)


@pytest.mark.parametrize(
    ("division", "counts"), [(TOWN, {"village": {"websocket": {"queued": 1}}}), (QIANFO, None)]
)
async def test_first_frames_include_delivery_counts_at_any_sequence_number(
    watched_city: City, division: str, counts: object
) -> None:
    newcomers = openings_of(watched_city, division, Ring())
    await watched_city.owe(INFORMANT)
    (snapshot,) = bodies(await newcomers.after(None))
    assert snapshot["deliveries"] == counts
    assert newcomers.division_gets_progress == (counts is not None)
    for known in (snapshot["seq"] - 1, snapshot["seq"]):
        missed, *more = bodies(await newcomers.after(known))
        assert "deliveries" not in missed
        assert [frame["deliveries"] for frame in more] == ([counts] if counts else [])
        assert {frame["seq"] for frame in (missed, *more)} == {snapshot["seq"]}


async def test_first_frames_use_known_counts_and_request_new_ones(watched_city: City) -> None:
    told = asyncio.Event()
    sending = Sending(watched_city.database, watched_city.alert, told.set)
    newcomers = cached(watched_city, TOWN, Ring(), sending)
    assert await sending.known_to(TOWN) == {}
    told.clear()
    await watched_city.owe(INFORMANT)
    (snapshot,) = bodies(await newcomers.after(None))
    assert snapshot["deliveries"] == {}
    async with asyncio.timeout(PATIENCE_SECONDS):
        await told.wait()
    assert sending.latest
    assert sending.latest.counts == {"village": {"websocket": {"queued": 1}}}
    sending.end()


async def test_known_prediction_is_sent_to_new_and_to_returning_boards(watched_city: City) -> None:
    made = predicted(3)
    newcomers = cached(watched_city, TOWN, Ring(), unfollowed(watched_city), **{TOWN: made})
    (snapshot,) = bodies(await newcomers.after(None))
    assert snapshot["prediction"] == made
    *_, last = bodies(await newcomers.after(snapshot["seq"]))
    assert (last["prediction"], last["seq"]) == (made, snapshot["seq"])
    elsewhere = cached(watched_city, QIANFO, Ring(), unfollowed(watched_city), **{TOWN: made})
    assert bodies(await elsewhere.after(None))[0]["prediction"] is None
    assert not any("prediction" in each for each in bodies(await elsewhere.after(snapshot["seq"])))


async def test_board_that_disconnects_does_not_cancel_the_shared_read(held: City) -> None:
    database = held.database
    assert isinstance(database, HeldDatabase)
    newcomers = openings_of(held, TOWN, Ring())
    database.before.clear()
    first, second = (asyncio.create_task(newcomers.after(None)) for _ in range(2))
    await database.reached.wait()
    first.cancel()
    database.before.set()
    assert bodies(await second)[0]["type"] == "snapshot"


async def test_reconnecting_boards_of_many_divisions_share_few_reads(
    watched_city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings, read = [], watched_city.database.read
    seen = (await openings_of(watched_city, TOWN, Ring()).after(None)).seq
    await watched_city.say(IN_QIANFO[0], Report.EVACUATED)
    sending = unfollowed(watched_city)
    await sending.known_to(TOWN)

    async def counted(query: Any) -> Any:
        readings.append(query)
        return await read(query)

    monkeypatch.setattr(watched_city.database, "read", counted)
    divisions = (TOWN, QIANFO, YUANDING, GRID)
    places = [cached(watched_city, division, Ring(), sending) for division in divisions]
    got = await asyncio.gather(*(place.after(known) for place in places for known in (seen, 1)))
    assert len(readings) == 1
    named = [[home["code"] for home in bodies(opening)[0]["households"]] for opening in got]
    assert named == [[IN_QIANFO[0]]] * 4 + [[]] * 4
    assert {opening.seq for opening in got} == {seen + 1}


async def test_alert_outside_the_division_is_not_found(watched_city: City) -> None:
    newcomers = openings_of(watched_city, FAR, Ring())
    with pytest.raises(NotFoundError):
        await newcomers.after(None)
