"""Tests of a drill whose service is killed while it sends, and restarted on the same database."""

import asyncio
import contextlib
import json
import urllib.request
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from alerting.drill.progress.board import Board
from alerting.drill.progress.milestones import Journal
from alerting.drill.run.drill import Options, run_drill
from alerting.drill.run.environment import Environment
from alerting.drill.run.summary import Summary
from alerting.drill.scenario import SCENARIOS, ScenarioName
from alerting.drill.service.hosting import OneProcess
from scripts.benches.decrypting import opened

pytestmark = pytest.mark.long

SECONDS = 5.0
"""The story second of the kill: some texts are accepted, some in flight, and some waiting."""


@dataclass
class Aftermath:
    """The drill's summary, its journal, and the ledger's records of the texts."""

    summary: Summary
    told: list[str]
    tries: dict[str, int]
    """The largest number of attempts at one text, by the household's number."""
    outcomes: dict[str, set[str | None]]
    """The outcomes of all attempts, by the household's number."""
    texts_owed: int
    told_twice: set[str]
    """Households' numbers to which the provider accepted the same text twice."""


_TRIES = """
    SELECT phone(deliveries.number), attempts.number, attempts.outcome FROM deliveries
    JOIN attempts ON attempts.delivery = deliveries.id
    WHERE deliveries.channel = 'sms' AND deliveries.recipient_kind = 'household'
"""
_OWED = """
    SELECT count(*) FROM deliveries
    WHERE channel = 'sms' AND state IN ('queued', 'sending', 'unknown')
"""


def _told_twice(stage: Environment) -> set[str]:
    homes = {phone for home in stage.city.households.values() for phone in home.phones}
    with urllib.request.urlopen(f"{stage.gateway_url}/control/stats") as answer:
        return homes & set(json.load(answer)["duplicates"])


@pytest.fixture(scope="module")
def aftermath() -> Aftermath:
    journals: list[Journal] = []
    found: list[Aftermath] = []

    @contextlib.asynccontextmanager
    async def show(_stage: Environment, _board: Board, journal: Journal) -> AsyncIterator[None]:
        journals.append(journal)
        yield

    def done(summary: Summary, stage: Environment) -> None:
        told = [entry.words for entry in journals[0].entries]
        aftermath = Aftermath(summary, told, {}, {}, 0, _told_twice(stage))
        with opened(stage.folder / "alerting.db") as ledger:
            for number, tried, outcome in ledger.execute(_TRIES):
                aftermath.tries[number] = max(tried, aftermath.tries.get(number, 0))
                aftermath.outcomes.setdefault(number, set()).add(outcome)
            aftermath.texts_owed = ledger.execute(_OWED).fetchone()[0]
        found.append(aftermath)

    scenario = SCENARIOS[ScenarioName.QIANFO_2022]
    options = Options(scenario, seed=7, speed=150.0, hosting=OneProcess(SECONDS))
    asyncio.run(run_drill(options, show, done))
    return found[0]


def test_drill_with_a_crash_passes(aftermath: Aftermath) -> None:
    assert "the service is killed, and started again" in aftermath.told
    assert aftermath.told.index("the service is back") < len(aftermath.told) - 1
    assert [one.process for one in aftermath.summary.killed] == ["service"]
    assert aftermath.summary.shortcomings == []
    assert aftermath.summary.zero_unaccounted
    assert aftermath.summary.all_clear


def test_crash_leaves_no_household_without_a_text(aftermath: Aftermath) -> None:
    assert aftermath.summary.untold_households == []
    assert aftermath.texts_owed == 0
    assert len(aftermath.tries) > aftermath.summary.households * 0.9


def test_crash_duplicates_only_texts_in_doubt(aftermath: Aftermath) -> None:
    doubtful = {
        number
        for number, tries in aftermath.tries.items()
        if tries > 1 or "unknown" in aftermath.outcomes[number]
    }
    assert aftermath.told_twice <= doubtful


def test_ledger_agrees_with_its_log_after_the_crash(aftermath: Aftermath) -> None:
    assert aftermath.summary.ledger_agrees
