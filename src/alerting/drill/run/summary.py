"""A drill's results in numbers, read from the service and the provider."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from alerting.drill.city.roster import City
from alerting.drill.gauges.story import GaugeStory
from alerting.drill.progress.board import Board
from alerting.drill.run.carrier_story import CarrierStory, story_of_carrier
from alerting.drill.run.records import Records
from alerting.drill.run.suspected_story import SuspectedStory
from alerting.drill.run.texts_check import TextsCheck, check_texts
from alerting.drill.run.told import told
from alerting.drill.scenario import Scenario
from alerting.drill.service.hosting import Killed
from alerting.drill.story_time import StoryTime, rounded

_REOPENED: Final = "alert.reopened"

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Accounted:
    """The households and people that were accounted for by one channel."""

    households: int = 0
    people: int = 0


@dataclass(frozen=True)
class Summary:
    """A drill's results.

    All times are in story seconds since the alert, except `wall_seconds`. People who are out,
    elsewhere or staying are accounted for. `seconds_to_N_percent` is when N percent of the people
    were accounted for, or None if this share was never reached.
    """

    scenario: str
    seed: int
    speed: float
    """The greatest speed, in story seconds per real second."""
    mean_speed: float
    households: int
    people: int
    unaccounted_people: int
    zero_unaccounted: bool
    messages_sent: int
    segments_sent: int
    seconds_to_first_message: float | None
    seconds_to_last_message: float | None
    seconds_to_50_percent: float | None
    seconds_to_90_percent: float | None
    seconds_to_99_percent: float | None
    seconds_to_100_percent: float | None
    seconds_to_zero: float | None
    accounted_by_channel: dict[str, Accounted]
    answered_by_neighbours: int
    """The number of silent households for which the neighbour who looks after them answered."""
    untold_households: list[str]
    duplicate_texts: int
    standings: dict[str, int]
    standings_digest: str
    ledger_agrees: bool
    closed: bool
    doors_opened: int
    """The number of door tasks opened. A new task for a household after a roll-call counts too."""
    doors_passed_on: int
    """The number of times that a door task was passed on to the next assignee."""
    doors_done: int
    """The number of door tasks that an officer's report settled, not the household's own reply."""
    help_cases: int
    help_resolved_rate: float | None
    """The resolved share of the help cases, from 0 to 1; None if nobody called for help."""
    officers_called: int
    officers_confirmed: int
    officers_not_woken: int
    roll_calls: int
    roll_call_missed: int
    """The number of households that missed a roll-call, summed over all roll-calls."""
    reopened: int
    """The number of times that the alert was reopened."""
    all_clear: bool
    calls_made: int
    """The number of voice calls, including repeated attempts."""
    faults_survived: dict[str, int]
    """The number of faults that occurred at the provider, by kind."""
    killed: list[Killed]
    """The processes killed during the story, with their recovery times."""
    spared: list[str]
    """The processes that were to be killed but were not, because the drill ended first."""
    carrier: CarrierStory | None
    """The summary of the bad carrier; None if the carrier was good."""
    gauges: GaugeStory | None
    """The summary of the gauges; None if the scenario has no gauges."""
    texts: TextsCheck
    """The check of every text to a household."""
    suspected: SuspectedStory
    """The summary of the texts that may be calls for help."""
    wall_seconds: float

    @property
    def shortcomings(self) -> list[str]:
        """The reasons why the drill has failed; empty if it has passed."""
        found = {
            f"{self.unaccounted_people} people are unaccounted or wait for help": (
                not self.zero_unaccounted
            ),
            "the alert is not closed": not self.closed,
            "the all-clear is not given": not self.all_clear,
            "the ledger does not agree with its log": not self.ledger_agrees,
            f"{len(self.untold_households)} households were not told": bool(self.untold_households),
            f"it ended before these were killed: {', '.join(self.spared)}": bool(self.spared),
        } | (self.carrier.shortcomings if self.carrier else {})
        found |= self.gauges.shortcomings if self.gauges else {}
        found |= self.texts.shortcomings | self.suspected.shortcomings
        return [words for words, holds in found.items() if holds]

    def as_json(self) -> dict[str, Any]:
        """Return the summary as a JSON object."""
        return asdict(self)


def summarize(
    scenario: Scenario,
    city: City,
    time: StoryTime,
    board: Board,
    records: Records,
    wall_seconds: float,
) -> Summary:
    """Return the drill's summary."""
    return Summary(
        scenario=scenario.name,
        seed=city.seed,
        **_speeds(time),
        **_households(city, records.households),
        messages_sent=records.stats["sent"],
        segments_sent=records.stats["segments"],
        **told(city, time, records.messages),
        **_shares_at(board, scenario.people),
        seconds_to_zero=rounded(board.first_zero_at),
        accounted_by_channel=_by_channel(records.households),
        answered_by_neighbours=sum(map(_has_neighbours_word, records.asked_of_neighbours)),
        ledger_agrees=records.ledger_agrees,
        closed=records.closed,
        **_doors(records.tasks),
        **_help(records.help),
        **_officers(records.officers),
        **_roll_calls(records.roll_calls),
        reopened=board.log_counts.happened[_REOPENED],
        all_clear=records.all_clear,
        calls_made=sum(records.stats["calls"].values()),
        **_survived(records),
        carrier=story_of_carrier(
            city, time, records.messages, records.tasks, board.log_counts.entries
        ),
        gauges=records.gauges,
        texts=check_texts(city, records.messages),
        suspected=records.suspected,
        wall_seconds=round(wall_seconds, 1),
    )


def _speeds(time: StoryTime) -> dict[str, Any]:
    highest = max(pace.speed for pace in time.clock.paces())
    return {"speed": highest, "mean_speed": round(time.mean_speed(), 1)}


def _help(cases: dict[str, Any]) -> dict[str, Any]:
    return {"help_cases": cases["cases"], "help_resolved_rate": cases["rate"]}


def _survived(records: Records) -> dict[str, Any]:
    return {
        "faults_survived": dict(sorted(records.stats["faults"].items())),
        "killed": records.killed,
        "spared": records.not_killed,
    }


def _households(city: City, homes: Sequence[Json]) -> dict[str, Any]:
    standings = {home["code"]: home["standing"] for home in homes}
    in_question = sum(_in_question(home["people"]) for home in homes)
    return {
        "households": len(standings),
        "people": sum(home["headcount"] for home in homes),
        "unaccounted_people": in_question,
        "zero_unaccounted": not in_question and len(standings) == len(city.households),
        "standings": dict(sorted(Counter(standings.values()).items())),
        "standings_digest": _digest(standings),
    }


def _by_channel(households: Iterable[Json]) -> dict[str, Accounted]:
    """Return the households and people accounted for by text and by visit.

    Texts of the household and of its neighbours count as texts.
    """
    found = {"sms": Accounted(), "door": Accounted()}
    for home in households:
        channel = "door" if home["verified"] else "sms"
        people = home["headcount"] - _in_question(home["people"])
        if people:
            so_far = found[channel]
            found[channel] = Accounted(so_far.households + 1, so_far.people + people)
    return found


def _has_neighbours_word(record: Json) -> bool:
    """Return whether a neighbour's text said where the household is."""
    said = record["evidence"]
    return any(each["rung"] == "neighbour" and each["channel"] == "sms" for each in said)


def _doors(tasks: Sequence[Json]) -> dict[str, Any]:
    states = Counter(task["state"] for task in tasks)
    taken_over = sum(task["cause"] == "handed_on" for task in tasks)
    return {
        "doors_opened": states.total() - states["passed_on"],
        "doors_passed_on": states["passed_on"] - taken_over,
        "doors_done": states["done"],
    }


def _roll_calls(roll_calls: Sequence[Json]) -> dict[str, Any]:
    missed = sum(call["missed"] for call in roll_calls)
    return {"roll_calls": len(roll_calls), "roll_call_missed": missed}


def _officers(officers: Iterable[Json]) -> dict[str, Any]:
    states = Counter(officer["state"] for officer in officers)
    return {
        "officers_called": states.total(),
        "officers_confirmed": states["confirmed"],
        "officers_not_woken": states["not_woken"],
    }


def _in_question(people: Json) -> int:
    return int(people["unaccounted"]) + int(people["needs_help"])


def _shares_at(board: Board, people: int) -> dict[str, Any]:
    return {
        f"seconds_to_{percent}_percent": _share_at(board, people, percent)
        for percent in (50, 90, 99, 100)
    }


def _share_at(board: Board, people: int, percent: int) -> float | None:
    return rounded(board.first_at(-(-people * percent // 100)))


def _digest(standings: Mapping[str, str]) -> str:
    lines = sorted(f"{code} {standing}" for code, standing in standings.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
