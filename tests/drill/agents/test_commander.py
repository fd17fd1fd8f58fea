import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from alerting.drill.agents import commander as plot
from alerting.drill.agents.commander import Leader
from alerting.drill.progress.journal import Journal
from alerting.drill.scenario import SCENARIOS, ScenarioName
from alerting.drill.service.client import Answer, Service
from alerting.drill.story_time import DrillError, StoryTime
from tests.support.simulated_city import VILLAGE, board, city_of, event, frame, household, tally

REFUSAL = {"detail": "No.", "reasons": ["3 people are unaccounted", "1 calls for help are open"]}
TOWNS = ("511921100", "511921001")


class Desk(Service):
    """A service that closes once nobody stays unspoken to, calls the roll, and keeps its asks.

    Whoever misses the roll-call is found as soon as the alert is open again.
    """

    def __init__(self, refusals: int = 0, missed: int = 0) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.refusals = refusals
        self.missed = missed
        self.closed_unsaid = False
        self.clear_unsaid = False
        self.unspoken = 0
        self.homes: list[dict[str, Any]] = []
        self.board = board()
        self.state = "open"

    async def post(self, path: str, body: dict[str, Any] | None = None) -> Answer:
        verb = path.rpartition("/")[2]
        self.asked.append((verb, body))
        if verb == "close":
            return self._close()
        if verb == "all-clear":
            return self._all_clear()
        return Answer(200, {"reached": {"households": 2271, "people": 5844, "texts": 2371}})

    def _close(self) -> Answer:
        if self.closed_unsaid and self.state == "open":
            self._call_the_roll()
            return Answer(409, REFUSAL)
        if self.refusals:
            self.refusals -= 1
            return Answer(409, REFUSAL)
        is_first = self.board.proceedings.happened["roll_call.ended"] == 0
        self._be("closed")
        if is_first:
            self._call_the_roll()
        return Answer(200, {"state": "closed"})

    def _call_the_roll(self) -> None:
        self._be("open" if self.missed else "closed")
        self.board.take(news(events=[event("roll_call.ended", "")]))

    def _all_clear(self) -> Answer:
        if self.state != "closed":
            return Answer(409, REFUSAL)
        self._be("all_clear")
        return Answer(409, REFUSAL) if self.clear_unsaid else Answer(200, {})

    def _be(self, state: str) -> None:
        self.state = state
        self.board.take(news(summary={"state": state}))

    async def get(self, path: str, **query: str) -> Any:
        return {"state": self.state}

    async def households(self, alert: int, **query: str) -> list[dict[str, Any]]:
        if query:
            self.unspoken -= 1
            return [{"settled_by": None if self.unspoken >= 0 else "grid-1"}]
        return self.homes


def leader_of(desk: Desk, towns: tuple[str, ...] = ()) -> Leader:
    """A commander at speed 1000 whose village is at zero from the beginning."""
    seen = desk.board
    seen.time = StoryTime(1000.0, datetime.now(UTC))
    seen.time.begin(seen.time.anchor.isoformat())
    seen.count({VILLAGE: tally(evacuated=1)}, at=0.0)
    scenario = replace(SCENARIOS[ScenarioName.QIANFO_2022], towns=towns)
    return Leader(scenario, city_of(household(1)), desk, seen, Journal(seen.time), alert=1)


def news(**content: Any) -> dict[str, Any]:
    """What the feed brings now."""
    return frame(1, 0, **({"at": datetime.now(UTC).isoformat()} | content))


def verbs(desk: Desk) -> list[str]:
    return [verb for verb, _ in desk.asked]


def told(leader: Leader) -> list[str]:
    return [entry.words for entry in leader.journal.entries]


async def test_confirms_closes_and_gives_the_all_clear_after_a_roll_call() -> None:
    desk = Desk()
    leader = leader_of(desk)
    await leader.lead()
    assert verbs(desk) == ["confirm", "close", "all-clear"]
    assert (leader.closed, leader.all_clear, desk.state) == (True, True, "all_clear")
    assert leader.board.time.elapsed() >= plot.EARLY_CLOSE


async def test_widens_to_the_towns_and_says_how_many_that_are() -> None:
    desk = Desk()
    leader = leader_of(desk, TOWNS)
    await leader.lead()
    assert desk.asked[1] == ("widen", {"area": {"divisions": list(TOWNS)}})
    assert "2,271 households more, 5,844 people, 2,371 texts: 诺江镇" in told(leader)[1]


async def test_tells_every_reason_of_a_refusal_and_tries_again() -> None:
    leader = leader_of(Desk(refusals=1))
    await leader.lead()
    assert told(leader)[-3:] == [
        "诺江镇: the commander may not close it yet: "
        "3 people are unaccounted; 1 calls for help are open",
        "诺江镇: the commander closes the alert",
        "诺江镇: the commander gives the all-clear: everybody may return",
    ]


async def test_closes_again_what_a_missed_roll_call_has_opened() -> None:
    desk = Desk(missed=1)
    leader = leader_of(desk)
    await leader.lead()
    assert verbs(desk) == ["confirm", "close", "close", "all-clear"]
    assert leader.all_clear


async def test_knows_an_alert_that_was_closed_when_the_answer_was_lost() -> None:
    desk = Desk()
    desk.closed_unsaid = True
    leader = leader_of(desk)
    await leader.lead()
    assert verbs(desk) == ["confirm", "close", "all-clear"]


async def test_knows_an_all_clear_that_was_given_when_the_answer_was_lost() -> None:
    desk = Desk()
    desk.clear_unsaid = True
    leader = leader_of(desk)
    await leader.lead()
    assert leader.all_clear


async def test_an_all_clear_that_is_refused_is_no_end() -> None:
    leader = leader_of(Desk(missed=1))
    with pytest.raises(DrillError, match=r"the all-clear was refused: 3 people are unaccounted"):
        await leader._give_all_clear()
    assert not leader.all_clear


async def test_ends_once_the_carrier_has_the_all_clears_texts() -> None:
    desk = Desk()
    leader = leader_of(desk)
    desk.state, desk.board.owed = "closed", 2
    giving = asyncio.create_task(leader._give_all_clear())
    await asyncio.sleep(0.01)
    assert not giving.done()
    desk.board.take(news(deliveries={"household": {"sms": {"sent": 2}}}))
    async with asyncio.timeout(60):
        await giving
    assert leader.all_clear


async def test_waits_for_an_officer_to_speak_to_all_who_stay() -> None:
    desk = Desk(refusals=1)
    desk.unspoken = 3
    await leader_of(desk).lead()
    assert desk.unspoken == -1


@pytest.mark.parametrize("hindrance", ["owed", "zero_at"])
async def test_is_stuck_at_the_limit_and_names_who_is_in_question(
    hindrance: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plot, "LIMIT", 1000.0)
    desk = Desk(refusals=1)
    desk.homes = [{"code": str(n), "standing": "partly"} for n in range(21)]
    desk.homes.append({"code": "out", "standing": "evacuated"})
    leader = leader_of(desk)
    setattr(leader.board, hindrance, 1 if hindrance == "owed" else None)
    with pytest.raises(DrillError, match=r"21 households are in question: 0 \(partly\).* \.\.\.$"):
        await leader.lead()
    assert not leader.closed
