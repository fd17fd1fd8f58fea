"""A seeded model of how households and officers behave when they are alerted.

Behaviour depends only on the seed and the person, so a drill can be repeated. A household's replies
agree with what an officer finds at its door, so its final standing does not depend on which comes
first. The shares are assumptions, not measurements.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from alerting.drill.city.languages import Answers, answers_in
from alerting.drill.story_time import seeded

Standing = Literal["evacuated", "staying", "elsewhere"]

PickUp = Literal["answers", "rings", "voicemail", "busy", "dead"]


class Kind(StrEnum):
    """Kinds of household behaviour."""

    ANSWERS_SOON = "answers_soon"
    ANSWERS_LATE = "answers_late"
    PARTLY = "partly"
    ASKS_HELP = "asks_help"
    STAYS = "stays"
    ELSEWHERE = "elsewhere"
    NEVER_LOOKS = "never_looks"
    GARBLED = "garbled"
    OWN_WORDS = "own_words"
    OPTS_OUT = "opts_out"
    NO_PHONE = "no_phone"


# Households of each kind per 1,000 households with a phone, as (others, vulnerable).
SHARES: Final[dict[Kind, tuple[int, int]]] = {
    Kind.ANSWERS_SOON: (605, 485),
    Kind.OWN_WORDS: (15, 15),
    Kind.ANSWERS_LATE: (100, 100),
    Kind.PARTLY: (60, 60),
    Kind.ASKS_HELP: (20, 80),
    Kind.STAYS: (5, 10),
    Kind.ELSEWHERE: (60, 30),
    Kind.NEVER_LOOKS: (100, 170),
    Kind.GARBLED: (30, 45),
    Kind.OPTS_OUT: (5, 5),
}

SILENT_OFFICERS: Final = 0.04
"""Share of officers who never answer, in offices that have a deputy or a higher tier."""

CALLED_AWAKE_OFFICERS: Final = 0.1
"""Share of officers who answer a phone call but no text."""

ROLL_CALLS_MISSED: Final = 0.02
"""Share of households that miss their first roll-call."""

NEIGHBOURS_SEEN: Final = 0.75
"""Share of households in a neighbour's care whose whereabouts that neighbour knows."""

_ROLL_CALL_KEYS: Final[dict[Standing, str]] = {"evacuated": "1", "staying": "3", "elsewhere": "4"}

_MEDIAN_SECONDS: Final = 110.0

_SPREAD: Final = 0.6  # standard deviation of the delay's logarithm

_LAST_HELP_SECONDS: Final = 150.0  # a call for help comes before an officer can be sent

_ROLL_CALL_SECONDS: Final = (10.0, 110.0)

_NEIGHBOUR_SECONDS: Final = (20.0, 100.0)

_MAY_SLEEP: Final = frozenset({"grid", "informant", "deputy"})
"""Offices whose holders may never answer, because escalation passes their tasks on."""


@dataclass(frozen=True)
class ReplyPlan:
    """A planned text; its delay counts in story seconds from the text that it answers."""

    delay_seconds: float
    body: str


@dataclass(frozen=True)
class CallPlan:
    """What happens to a call, and the key pressed if the holder has not answered before."""

    pick_up: PickUp
    key: str | None = None


@dataclass(frozen=True)
class DoorTruth:
    """What an officer finds at the door, and for how many people."""

    standing: Standing
    people: int


@dataclass(frozen=True)
class Behaviour:
    """The whole behaviour of a household."""

    kind: Kind
    replies: tuple[ReplyPlan, ...]
    call: CallPlan
    at_door: DoorTruth
    roll_call: ReplyPlan
    """The household's answer to a roll-call."""
    misses_roll_call: bool
    """Whether the household misses its first roll-call."""
    seen_by_neighbour: str | None
    """The digit that a neighbour reports for the household; None if the neighbour does not know."""

    @property
    def is_asked_in_person(self) -> bool:
        """True if no text reaches the household, so that an officer must check it in."""
        return self.kind in {Kind.NO_PHONE, Kind.OPTS_OUT}

    @property
    def final_standing(self) -> Standing:
        """The household's standing after all its replies and an officer's visit."""
        return self.at_door.standing


@dataclass(frozen=True)
class OfficerBehaviour:
    """How an officer confirms an officer call: by text, by a key during a phone call, or never."""

    replies: tuple[ReplyPlan, ...]
    call: CallPlan

    @property
    def is_silent(self) -> bool:
        """True if the officer never answers; such an officer visits no doors either."""
        return not self.replies and self.call.key is None


_Replies = tuple[ReplyPlan, ...]


@dataclass(frozen=True)
class _Home:
    headcount: int
    answers: Answers


def _out(rng: random.Random, home: _Home) -> str:
    return rng.choice(home.answers.out).format(n=home.headcount)


def _soon(rng: random.Random) -> float:
    return min(900.0, max(20.0, rng.lognormvariate(math.log(_MEDIAN_SECONDS), _SPREAD)))


def _answers_soon(rng: random.Random, home: _Home) -> _Replies:
    return (ReplyPlan(_soon(rng), _out(rng, home)),)


def _answers_late(rng: random.Random, home: _Home) -> _Replies:
    return (ReplyPlan(rng.uniform(600, 1200), _out(rng, home)),)


def _partly(rng: random.Random, home: _Home) -> _Replies:
    first = ReplyPlan(_soon(rng), f"1 {rng.randrange(1, home.headcount)}")
    second = ReplyPlan(first.delay_seconds + rng.uniform(300, 900), "1")
    return (first, second) if rng.random() < 0.5 else (first,)


def _asks_help(rng: random.Random, home: _Home) -> _Replies:
    return (ReplyPlan(min(_soon(rng), _LAST_HELP_SECONDS), rng.choice(home.answers.help)),)


def _stays(rng: random.Random, home: _Home) -> _Replies:
    return (ReplyPlan(_soon(rng), rng.choice(home.answers.staying)),)


def _elsewhere(rng: random.Random, home: _Home) -> _Replies:
    return (ReplyPlan(_soon(rng), rng.choice(home.answers.away)),)


def _garbled(rng: random.Random, home: _Home) -> _Replies:
    first = ReplyPlan(_soon(rng), rng.choice(home.answers.unclear))
    return first, ReplyPlan(first.delay_seconds + rng.uniform(60, 180), "1")


def _own_words(rng: random.Random, home: _Home) -> _Replies:
    """Return a text that may be a call for help; half of the households then send key 2."""
    delay = min(_soon(rng), _LAST_HELP_SECONDS)
    first = ReplyPlan(delay, rng.choice(home.answers.in_danger))
    second = ReplyPlan(delay + rng.uniform(60, 180), "2")
    return (first, second) if rng.random() < 0.5 else (first,)


def _opts_out(rng: random.Random, _home: _Home) -> _Replies:
    return (ReplyPlan(_soon(rng), "STOP"),)


def _silent(_rng: random.Random, _home: _Home) -> _Replies:
    return ()


@dataclass(frozen=True)
class _Manner:
    replies: Callable[[random.Random, _Home], _Replies]
    pick_ups: tuple[PickUp, ...]
    key: str | None = None
    standing: Standing = "evacuated"


_MANNERS: Final[dict[Kind, _Manner]] = {
    Kind.ANSWERS_SOON: _Manner(_answers_soon, ("answers",), "1"),
    # A household that answers late hears the phone call but presses no key.
    Kind.ANSWERS_LATE: _Manner(_answers_late, ("answers", "answers", "busy")),
    Kind.PARTLY: _Manner(_partly, ("answers",)),
    Kind.ASKS_HELP: _Manner(_asks_help, ("answers",), "2"),
    Kind.STAYS: _Manner(_stays, ("answers",), "3", "staying"),
    Kind.ELSEWHERE: _Manner(_elsewhere, ("answers",), "4", "elsewhere"),
    Kind.NEVER_LOOKS: _Manner(_silent, ("rings", "rings", "voicemail")),
    Kind.GARBLED: _Manner(_garbled, ("answers",), "1"),
    Kind.OWN_WORDS: _Manner(_own_words, ("answers",), "2"),
    Kind.OPTS_OUT: _Manner(_opts_out, ("rings",)),
    Kind.NO_PHONE: _Manner(_silent, ("rings",)),
}


def behaviour(
    seed: int,
    household_code: str,
    headcount: int,
    has_phone: bool,
    vulnerable: bool,
    language: str = "",
) -> Behaviour:
    """Return the household's behaviour; equal arguments give equal behaviour.

    The household writes in its language, or by keys if the drill has no words in that language.
    """
    rng = seeded(seed, household_code)
    kind = _kind(rng, headcount, vulnerable) if has_phone else Kind.NO_PHONE
    manner = _MANNERS[kind]
    again = seeded(seed, f"roll-call:{household_code}")
    seen = seeded(seed, f"seen:{household_code}")
    return Behaviour(
        kind,
        manner.replies(rng, _Home(headcount, answers_in(language))),
        CallPlan(rng.choice(manner.pick_ups), manner.key),
        DoorTruth(manner.standing, headcount),
        ReplyPlan(again.uniform(*_ROLL_CALL_SECONDS), _ROLL_CALL_KEYS[manner.standing]),
        again.random() < ROLL_CALLS_MISSED,
        _ROLL_CALL_KEYS[manner.standing] if seen.random() < NEIGHBOURS_SEEN else None,
    )


def neighbour_delay(seed: int, household_code: str) -> float:
    """Return the story seconds after which a household answers about neighbours in its care."""
    return seeded(seed, f"neighbour:{household_code}").uniform(*_NEIGHBOUR_SECONDS)


def _kind(rng: random.Random, headcount: int, vulnerable: bool) -> Kind:
    weights = [share[vulnerable] for share in SHARES.values()]
    kind = rng.choices(list(SHARES), weights)[0]
    alone = kind is Kind.PARTLY and headcount < 2
    return Kind.ANSWERS_SOON if alone else kind


def officer_behaviour(seed: int, officer_id: str) -> OfficerBehaviour:
    """Return how an officer answers: most by text, some by a phone call, a few not at all.

    Duty officers and commanders always answer, so that every door is visited in the end.
    """
    rng = seeded(seed, f"officer:{officer_id}")
    chance = rng.random()
    if chance < SILENT_OFFICERS and officer_id.partition("-")[0] in _MAY_SLEEP:
        return OfficerBehaviour((), CallPlan("rings"))
    if chance < SILENT_OFFICERS + CALLED_AWAKE_OFFICERS:
        return OfficerBehaviour((), CallPlan("answers", "1"))
    return OfficerBehaviour((ReplyPlan(rng.uniform(20, 120), "1"),), CallPlan("answers", "1"))
