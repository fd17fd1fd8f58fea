import asyncio
from typing import Any

import pytest

from alerting.drill.progress.board import Board
from alerting.drill.progress.milestones import Journal, Milestones
from tests.support.patience import PATIENCE_SECONDS
from tests.support.simulated_city import (
    NEXT_VILLAGE,
    VILLAGE,
    board,
    city_of,
    event,
    frame,
    household,
    tally,
)


@pytest.fixture
def milestones() -> Milestones:
    """Return the milestones of four households of three people, two in each village."""
    homes = [household(n, village) for village in (VILLAGE, NEXT_VILLAGE) for n in (1, 2)]
    seen = board()
    return Milestones(seen, city_of(*homes), Journal(seen.time))


def told(milestones: Milestones) -> list[str]:
    milestones.look()
    return [entry.words for entry in milestones.journal.entries]


def show(seen: Board, **out: int) -> None:
    counts = {
        village: {"households": {"evacuated": 2}, "people": {"evacuated": n, "unaccounted": 6 - n}}
        for village, n in zip((VILLAGE, NEXT_VILLAGE), out.values(), strict=False)
    }
    seen.take(frame(1, 0, tallies=counts))


def test_shares_are_journaled_only_after_everybody_is_called(milestones: Milestones) -> None:
    show(milestones.board, here=6)
    assert told(milestones) == []
    show(milestones.board, here=6, there=0)
    expected = ["25% are accounted for", "50% are accounted for"]
    assert told(milestones) == expected
    assert told(milestones) == expected


def test_zero_unaccounted_is_journaled_for_town_and_all(milestones: Milestones) -> None:
    show(milestones.board, here=6, there=6)
    assert told(milestones)[-2:] == [
        "诺江镇: all 4 households are accounted for",
        "nobody is unaccounted any more, and no call for help is open",
    ]


def test_acceptance_of_all_texts_is_journaled_once(milestones: Milestones) -> None:
    milestones.board.take(frame(1, 0, deliveries={"household": {"sms": {"sent": 3, "queued": 1}}}))
    assert told(milestones) == []
    milestones.board.take(frame(2, 0, deliveries={"household": {"sms": {"sent": 4}}}))
    assert told(milestones) == ["the carrier has taken all 4 texts to households"]
    milestones.board.take(frame(3, 0, deliveries={"household": {"sms": {"sent": 5}}}))
    assert len(told(milestones)) == 1


def test_shares_count_people_and_not_households(milestones: Milestones) -> None:
    milestones.board.take(frame(1, 0, tallies={VILLAGE: tally(evacuated=4)}))
    assert told(milestones)[0] == "25% are accounted for"
    assert "50% are accounted for" not in told(milestones)


def entry(milestones: Milestones, kind: str, subject: str, **payload: Any) -> None:
    milestones.board.take(frame(1, 0, events=[event(kind, subject, **payload)]))


def test_log_entries_are_journaled_once_in_order(milestones: Milestones) -> None:
    entry(milestones, "alert.reopened", "", reasons={"people_unaccounted": 3})
    entry(milestones, "roll_call.ended", "", number=1, answered=3, missed=1)
    expected = [
        "the alert is open again: 3 people unaccounted",
        "roll-call 1 ends: 3 households have answered, 1 have missed it",
    ]
    assert told(milestones) == expected
    assert told(milestones) == expected


def test_first_question_to_a_neighbour_is_journaled_once(milestones: Milestones) -> None:
    for number in (1, 2):
        asked = event("neighbour.asked", f"{VILLAGE}0009", households=[f"{VILLAGE}{number:04d}"])
        milestones.board.log_counts.take(asked)
        said = told(milestones)
    assert said == ["neighbours are asked about the first silent households: 1"]


def test_first_doors_and_first_calls_for_help_are_journaled(milestones: Milestones) -> None:
    for number in (1, 2):
        home = f"{VILLAGE}000{number}"
        entry(milestones, "task.opened", home, officer=f"grid-{VILLAGE}")
        entry(milestones, "help.called", home)
        assert told(milestones) == [
            "officers are sent to the first doors: 1",
            "the first calls for help: 1; officers are sent at once",
        ]


def test_resolution_of_all_calls_for_help_is_journaled(milestones: Milestones) -> None:
    home, words = f"{VILLAGE}0001", "all calls for help so far are resolved: 1"
    entry(milestones, "help.called", home)
    show(milestones.board, here=0, there=0)
    assert words not in told(milestones)
    entry(milestones, "help.resolved", home)
    assert told(milestones)[-1] == words


async def test_milestone_is_journaled_when_the_board_changes(milestones: Milestones) -> None:
    heard = asyncio.Event()
    milestones.journal.listener = lambda _entry: heard.set()
    keeping = asyncio.create_task(milestones.keep())
    await asyncio.sleep(0)
    entry(milestones, "approval.lapsed", "")
    async with asyncio.timeout(PATIENCE_SECONDS):
        await heard.wait()
    keeping.cancel()
