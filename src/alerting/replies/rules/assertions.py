"""Claims of who is out or away, in a text without words of danger or doubt."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from alerting.replies.rules.grammar import (
    CLASSES,
    clauses,
    expression,
    has,
    has_any,
    without,
    word_at,
)
from alerting.replies.rules.headcount import MOST_PEOPLE, count_people, numbers_of_people
from alerting.replies.rules.intents import SAFE, Intent, Reply, ReplyReason

_SAID_COUNT: Final = expression(r"({n}) ?(?:{unit})?(?=[ ,;.!]|$)")

_NUMBERS: Final = expression(r"[\s.]*{n}(?:[\s,;.:、]+{n})+[\s.]*")

_NAMES: Final = ("out", "everyone", "kin_pair", "kin", "myself", "courtesy", "aside", "not_people")

_KNOWN: Final = (
    *(CLASSES[name] for name in _NAMES),
    expression(r"{n} ?(?:{unit})? ?(?:{category})?|{unit}|{conjunction}|[ '、.&+/-]"),
)
"""The words of which a known part consists; of two that fit, the first of these is read."""

_HOUSEHOLD: Final = ("everyone", "myself", "kin", "kin_pair")

_SUBJECT: Final = (*_HOUSEHOLD, "n", "people", "each", "complete")

_QUANTITY: Final = expression(r"{n}|{each}|{complete}|{people}")

_ALSO_FAMILIAR: Final = (
    "out", "courtesy", "aside", "place", "conjunction", "located", "turn", "past",
)  # fmt: skip

_FAMILIAR: Final = (
    *(CLASSES[name] for name in _ALSO_FAMILIAR),
    expression(r"[\s\d'.&+-]+|[a-z]{1,3}(?![a-z])"),
)

_A_WORD: Final = 2
"""Characters of the shortest word that may name strangers."""

_WHOLE: Final = ("everyone", "each", "complete")

_SPOKEN_FOR: Final = expression(
    r"{everyone}|{n}|{complete}|{myself}(?! ?{possessive}? ?(?:{kin}|{kin_pair}))"
)

_EVERYDAY: Final = expression(r"{everyday}[ .!]*")

_A_PAIR: Final = 2

_NAMED: Final = expression(r"{kin}|{kin_pair}")

_ELSEWHERE: Final = expression(r"{elsewhere}")

_PAIR: Final = expression(r"{kin_pair}")

_AND: Final = expression(
    r"(?:,? ?(?:and|y) |还有|另外)(?=(?:my|our|mi|mis|the|el|los|其他|那) ?|{n}|{kin})"
)
"""Begins the statement about others: 'and my son is in Chengdu'."""

_BREAKABLE: Final = ("structure", "ill", "damage")

_OTHERS: Final = ("kin", "kin_pair", "somebody", "rest")

_SOMEBODY: Final = (*_OTHERS, "n", "myself", *_BREAKABLE)
"""People or things that may be in danger in a part that is not understood."""

_COUNT: Final = expression(r"{n} ?(?:{unit})?")

_LEFT_OPEN: Final = (*_OTHERS, *_BREAKABLE, "negation", "n")
"""Beside a key and a count, a part that is not understood leaves them open if it tells of these."""

_KEY_COUNTED: Final = expression(r"[14][ ,:]*{n} ?(?:{unit})?")

_NO_ASIDE: Final = (
    *_OTHERS, "myself", *_BREAKABLE, "negation", "question", "doubt", "neighbour", "hearsay",
)  # fmt: skip

_GIBBERISH: Final = expression(
    r"(?<![a-z])(?!{abbreviation})"
    r"(?:[bcdfghjklmnpqrstvwxz]{3,}|[bcfghjlqvwz])(?![a-z])"
)


def claim(key: Intent | None, said: str, whole: str | None = None) -> Reply:
    """Read who is out or away, in a text without words of danger or doubt.

    `whole` is the text with the words that are no danger, such as relatives who work elsewhere.
    """
    if key is None and _EVERYDAY().fullmatch(said):
        return Reply(Intent.UNCLEAR, ReplyReason.DOUBT)
    parts = _split(key, said)
    is_told = any(has("everyone", part) or count_people([part]) for part in parts)
    meant = {part: _meaning(part, is_told=is_told) for part in parts}
    if _NUMBERS().fullmatch(said) or _GIBBERISH().search(said) or _leaves_open(key, parts, meant):
        return Reply(Intent.UNCLEAR, ReplyReason.NOT_UNDERSTOOD)
    order = (Intent.EVACUATED, Intent.ELSEWHERE, Intent.RECEIVED)
    intent = key or next((each for each in order if each in meant.values()), None)
    if intent is None or (intent is Intent.RECEIVED and _is_more_than_thanks(meant)):
        return Reply(Intent.UNCLEAR, ReplyReason.NOT_UNDERSTOOD)
    away = _those_away(meant, _split(None, whole or said))
    reply = _counted(key, intent, meant, away)
    return reply if key else _with_those_away(reply, meant, away)


def _is_more_than_thanks(meant: Mapping[str, Intent | None]) -> bool:
    """True if a part that is not understood speaks of somebody, or of something that may break."""
    unknown = [part for part, intent in meant.items() if intent is Intent.UNCLEAR]
    return any(has_any(_SOMEBODY, part) for part in unknown)


def is_firm(said: str) -> bool:
    """True if a part of known words alone tells who is out or away, and the others are asides.

    A part is an aside if it speaks of nobody, of nothing that may break, and doubts nothing.
    """
    parts = clauses(without("harmless", said))
    unknown = [part for part in parts if not _is_known(without("elsewhere", part))]
    if not unknown:
        return True
    claims = [part for part in parts if part not in unknown and _SPOKEN_FOR().search(part)]
    is_told = any(
        has("out", part) or has("elsewhere", part) or _KEY_COUNTED().fullmatch(part)
        for part in claims
    )
    return is_told and not any(has_any(_NO_ASIDE, part) for part in unknown)


def _counted(
    key: Intent | None, intent: Intent, meant: Mapping[str, Intent | None], away: list[str]
) -> Reply:
    parts = list(meant)
    other = {Intent.EVACUATED: Intent.ELSEWHERE, Intent.ELSEWHERE: Intent.EVACUATED}.get(intent)
    counted = [part for part in parts if meant[part] is not other]
    is_bare = key is None and intent is Intent.EVACUATED and other not in meant.values()
    if is_bare and _is_short(counted, away):
        # 'Five of us, four are here': where is the fifth?
        return Reply(Intent.UNCLEAR, ReplyReason.TWO_COUNTS, suspected=True)
    if key is None and _are_others_unknown(counted):
        return Reply(Intent.UNCLEAR, ReplyReason.DOUBT)
    count = count_people(counted, away=intent is Intent.ELSEWHERE)
    if count is None and not _is_of_all(counted):
        # 'Four of us are out of town' may be read as out or as away: it speaks of four either way.
        count = count_people(parts, away=True)
    if intent is Intent.RECEIVED:
        count = None
    if count is not None and not 0 < count <= MOST_PEOPLE:
        return Reply(Intent.UNCLEAR, ReplyReason.ABSURD_COUNT)
    if key is None and count == 1 and _is_one_speaking(counted):
        return Reply(intent, ReplyReason.ONE_PERSON, count)
    return Reply(intent, ReplyReason.KEY if key else ReplyReason.WORDS, count)


def _those_away(meant: Mapping[str, Intent | None], whole: list[str]) -> list[str]:
    """Return what a text says from its first part about people elsewhere on; empty if none."""
    out = [part for part in meant if meant[part] is not Intent.ELSEWHERE]
    first = next((at for at, part in enumerate(whole) if part not in out and _is_away(part)), None)
    return [] if first is None else whole[first:]


def _with_those_away(reply: Reply, meant: Mapping[str, Intent | None], after: list[str]) -> Reply:
    """Add those elsewhere to the number out: '3 are at the school, 2 work in Guangdong' is 5.

    If the number out is one of all people, those away may be among them. A number without a claim
    after those away may be theirs. Of relatives who are named, only those count who are not named
    among the people out.
    """
    out = [part for part in meant if meant[part] is not Intent.ELSEWHERE]
    away = [part for part in after if part not in out and _is_away(part)]
    if reply.intent is not Intent.EVACUATED or reply.count is None or not away:
        return reply
    if count_people(out) is None:
        return reply  # the number is of those away
    is_theirs = any(meant.get(part, away) is None and count_people([part]) for part in after)
    if is_theirs or any(has("in_all", part) or has("complete", part) for part in out):
        return reply
    here = set(_NAMED().findall(" ; ".join(out)))
    numbers = numbers_of_people(out)
    total = reply.count + sum(_number_away(part, here) for part in away)
    return replace(reply, count=min(total, max(numbers)) if len(numbers) > 1 else total)


def _is_away(part: str) -> bool:
    """True if some people are elsewhere, not 'we' or 'all', and not those who left to there."""
    found = _ELSEWHERE().search(part)
    return (
        found is not None
        and not has("out", without("elsewhere", part))
        and not has_any(_WHOLE, without("city", part[: found.end()]))
        and not has("animal", part)
    )


def _number_away(part: str, here: set[str]) -> int:
    rest = without("host", part)
    if has("n", without("not_people", rest)):
        return count_people([rest], away=True) or 0
    pairs = set(_PAIR().findall(rest)) - here
    single = set(_NAMED().findall(_PAIR().sub(" ", rest))) - here
    return 2 * len(pairs) + len(single)


def _is_one_speaking(parts: list[str]) -> bool:
    """True if only 'I' tells who: no number, and nothing that says that 'I' am all."""
    return any(has("myself", part) for part in parts) and not any(has("n", part) for part in parts)


def _is_of_all(parts: list[str]) -> bool:
    return any(has("everyone", without("elsewhere", part)) for part in parts)


def _are_others_unknown(parts: list[str]) -> bool:
    """True if only relatives are mentioned, with neither number nor 'we': 'the kids are out'."""
    named = any(_NAMED().search(part) for part in parts)
    return named and not any(_SPOKEN_FOR().search(part) for part in parts)


def _is_short(parts: list[str], away: list[str]) -> bool:
    """True if a number of people is followed by a lower one, and no part says 'all'.

    Those who are elsewhere are not missing: 'seven of us, six are here, my son works in Chengdu'.
    """
    numbers = numbers_of_people(parts)
    elsewhere = sum(_number_away(part, set()) for part in away if _is_away(part))
    return (
        len(numbers) == _A_PAIR
        and MOST_PEOPLE >= numbers[0] > numbers[1] + elsewhere > 0
        and not any(has("in_all", part) for part in parts)
    )


def _split(key: Intent | None, said: str) -> list[str]:
    """Split into parts; the headcount after a key is a part."""
    number = _SAID_COUNT().match(said) if key else None
    if number:
        return [number[0], *clauses(said[number.end() :])]
    return [each for part in clauses(said) for each in _apart(part)]


def _apart(part: str) -> list[str]:
    """Split a part that says of some that they are out, and of others that they are away."""
    for found in _AND().finditer(part):
        here, away = part[: found.start()], part[found.end() :]
        if has("out", here) and has("elsewhere", away) and not has("elsewhere", here):
            return [here.strip(), away.strip()]
    return [part]


def _leaves_open(key: Intent | None, parts: list[str], meant: Mapping[str, Intent | None]) -> bool:
    """True if somebody is named without a statement about them: 'all out, my father'."""
    claims = [part for part in parts if meant[part] in SAFE]
    told = set(_NAMED().findall("; ".join(claims)))
    named = [part for part in parts if part not in claims and set(_NAMED().findall(part)) - told]
    unknown = [part for part in parts if meant[part] is Intent.UNCLEAR]
    if key in SAFE and not claims:
        people = count_people(named) if named else None
        is_counted = _COUNT().fullmatch(parts[0]) is not None if parts else False
        is_open = (
            any(has_any(_LEFT_OPEN, part) for part in unknown) if is_counted else bool(unknown)
        )
        return is_open or people == 1
    if any(has_any(_WHOLE, part) for part in claims):
        named = [part for part in named if part not in unknown]
    last = max((parts.index(part) for part in claims), default=-1)
    return any(part in unknown or parts.index(part) > last for part in named)


def _meaning(part: str, *, is_told: bool) -> Intent | None:
    """Return the claim of one part; None if it adds nothing, UNCLEAR if it is not understood.

    A part with unknown words claims 'out' only if it, or another part, says who is out.
    """
    known = _is_known(part)
    is_told = is_told or has("place", part)
    if has("out", part if known else without("elsewhere", part)):
        is_ours = known or ((is_told or has_any(_SUBJECT, part)) and not _is_of_strangers(part))
        return Intent.EVACUATED if is_ours else Intent.UNCLEAR
    if has("elsewhere", part):
        return Intent.ELSEWHERE
    if has("whereabouts", part) or (is_told and has("located", part)):
        return Intent.EVACUATED
    if not known:
        return Intent.UNCLEAR
    return Intent.RECEIVED if has("courtesy", part) else None


def _is_of_strangers(part: str) -> bool:
    """True if a number, or 'all', counts people or things that are no known word: 'class 5 all'."""
    found = _QUANTITY().search(part)
    if found is None or has_any(_HOUSEHOLD, part):
        return False
    return _unfamiliar(part[: found.start()]) >= _A_WORD


def _unfamiliar(text: str) -> int:
    """Return the number of characters that belong to no familiar word."""
    count = at = 0
    while at < len(text):
        found = word_at(_FAMILIAR, text, at)
        count += found is None
        at = found.end() if found else at + 1
    return count


def _is_known(part: str) -> bool:
    """True if a part consists of known words."""
    at = 0
    while at < len(part):
        found = word_at(_KNOWN, part, at)
        if found is None:
            return False
        at = found.end()
        while part[at : at + 1].isspace():
            at += 1
    return True
