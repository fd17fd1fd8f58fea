import asyncio
from collections.abc import Callable

from alerting.drill.progress.board import Texts
from contacts.division import Tier
from tests.support.patience import PATIENCE_SECONDS
from tests.support.simulated_city import NEXT_VILLAGE, VILLAGE, board, event, frame, tally

TOWN = VILLAGE[:9]


def test_counts_by_village_are_summed() -> None:
    seen = board()
    both = {VILLAGE: tally(unaccounted=5), NEXT_VILLAGE: tally(unaccounted=2, staying=1)}
    seen.take(frame(7, 60, tallies=both))
    seen.take(frame(9, 90, tallies={VILLAGE: tally(evacuated=4, needs_help=1)}))
    assert seen.seq == 9
    assert seen.total.people == {"unaccounted": 2, "staying": 1, "evacuated": 4, "needs_help": 1}
    assert (seen.total.accounted, seen.total.in_question) == (5, 3)
    assert seen.below(NEXT_VILLAGE).households.total() == 3
    assert seen.below(TOWN) == seen.total


def test_verified_people_are_not_counted_twice() -> None:
    seen = board()
    seen.take(frame(1, 0, tallies={VILLAGE: tally(evacuated=4, verified=4)}))
    assert seen.total.accounted == 4


def test_curve_gives_the_time_when_a_number_of_people_is_reached() -> None:
    seen = board()
    for second, out in ((10, 0), (20, 3), (30, 9)):
        people = tally(evacuated=out, unaccounted=9 - out)
        seen.take(frame(second, second, tallies={VILLAGE: people}))
    assert seen.curve == [(10, 0), (20, 3), (30, 9)]
    assert (seen.first_at(2), seen.first_at(9), seen.first_at(10)) == (20, 30, None)


def test_zero_time_is_reset_when_somebody_is_unaccounted() -> None:
    seen = board()
    for second, people in ((1, {"evacuated": 1}), (2, {"unaccounted": 1}), (3, {"staying": 1})):
        seen.take(frame(second, second, tallies={VILLAGE: tally(**people)}))
        assert seen.zero_at == {1: 1, 2: None, 3: 3}[second]
    seen.take(frame(4, 9, tallies={VILLAGE: tally(staying=1)}))
    assert seen.zero_at == 3


def test_first_zero_time_is_set_at_the_first_close() -> None:
    seen = board()
    for second, people, state in (
        (1, {"evacuated": 1}, "open"),
        (2, {"unaccounted": 1}, "open"),
        (3, {"evacuated": 1}, "open"),
        (4, {"evacuated": 1}, "closed"),
        (5, {"unaccounted": 1}, "open"),
        (6, {"evacuated": 1}, "closed"),
    ):
        content = {"tallies": {VILLAGE: tally(**people)}, "summary": {"state": state}}
        seen.take(frame(second, second, **content))
        assert seen.first_zero_at == (3 if second >= 4 else None)
        assert seen.log_counts.state == state
    assert seen.zero_at == 6


def test_snapshot_sets_the_alerts_state() -> None:
    seen = board()
    seen.take(frame(1, 0, type="snapshot", alert={"state": "all_clear"}))
    assert seen.log_counts.state == "all_clear"


def test_log_entries_of_a_frame_are_counted() -> None:
    seen = board()
    seen.take(frame(1, 0, events=[event("task.opened", f"{VILLAGE}0001", officer="grid-1")]))
    assert seen.log_counts.doors_of("grid-1") == 1


def test_texts_are_counted_by_tier_and_unaccepted_texts_in_total() -> None:
    sms = {"queued": 2, "sending": 1, "unknown": 1, "accepted": 3, "sent": 4, "delivered": 5}
    seen = board()
    seen.take(frame(1, 0, deliveries={"household": {"sms": sms}, "town": {"websocket": {"x": 1}}}))
    assert seen.texts["household"] == Texts(planned=16, accepted=12, delivered=5)
    assert seen.texts["town"] == Texts()
    assert seen.owed == 4
    seen.take(frame(2, 1))
    assert seen.owed == 4


def test_each_confirmed_officer_counts_once() -> None:
    event = {"kind": "officer.confirmed", "subject": "duty-5119", "division": "5119"}
    other = {"kind": "alert.widened", "subject": "duty-511921", "division": "511921"}
    seen = board()
    for seq in (1, 2):
        seen.take(frame(seq, 0, events=[event, other]))
    assert (seen.confirmed_at(Tier.CITY), seen.confirmed_at(Tier.COUNTY)) == (1, 0)


def test_heartbeat_changes_nothing() -> None:
    seen = board()
    seen.take({"type": "heartbeat", "seq": 5, "at": "2022-08-29T04:00:00+00:00"})
    assert (seen.seq, seen.curve) == (0, [])


async def test_waiters_wake_when_their_condition_holds() -> None:
    seen = board()

    def at(seq: int) -> Callable[[], bool]:
        return lambda: seen.seq >= seq

    waiting = [asyncio.create_task(seen.until(at(seq))) for seq in (1, 1, 2)]
    await asyncio.sleep(0)
    seen.take(frame(1, 0))
    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.gather(*waiting[:2])
    assert not waiting[2].done()
    seen.take(frame(2, 0))
    async with asyncio.timeout(PATIENCE_SECONDS):
        await waiting[2]


async def test_new_tallies_wake_waiters() -> None:
    seen = board()
    waiting = asyncio.create_task(seen.change())
    await asyncio.sleep(0)
    seen.count({VILLAGE: tally(unaccounted=1)}, at=0.0)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await waiting
