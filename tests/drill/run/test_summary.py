from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from alerting.drill.gauges.story import GaugeStory
from alerting.drill.run.records import Records
from alerting.drill.run.summary import Accounted, Summary, summarize
from alerting.drill.run.suspected_story import SuspectedStory
from alerting.drill.scenario import SCENARIOS, ScenarioName
from alerting.drill.service.hosting import Killed
from tests.support.simulated_city import (
    ANCHOR,
    SEED,
    VILLAGE,
    board,
    city_of,
    event,
    frame,
    household,
    tally,
)

ALERT = (
    "【通江应急】演练：立即撤离！诺江镇千佛村有滑坡危险（05:10）。"
    "去千佛村小学操场。撤完回复：1全家已撤"
)
QUESTION = "【通江应急】演练：没看懂您的回复。请只回一个数字：1全家已撤"
ZERO = {"unaccounted": 0, "needs_help": 0, "staying": 0, "elsewhere": 0, "evacuated": 0}
STATS = {
    "sent": 5,
    "segments": 9,
    "calls": {"completed": 7, "no-answer": 3, "busy": 1},
    "faults": {"http_503": 2, "dead": 1},
}
REOPENED = event("alert.reopened", "", reasons={})
HELP = {"cases": 4, "rate": 0.75}
SCENARIO = replace(SCENARIOS[ScenarioName.QIANFO_2022], households=3, people=9)
CITY = city_of(household(1), household(2, phones=2), household(3, phones=0))


def home(number: int, standing: str, verified: bool = False, **people: int) -> dict[str, Any]:
    return {
        "code": f"{VILLAGE}{number:04d}",
        "standing": standing,
        "headcount": 3,
        "verified": verified,
        "people": ZERO | people,
    }


HOMES = [
    home(3, "elsewhere", verified=True, elsewhere=3),
    home(1, "evacuated", evacuated=3),
    home(2, "staying", verified=True, staying=3),
]


def text(number: int, second: float | None, phone: int = 0, body: str = ALERT) -> dict[str, Any]:
    to = f"+8610000{number:04d}{phone:02d}"
    if second is None:
        return {"to": to, "body": body, "status": "failed", "sent_at": None}
    sent = (ANCHOR + timedelta(seconds=second)).isoformat()
    return {"to": to, "body": body, "status": "delivered", "sent_at": sent}


def task(state: str, cause: str = "silent") -> dict[str, str]:
    return {"state": state, "cause": cause}


TASKS = [
    task("passed_on"),
    task("passed_on"),
    task("done", "handed_on"),
    task("answered"),
    task("done", "help"),
    task("dropped"),
]
OFFICERS = [{"state": state} for state in ("confirmed", "confirmed", "called", "not_woken")]
ROLL_CALLS = [{"missed": 5}, {"missed": 1}]
SILENT_UNNOTICED = GaugeStory(80, 4, 1, 6, 3, 0, 1, 75.0)
SUSPECTED = SuspectedStory(1, 1, 1, 1, 0, 1, 0, 0)
KILLED = Killed("api", "api-1", at=240.0, served_after=0.1, back_after=2.5)


def summary(
    homes: list[dict[str, Any]] = HOMES,
    messages: tuple[dict[str, Any], ...] = (
        text(1, 4.0),
        text(2, 7.0),
        text(1, 90.0, body=QUESTION),
    ),
    closed: bool = True,
    all_clear: bool = True,
    ledger_agrees: bool = True,
    spared: tuple[str, ...] = (),
    gauges: GaugeStory | None = None,
    suspected: SuspectedStory = SUSPECTED,
) -> Summary:
    seen = board()
    for seq, (second, out) in enumerate(((10, 0), (20, 5), (30, 9)), 1):
        people = {"evacuated": out, "unaccounted": 9 - out}
        seen.take(frame(seq, second, tallies={VILLAGE: {"households": {}, "people": people}}))
    seen.take(frame(4, 40, summary={"state": "closed"}))
    seen.take(frame(5, 50, tallies={VILLAGE: tally(unaccounted=1)}, events=[REOPENED]))
    seen.take(frame(6, 60, tallies={VILLAGE: tally(evacuated=9)}, summary={"state": "closed"}))
    records = Records(
        homes,
        list(messages),
        STATS,
        tasks=TASKS,
        help=HELP,
        officers=OFFICERS,
        roll_calls=ROLL_CALLS,
        asked_of_neighbours=[answered_by("neighbour"), answered_by("own"), answered_by("officer")],
        closed=closed,
        all_clear=all_clear,
        ledger_agrees=ledger_agrees,
        killed=[KILLED],
        spared=list(spared),
        gauges=gauges,
        suspected=suspected,
    )
    return summarize(SCENARIO, CITY, seen.time, seen, records, 12.34)


def answered_by(rung: str) -> dict[str, Any]:
    """Return the record of a household about which a neighbour was asked."""
    return {"evidence": [{"rung": rung, "channel": "sms"}]}


def test_summary_counts_households_answered_for_by_a_neighbour() -> None:
    assert summary().answered_by_neighbours == 1


def test_summary_has_households_people_standings_and_times() -> None:
    found = summary()
    assert (found.scenario, found.seed, found.households, found.people) == (
        "qianfo-2022",
        SEED,
        3,
        9,
    )
    assert found.seconds_to_50_percent == 20
    assert found.seconds_to_90_percent == found.seconds_to_99_percent == 30
    assert found.seconds_to_100_percent == found.seconds_to_zero == 30
    assert found.standings == {"elsewhere": 1, "evacuated": 1, "staying": 1}
    assert found.wall_seconds == 12.3
    assert found.speed == 1.0
    assert found.mean_speed == 1.0


def test_times_use_only_the_first_text_to_each_number() -> None:
    found = summary()
    assert (found.seconds_to_first_message, found.seconds_to_last_message) == (4.0, 7.0)
    assert (found.messages_sent, found.segments_sent, found.duplicate_texts) == (5, 9, 0)


def test_texts_that_arrived_again_are_duplicates() -> None:
    again = (text(1, 4.0), text(1, 5.0), text(1, 6.0), text(1, None), text(2, 7.0))
    assert summary(messages=again).duplicate_texts == 2


def test_time_of_last_text_ignores_texts_to_officers() -> None:
    later = text(1, 500.0) | {"to": "+8610009999"}
    found = summary(messages=(later, text(1, 4.0), text(2, 7.0)))
    assert (found.seconds_to_first_message, found.seconds_to_last_message) == (4.0, 7.0)


def test_time_of_first_text_ignores_texts_before_the_alert() -> None:
    earlier = text(1, 0.0) | {
        "to": "+8610009999",
        "sent_at": (ANCHOR - timedelta(seconds=60)).isoformat(),
    }
    found = summary(messages=(earlier, text(1, 4.0), text(2, 7.0)))
    assert (found.seconds_to_first_message, found.seconds_to_last_message) == (4.0, 7.0)


def test_summary_counts_doors_help_and_officers() -> None:
    found = summary()
    assert (found.doors_opened, found.doors_passed_on, found.doors_done) == (4, 1, 2)
    assert (found.help_cases, found.help_resolved_rate) == (4, 0.75)
    called = (found.officers_called, found.officers_confirmed, found.officers_not_woken)
    assert called == (4, 2, 1)
    assert found.calls_made == 11
    assert found.faults_survived == {"dead": 1, "http_503": 2}


def test_summary_has_time_of_zero_and_roll_calls() -> None:
    found = summary()
    assert found.seconds_to_zero == 30
    assert (found.roll_calls, found.roll_call_missed, found.reopened) == (2, 6, 1)
    assert found.all_clear


def test_people_accounted_by_visit_and_by_text_are_counted_apart() -> None:
    found = summary()
    assert found.accounted_by_channel == {"sms": Accounted(1, 3), "door": Accounted(2, 6)}


def test_passed_drill_has_no_shortcomings() -> None:
    found = summary()
    assert found.shortcomings == []
    assert found.zero_unaccounted
    assert found.as_json()["accounted_by_channel"]["door"] == {"households": 2, "people": 6}
    assert found.as_json()["killed"][0]["served_after"] == 0.1


@pytest.mark.parametrize(
    "messages",
    [(text(1, 4.0),), (text(1, 4.0), text(2, None)), (text(1, 4.0), text(2, 5.0, phone=1))],
    ids=["never", "not handed over", "another phone"],
)
def test_households_without_a_text_are_listed(messages: tuple[dict[str, Any], ...]) -> None:
    found = summary(messages=messages)
    assert found.untold_households == [f"{VILLAGE}0002"]
    assert found.shortcomings == ["1 households were not told"]


@pytest.mark.parametrize(
    ("changes", "shortcoming"),
    [
        ({"closed": False}, "the alert is not closed"),
        ({"all_clear": False}, "the all-clear is not given"),
        ({"ledger_agrees": False}, "the ledger does not agree with its log"),
        ({"gauges": SILENT_UNNOTICED}, "the silence of a gauge was told 0 times instead of once"),
        (
            {"suspected": replace(SUSPECTED, still_open=2)},
            "suspected calls for help: 2 have not ended",
        ),
        ({"spared": ("nats", "postgres")}, "it ended before these were killed: nats, postgres"),
        (
            {"homes": [*HOMES[:2], home(2, "partly", evacuated=1, unaccounted=2)]},
            "2 people are unaccounted or wait for help",
        ),
        (
            {"homes": [*HOMES[:2], home(2, "needs_help", needs_help=3)]},
            "3 people are unaccounted or wait for help",
        ),
        ({"homes": HOMES[:2]}, "0 people are unaccounted or wait for help"),
    ],
)
def test_each_shortcoming_fails_the_drill(changes: dict[str, Any], shortcoming: str) -> None:
    assert summary(**changes).shortcomings == [shortcoming]


def test_text_that_names_another_village_fails_the_drill() -> None:
    wrong = text(2, 7.0, body=ALERT.replace("诺江镇千佛村", "诺江镇元顶村"))
    found = summary(messages=(text(1, 4.0), wrong))
    assert found.texts.texts == 2
    assert found.shortcomings == [
        f"a text to household {VILLAGE}0002 lacks its village '千佛村': {wrong['body']}"
    ]


def test_digest_depends_on_standings_but_not_on_their_order() -> None:
    digest = summary().standings_digest
    assert summary(homes=HOMES[::-1]).standings_digest == digest
    moved = [*HOMES[:2], home(2, "evacuated", evacuated=3)]
    assert summary(homes=moved).standings_digest != digest
