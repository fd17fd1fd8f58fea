"""Rules for calls for help, refusals and doubts. The strictest reading wins."""

import re
from typing import Final

from alerting.replies.rules.grammar import clauses, expression, has, has_any, without
from alerting.replies.rules.headcount import count_people, read_number
from alerting.replies.rules.intents import Intent, Reply, ReplyReason

_PURE_COUNT: Final = expression(r"({n}) ?(?:{unit})?[ .!]*")

_JOINT: Final = expression(r"{joint}")

_BARE: Final = 3
"""A negation of at most this many characters is about the part before it: '不是', 'not'."""

_OTHERS: Final = ("kin", "kin_pair", "somebody", "rest")
"""Words for some people of the household, but not for all of them."""

_THING: Final = ("thing", "animal")

_PERSON: Final = (
    *_OTHERS, "n", "everyone", "myself", "ill", "place", "structure", "building",
)  # fmt: skip
"""Words for people, their injuries, the places where they are, roads and houses."""

_HUMANS: Final = expression(
    r"{kin}|{kin_pair}|(?:{everyone}|{myself})(?! ?{possessive} ?{animal})|{people}|{n} ?{unit}"
)

_SETTLED: Final = ("place", "whereabouts", "elsewhere")

_QUESTION: Final = re.compile(r"[?吗]$")

_TURN: Final = expression(r"{turn}")

_WHOLE: Final = ("everyone", "each", "complete")

_AT_PLACE: Final = expression(r"(?:{everyone}|{n}|{each}|{complete}).*{place}")

_SOMEBODY: Final = ("kin", "kin_pair", "n", "somebody")

# Each of these makes a text unclear. They are checked in this order.
_UNSURE: Final = {
    "question": ReplyReason.QUESTION,
    "negation": ReplyReason.NEGATION,
    "hearsay": ReplyReason.NEIGHBOUR,
    "neighbour": ReplyReason.NEIGHBOUR,
    "outing": ReplyReason.DOUBT,
    "doubt": ReplyReason.DOUBT,
}


_BY_PLACES: Final = frozenset({"negation", "doubt"})
"""Doubts that do not count inside a phrase for a place: 'not at home' denies nothing."""

_NO_CLAIM: Final = frozenset({"negation", "question"})
"""Doubts that yield to a claim in another part even if the claim does not say who is out."""

_OF_HOUSEHOLD: Final = ("everyone", "n", "each", "complete", "kin_pair", "people")

_OURS: Final = ("ours", "everyone")

_MENTION: Final = expression(r"{neighbour}")
"""A part that only names others leaves open who is out: 'next door, all five safe'."""

_TAG: Final = 18
"""A doubt of at most this many bytes (six Chinese characters) is about the part before it."""


def finer_clauses(text: str) -> list[str]:
    """Split a normalised text at clause ends, and at conjunctions that begin a clause, as 'so'."""
    return [
        part
        for clause in clauses(text)
        for each in _JOINT().split(clause)
        if (part := each.strip())
    ]


def after_but_now(said: str) -> str:
    """Return what follows a word such as 'now' in 'we were cut off, but now all are out'.

    Only a word after which all people, or a number of people, are out counts. Of several such words
    the last one counts; if there is none, the whole text is returned.
    """
    for found in reversed(list(_TURN().finditer(said))):
        rest = said[found.end() :]
        if has("out", rest) and (has_any(_WHOLE, rest) or has("n", rest)):
            return rest
    return said


def without_animals(said: str) -> str:
    """Return a text without the clauses about animals only, as in 'the pigs are all safe'."""
    parts = clauses(said)
    animals = [part for part in parts if has("animal", part) and not _HUMANS().search(part)]
    return "; ".join(part for part in parts if part not in animals) if animals else said


def arrived(said: str) -> bool:
    """Return whether a text says that people are safe, after all words about being on the way."""
    parts = clauses(said)
    under_way = [place for place, part in enumerate(parts) if has("under_way", part)]
    last = max(under_way, default=-1)
    after = [part for part in parts[last + 1 :] if not _is_in_doubt("doubt", part)]
    if any(has("out", part) and _AT_PLACE().search(part) is not None for part in after):
        return True
    named = any(has_any(_OTHERS, parts[place]) for place in under_way)
    return not named and any(has_any(_WHOLE, part) and _is_clean(part) for part in after)


def danger_is_past(said: str) -> bool:
    """Return whether a text reports a past danger, and then that people are in a safe place.

    An example is 'we were cut off at the bridge, now all are at the school'. The first half must
    not name or count anybody, and must not mention an injury.
    """
    rest = after_but_now(said)
    told = said[: len(said) - len(rest)]
    return (
        bool(told)
        and has("past", told)
        and not has("ill", told)
        and not has_any(_SOMEBODY, told)
        and not has("help", rest)
        and _AT_PLACE().search(rest) is not None
    )


def help_call(key: Intent | None, said: str) -> Reply | None:
    """Return a call for help, whatever else the text says; None if there is none."""
    if key is Intent.NEEDS_HELP or (
        has("help", without("rather", said)) and not _is_harmless(said)
    ):
        number = _PURE_COUNT().fullmatch(said) if key is Intent.NEEDS_HELP else None
        count = read_number(number[1]) if number else None
        return Reply(Intent.NEEDS_HELP, ReplyReason.KEY if key else ReplyReason.WORDS, count)
    return None


def _is_harmless(said: str) -> bool:
    """Return whether the rest of the text explains its words of danger.

    The words are harmless in an automatic reply, about things or animals while all people are safe,
    in a refusal to leave the house, and about a delay on the way.
    """
    own = without("rather", said)
    return (
        _is_machine(said)
        or _is_of_things(own)
        or _is_refusal_from_inside(own)
        or (has("under_way", without("delay", own)) and not has("help", without("delay", own)))
    )


def _is_refusal_from_inside(own: str) -> bool:
    rest = without("inside", own)
    return has("staying", rest) and not has("help", rest)


def _is_of_things(said: str) -> bool:
    """Return whether all people are in a safe place, and only things or animals are in danger."""
    parts = finer_clauses(said)
    calls = [part for part in parts if has("help", part)]
    claims = [part for part in parts if part not in calls and _is_clean(part)]
    return (
        bool(calls)
        and any(has_any(_WHOLE, part) and has("place", part) for part in claims)
        and all(has_any(_THING, part) and not has_any(_PERSON, part) for part in calls)
    )


def refused(key: Intent | None, said: str) -> Reply | None:
    """Return a refusal to leave, with the number of people who did leave; None if there is none.

    A question is no refusal.
    """
    parts = clauses(said)
    asked = [part for part in parts if _QUESTION.search(part)]
    told = "; ".join(part for part in parts if part not in asked) if asked else said
    if key is Intent.STAYING or has("rather", told) or has("staying", without("elsewhere", told)):
        left = [part for part in parts if has("out", part) and not has("staying", part)]
        return Reply(
            Intent.STAYING, ReplyReason.KEY if key else ReplyReason.WORDS, count_people(left)
        )
    return None


def _is_machine(said: str) -> bool:
    return has("automatic", said) and not has("help", without("automatic", said))


def unsure(said: str) -> Reply | None:
    """Return the reading of a text that accounts for nobody; None if it may account for people.

    Such texts are automatic replies, doubts, requests for no more texts, and people on the way.
    """
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
    """Return why a doubt makes the text unclear; None if no doubt is about who is out.

    'All of us are at the school, why is it so loud?' asks nothing about the household.
    """
    said = without("vacant", said)
    parts = finer_clauses(said)
    for name, reason in _UNSURE.items():
        if not _is_in_doubt(name, said):
            continue
        if name in _BY_PLACES and has("under_way", said):
            return None
        doubted = [part for part in parts if _is_in_doubt(name, part)]
        claims = [part for part in parts if part not in doubted and _is_clean(part)]
        if name not in _NO_CLAIM:
            claims = [
                part for part in claims if has_any(_OF_HOUSEHOLD, without("not_people", part))
            ]
        if name == "neighbour" and any(map(_MENTION().fullmatch, doubted)):
            return reason
        if name == "neighbour" and any(has_any(_OURS, part) for part in claims):
            continue
        settled = any(has_any(_SETTLED, part) for part in claims)
        is_aside = not any(_binds(name, part, settled=settled) for part in doubted)
        if not (doubted and claims and is_aside):
            return reason
    return None


def _is_in_doubt(name: str, part: str) -> bool:
    if name == "neighbour":
        return has(name, without("with_us", without("host", part)))
    return has(name, without("elsewhere", part) if name in _BY_PLACES else part)


def _is_clean(part: str) -> bool:
    """Return whether a part says without doubt that the household, or just somebody, is out."""
    return (
        (has("out", part) or has("whereabouts", part) or has("elsewhere", part))
        and (has_any(_OF_HOUSEHOLD, part) or not has_any(_OTHERS, part))
        and not any(_is_in_doubt(name, part) for name in (*_UNSURE, "under_way"))
    )


def _binds(name: str, part: str, *, settled: bool) -> bool:
    """Return whether the doubt in this part is about a claim in another part that people are out.

    This is so for a short part ('right?'), a hedge ('I think') and a part about a person ('not
    Dad'). If the text says that the people are `settled` in a place, 'asleep' is not a doubt.
    """
    seen = without("not_people", part)
    if name == "outing":
        return True
    if name == "negation":
        return len(part) <= _BARE or has("hedge", part) or has_any(_OTHERS, seen)
    is_short = len(part.encode()) <= _TAG
    if name == "doubt":
        if settled and not has("hedge", part):
            return has_any(_OTHERS, without("at_rest", seen))
        return is_short or has("hedge", part) or has_any(_OTHERS, seen)
    return is_short or has("out", part) or has("hedge", part)
