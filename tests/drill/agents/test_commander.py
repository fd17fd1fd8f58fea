import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from alerting.drill.agents import commander as plot
from alerting.drill.agents.commander import Commander
from alerting.drill.progress.milestones import Journal
from alerting.drill.scenario import SCENARIOS, ScenarioName
from alerting.drill.service.client import Answer, Service
from alerting.drill.story_time import DrillError
from tests.support.clocks import story_time
from tests.support.patience import PATIENCE_SECONDS
from tests.support.simulated_city import VILLAGE, board, city_of, event, frame, household, tally

REFUSAL = {"detail": "No.", "reasons": ["3 people are unaccounted", "1 calls for help are open"]}
TOWNS = ("511921100", "511921001")


class Office(Service):
    """A service that records requests, closes the alert and calls the roll.

    It refuses the first `refusals` requests to close. If `missed` is set, households miss the
    roll-call, and the alert is reopened.
    """

    def __init__(self, refusals: int = 0, missed: int = 0) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.refusals = refusals
        self.missed = missed
        self.closed_unsaid = False
        self.clear_unsaid = False
        self.unspoken = 0
        self.homes: list[dict[str, Any]] = []
        self.accounted: list[dict[str, Any]] = []
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
        is_first = self.board.log_counts.happened["roll_call.ended"] == 0
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
        if query.get("standing") in {"evacuated", "elsewhere"}:
            return [home for home in self.accounted if home["standing"] == query["standing"]]
        if query:
            self.unspoken -= 1
            return [{"settled_by": None if self.unspoken >= 0 else "grid-1"}]
        return self.homes


def commander_of(office: Office, towns: tuple[str, ...] = ()) -> Commander:
    """Return a commander at speed 1,000 in whose village everybody is accounted for."""
    seen = office.board
    seen.time = story_time(1000.0)
    seen.count({VILLAGE: tally(evacuated=1)}, at=0.0)
    scenario = replace(SCENARIOS[ScenarioName.QIANFO_2022], towns=towns)
    return Commander(scenario, city_of(household(1)), office, seen, Journal(seen.time), alert=1)


def news(**content: Any) -> dict[str, Any]:
    """Return a frame of the feed that has the present time."""
    return frame(1, 0, **({"at": datetime.now(UTC).isoformat()} | content))


def verbs(office: Office) -> list[str]:
    return [verb for verb, _ in office.asked]


def told(commander: Commander) -> list[str]:
    return [entry.words for entry in commander.journal.entries]


async def test_commander_confirms_closes_and_gives_all_clear() -> None:
    office = Office()
    commander = commander_of(office)
    await commander.lead()
    assert verbs(office) == ["confirm", "close", "all-clear"]
    assert (commander.closed, commander.all_clear, office.state) == (True, True, "all_clear")
    assert commander.board.time.elapsed() >= plot.EARLY_CLOSE


async def test_journal_names_households_and_people_added_by_widening() -> None:
    office = Office()
    commander = commander_of(office, TOWNS)
    await commander.lead()
    assert office.asked[1] == ("widen", {"area": {"divisions": list(TOWNS)}})
    assert "2,271 households more, 5,844 people, 2,371 texts: 诺江镇" in told(commander)[1]


async def test_refused_close_is_journaled_with_reasons_and_retried() -> None:
    commander = commander_of(Office(refusals=1))
    await commander.lead()
    assert told(commander)[-3:] == [
        "诺江镇: the commander may not close it yet: "
        "3 people are unaccounted; 1 calls for help are open",
        "诺江镇: the commander closes the alert",
        "诺江镇: the commander gives the all-clear: everybody may return",
    ]


async def test_commander_verifies_vulnerable_households_before_closing() -> None:
    office = Office(refusals=1)
    home = {"code": VILLAGE + "0001", "vulnerable": "elderly", "verified": False}
    office.accounted = [
        home | {"standing": "elsewhere"},
        home | {"standing": "evacuated", "verified": True},
        home | {"standing": "evacuated", "vulnerable": ""},
    ]
    await commander_of(office).lead()
    assert verbs(office) == ["confirm", "close", "evidence", "close", "all-clear"]
    assert [body["report"] for verb, body in office.asked if verb == "evidence"] == ["elsewhere"]


async def test_commander_closes_again_after_a_missed_roll_call() -> None:
    office = Office(missed=1)
    commander = commander_of(office)
    await commander.lead()
    assert verbs(office) == ["confirm", "close", "close", "all-clear"]
    assert commander.all_clear


async def test_commander_notices_close_although_its_answer_was_lost() -> None:
    office = Office()
    office.closed_unsaid = True
    commander = commander_of(office)
    await commander.lead()
    assert verbs(office) == ["confirm", "close", "all-clear"]


async def test_commander_notices_all_clear_although_its_answer_was_lost() -> None:
    office = Office()
    office.clear_unsaid = True
    commander = commander_of(office)
    await commander.lead()
    assert commander.all_clear


async def test_refused_all_clear_fails_the_drill() -> None:
    commander = commander_of(Office(missed=1))
    with pytest.raises(DrillError, match=r"the all-clear was refused: 3 people are unaccounted"):
        await commander._give_all_clear()
    assert not commander.all_clear


async def test_commander_ends_once_the_all_clear_texts_are_sent() -> None:
    office = Office()
    commander = commander_of(office)
    office.state, office.board.owed = "closed", 2
    giving = asyncio.create_task(commander._give_all_clear())
    await asyncio.sleep(0.01)
    assert not giving.done()
    office.board.take(news(deliveries={"household": {"sms": {"sent": 2}}}))
    async with asyncio.timeout(PATIENCE_SECONDS):
        await giving
    assert commander.all_clear


async def test_commander_closes_after_officers_spoke_to_households_that_stay() -> None:
    office = Office(refusals=1)
    office.unspoken = 3
    await commander_of(office).lead()
    assert office.unspoken == -1


@pytest.mark.parametrize("hindrance", ["owed", "zero_at"])
async def test_time_limit_error_lists_unaccounted_households(
    hindrance: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plot, "LIMIT", 1000.0)
    office = Office(refusals=1)
    office.homes = [{"code": str(n), "standing": "partly"} for n in range(21)]
    office.homes.append({"code": "out", "standing": "evacuated"})
    commander = commander_of(office)
    setattr(commander.board, hindrance, 1 if hindrance == "owed" else None)
    with pytest.raises(DrillError, match=r"21 households are in question: 0 \(partly\).* \.\.\.$"):
        await commander.lead()
    assert not commander.closed
