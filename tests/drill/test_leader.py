from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from alerting.drill import leader as plot
from alerting.drill.errors import DrillError
from alerting.drill.journal import Journal
from alerting.drill.leader import Leader
from alerting.drill.scenario import SCENARIOS, ScenarioName
from alerting.drill.service import Answer, Service
from alerting.drill.story_time import StoryTime
from tests.simulated_city import VILLAGE, board, city_of, household, tally

REFUSAL = {"detail": "No.", "reasons": ["3 people are unaccounted", "1 calls for help are open"]}
TOWNS = ("511921100", "511921001")


class Desk(Service):
    """A service that closes once nobody stays unspoken to, and keeps what it is asked."""

    def __init__(self, refusals: int = 0) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.refusals = refusals
        self.closed_unsaid = False
        self.unspoken = 0
        self.homes: list[dict[str, Any]] = []

    async def post(self, path: str, body: dict[str, Any] | None = None) -> Answer:
        verb = path.rpartition("/")[2]
        self.asked.append((verb, body))
        if verb == "close" and self.refusals:
            self.refusals -= 1
            return Answer(409, REFUSAL)
        return Answer(200, {"reached": {"households": 2271, "people": 5844, "texts": 2371}})

    async def get(self, path: str, **query: str) -> Any:
        return {"state": "closed" if self.closed_unsaid else "open"}

    async def households(self, alert: int, **query: str) -> list[dict[str, Any]]:
        if query:
            self.unspoken -= 1
            return [{"settled_by": None if self.unspoken >= 0 else "grid-1"}]
        return self.homes


def leader_of(desk: Desk, towns: tuple[str, ...] = ()) -> Leader:
    """A commander at speed 1000 whose village is at zero from the beginning."""
    seen = board()
    seen.time = StoryTime(1000.0, datetime.now(UTC))
    seen.time.begin(seen.time.anchor.isoformat())
    seen.count({VILLAGE: tally(evacuated=1)}, at=0.0)
    scenario = replace(SCENARIOS[ScenarioName.QIANFO_2022], towns=towns)
    return Leader(scenario, city_of(household(1)), desk, seen, Journal(seen.time), alert=1)


def told(leader: Leader) -> list[str]:
    return [entry.words for entry in leader.journal.entries]


async def test_confirms_and_closes_and_widens_nothing_without_towns() -> None:
    desk = Desk()
    leader = leader_of(desk)
    await leader.lead()
    assert [verb for verb, _ in desk.asked] == ["confirm", "close"]
    assert leader.closed
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
    assert told(leader)[-2:] == [
        "诺江镇: the commander may not close it yet: "
        "3 people are unaccounted; 1 calls for help are open",
        "诺江镇: the commander closes the alert",
    ]


async def test_knows_an_alert_that_was_closed_when_the_answer_was_lost() -> None:
    desk = Desk(refusals=100)
    desk.closed_unsaid = True
    leader = leader_of(desk)
    await leader.lead()
    assert leader.closed
    assert desk.refusals == 99


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
