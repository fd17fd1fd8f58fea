"""Calls for help, refusals and doubts: the strictest reading of a text's words wins."""

from typing import Final

from alerting.replies.rules.grammar import (
    clauses,
    count_people,
    expression,
    has,
    read_number,
    without,
)
from alerting.replies.rules.intents import Intent, Reply, ReplyReason

_PURE_COUNT: Final = expression(r"({n}) ?(?:{unit})?[ .!]*")

_NUMBER: Final = expression(r"{n}")

_BARE: Final = 3
"""A part of at most this length negates the part before it: '不是', 'not'."""

_PEOPLE: Final = expression(r"{kin}|{kin_pair}|{n}|{everyone}|{out}|{somebody}")

_TURN: Final = expression(r"{turn}")

_WHOLE: Final = expression(r"{everyone}|{each}|{complete}")

_AT_PLACE: Final = expression(r"(?:{everyone}|{n}|{each}|{complete}).*{place}")

_SOMEBODY: Final = expression(r"{kin}|{kin_pair}|{n}|{somebody}")

# Each makes a text unclear; checked in this order.
_UNSURE: Final = {
    "question": ReplyReason.QUESTION,
    "negation": ReplyReason.NEGATION,
    "neighbour": ReplyReason.NEIGHBOUR,
    "outing": ReplyReason.DOUBT,
    "doubt": ReplyReason.DOUBT,
}


_BY_PLACES: Final = frozenset({"negation", "doubt"})
"""Words that may belong to where people are: 'not at home' denies nothing."""

_OF_HOUSEHOLD: Final = expression(r"{everyone}|{n}|{each}|{complete}|{kin_pair}")

_TAG: Final = 18
"""A doubt of at most this many bytes (six Chinese characters) is one about the part before it."""


def after_turn(said: str) -> str:
    """Return what follows the last turn of a text: 'first ..., now ...'.

    A turn counts only if all people, or a number of people, are out after it. If there is none,
    the whole text is returned.
    """
    for found in reversed(list(_TURN().finditer(said))):
        rest = said[found.end() :]
        if has("out", rest) and (_WHOLE().search(rest) or _NUMBER().search(rest)):
            return rest
    return said


def arrived(said: str) -> bool:
    """True if the text ends with people who are in a safe place, after being under way."""
    parts = clauses(said)
    last = max((place for place, part in enumerate(parts) if has("under_way", part)), default=-1)
    return any(
        has("out", part) and _AT_PLACE().search(part) is not None for part in parts[last + 1 :]
    )


def is_over(said: str) -> bool:
    """True if a text tells of an obstacle in the past, and then that all are out.

    Nobody may be named or hurt before the turn: 'we were cut off at the bridge, now all are at the
    school'.
    """
    rest = after_turn(said)
    told = said[: len(said) - len(rest)]
    return (
        bool(told)
        and has("past", told)
        and not has("ill", told)
        and not _SOMEBODY().search(told)
        and not has("help", rest)
        and _AT_PLACE().search(rest) is not None
    )


def called(key: Intent | None, said: str) -> Reply | None:
    """Read a call for help, regardless of the rest of the text."""
    if key is Intent.NEEDS_HELP or (has("help", without("rather", said)) and not _is_machine(said)):
        number = _PURE_COUNT().fullmatch(said) if key is Intent.NEEDS_HELP else None
        count = read_number(number[1]) if number else None
        return Reply(Intent.NEEDS_HELP, ReplyReason.KEY if key else ReplyReason.WORDS, count)
    return None


def refused(key: Intent | None, said: str) -> Reply | None:
    """Read a refusal, with the number of people who did leave."""
    if key is Intent.STAYING or has("rather", said) or has("staying", without("elsewhere", said)):
        left = [part for part in clauses(said) if has("out", part) and not has("staying", part)]
        return Reply(
            Intent.STAYING, ReplyReason.KEY if key else ReplyReason.WORDS, count_people(left)
        )
    return None


def _is_machine(said: str) -> bool:
    return has("automatic", said) and not has("help", without("automatic", said))


def unsure(said: str) -> Reply | None:
    """Read a text that accounts for nobody: a machine, a doubt, people under way."""
    if has("automatic", said):
        return Reply(Intent.UNCLEAR, ReplyReason.AUTOMATIC)
    if has("withdrawn", said) and not has("out", said):
        return Reply(Intent.UNCLEAR, ReplyReason.WITHDRAWN)
    if has("stop_texts", said) and not has("out", said):
        return Reply(Intent.OPTED_OUT, ReplyReason.WORDS)
    if reason := _reason_for_doubt(said):
        return Reply(Intent.UNCLEAR, reason)
    if has("under_way", said) and not arrived(said):
        return Reply(Intent.RECEIVED, ReplyReason.UNDER_WAY)
    return None


def _reason_for_doubt(said: str) -> ReplyReason | None:
    """Return why nobody is accounted for; None if each doubt stands in a part beside the claim."""
    without_places = without("elsewhere", said)
    for name, reason in _UNSURE.items():
        seen = without_places if name in _BY_PLACES else said
        if has(name, seen):
            if name in _BY_PLACES and has("under_way", said):
                return None
            if not _is_aside(name, seen):
                return reason
    return None


def _is_aside(name: str, said: str) -> bool:
    """True if only other parts are in doubt than one that claims the whole household, or a number.

    'All of us are at the school, why is it so loud?' asks nothing about the household.
    """
    parts = clauses(said)
    doubted = [part for part in parts if has(name, part)]
    claimed = any(_is_clean(part) for part in parts if part not in doubted)
    return claimed and not any(_binds(name, part) for part in doubted)


def _is_clean(part: str) -> bool:
    return (
        (has("out", part) or has("whereabouts", part))
        and _OF_HOUSEHOLD().search(part) is not None
        and not any(has(name, part) for name in (*_UNSURE, "under_way"))
    )


def _binds(name: str, part: str) -> bool:
    """True if a doubt in this part is one about the household: short, or about people or leaving.

    '对吗?' and 'right?' doubt the part before them.
    """
    if name == "outing":
        return True
    is_short = len(part) <= _BARE if name == "negation" else len(part.encode()) <= _TAG
    if name in _BY_PLACES:
        return is_short or _PEOPLE().search(without("not_people", part)) is not None
    return is_short or has("out", part)
