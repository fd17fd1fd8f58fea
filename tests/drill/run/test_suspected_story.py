from typing import Any

import pytest

from alerting.drill.agents.text_reader import SUSPECTED, TextReader
from alerting.drill.city.people import Kind
from alerting.drill.progress.milestones import Journal
from alerting.drill.run.suspected_story import SuspectedStory, story_of_suspected
from alerting.drill.service.client import Service
from tests.support.simulated_city import VILLAGE, board, city_of, event, household

HOMES = [household(number) for number in range(1, 300)]
CITY = city_of(*HOMES)
WRITERS = [home for home in HOMES if CITY.plan(home.code).kind is Kind.OWN_WORDS]
HOME = WRITERS[0]
LOG = [
    event("alert.raised", ""),
    event(SUSPECTED, HOME.code, provider_id="SM1"),
    event("text.suspected_told", HOME.code, provider_id="SM1", officers=[f"grid-{VILLAGE}"]),
]
QUESTION = {"to": HOME.phones[0], "body": "【通江应急】演练：您需要救助吗？需要请回2"}
WAITING = {"provider_id": "SM1", "suspected": True}


def story(
    log: list[dict[str, Any]] = LOG,
    messages: tuple[dict[str, Any], ...] = (QUESTION,),
    waiting: tuple[dict[str, Any], ...] = (),
    misplaced: int = 0,
) -> SuspectedStory:
    seen = board()
    by = TextReader(Service.__new__(Service), seen, Journal(seen.time), misplaced=misplaced)
    by.read.add("SM1")
    by.found = {each["payload"]["provider_id"] for each in log if each["kind"] == SUSPECTED}
    return story_of_suspected(CITY, log, messages, waiting, by)


def test_summary_counts_each_step() -> None:
    found = story(waiting=({"provider_id": "SM2"},))
    assert found == SuspectedStory(len(WRITERS), 1, 1, 1, 0, 1, 0, 0)
    assert not any(found.shortcomings.values())


def test_officer_who_writes_a_suspected_text_is_not_asked() -> None:
    of_officer = event(SUSPECTED, f"grid-{VILLAGE}", provider_id="SM9")
    assert story(log=[*LOG, of_officer]).untold == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"log": LOG[:1]}, "no text was suspected"),
        ({"log": LOG[:2]}, f"of {HOME.code}: no officer was told"),
        ({"messages": ()}, f"of {HOME.code}: no officer was told"),
        ({"waiting": (WAITING,)}, "1 have not ended"),
        ({"misplaced": 1}, "stood before a suspected one"),
    ],
    ids=["unsuspected", "untold", "unasked", "open", "misplaced"],
)
def test_each_omission_is_a_shortcoming(changes: dict[str, Any], words: str) -> None:
    failed = [reason for reason, holds in story(**changes).shortcomings.items() if holds]
    assert len(failed) == 1
    assert words in failed[0]
