"""Who is out or away, read from a text without words of danger or doubt."""

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
"""The words that the grammar knows. Where two of them match, the first in this order is read."""

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
"""The number of characters in the shortest unfamiliar word that may name strangers."""

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
"""Words that begin a statement about other people: 'and my son is in Chengdu'."""

_BREAKABLE: Final = ("structure", "ill", "damage")

_OTHERS: Final = ("kin", "kin_pair", "somebody", "rest")

_SOMEBODY: Final = (*_OTHERS, "n", "myself", *_BREAKABLE)
"""Words for people or things that may be in danger, in a part that is not understood."""

_COUNT: Final = expression(r"{n} ?(?:{unit})?")

_LEFT_OPEN: Final = (*_OTHERS, *_BREAKABLE, "negation", "n")
"""Words that make a key and a count doubtful if a part that is not understood has one of them."""

_KEY_COUNTED: Final = expression(r"[14][ ,:]*{n} ?(?:{unit})?")

_NO_ASIDE: Final = (
    *_OTHERS, "myself", *_BREAKABLE, "negation", "question", "doubt", "neighbour", "hearsay",
)  # fmt: skip

_GIBBERISH: Final = expression(
    r"(?<![a-z])(?!{abbreviation})"
    r"(?:[bcdfghjklmnpqrstvwxz]{3,}|[bcfghjlqvwz])(?![a-z])"
)


def read_claim(key: Intent | None, said: str, whole: str | None = None) -> Reply:
    """Return the reading of a text without words of danger or doubt: who is out, or who is away.

    `said` is the text without harmless phrases, such as relatives who work elsewhere. `whole` still
    has them.
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
    """Return whether a part that is not understood mentions a person or a breakable thing."""
    unknown = [part for part, intent in meant.items() if intent is Intent.UNCLEAR]
    return any(has_any(_SOMEBODY, part) for part in unknown)


def is_firm(said: str) -> bool:
    """Return whether the known words of a text leave little doubt about who is out or away.

    Either all parts consist of known words, or such a part says who is out or away and every other
    part is an aside. An aside mentions nobody and no breakable thing, and expresses no doubt.
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
        # 'Four of us are out of town' may mean out or away. Either way it is about four people.
        count = count_people(parts, away=True)
    if intent is Intent.RECEIVED:
        count = None
    if count is not None and not 0 < count <= MOST_PEOPLE:
        return Reply(Intent.UNCLEAR, ReplyReason.ABSURD_COUNT)
    if key is None and count == 1 and _is_one_speaking(counted):
        return Reply(intent, ReplyReason.ONE_PERSON, count)
    return Reply(intent, ReplyReason.KEY if key else ReplyReason.WORDS, count)


def _those_away(meant: Mapping[str, Intent | None], whole: list[str]) -> list[str]:
    """Return the parts from the first one about people elsewhere to the end; empty if none is."""
    out = [part for part in meant if meant[part] is not Intent.ELSEWHERE]
    first = next((at for at, part in enumerate(whole) if part not in out and _is_away(part)), None)
    return [] if first is None else whole[first:]


def _with_those_away(reply: Reply, meant: Mapping[str, Intent | None], after: list[str]) -> Reply:
    """Add the people elsewhere to the number out: '3 are at the school, 2 work in Guangdong' is 5.

    Nothing is added if the number out is the number of all people, because it may include those
    elsewhere, or if a later number may be theirs. Relatives who are also named among the people out
    are not added.
    """
    out = [part for part in meant if meant[part] is not Intent.ELSEWHERE]
    away = [part for part in after if part not in out and _is_away(part)]
    if reply.intent is not Intent.EVACUATED or reply.count is None or not away:
        return reply
    if count_people(out) is None:
        return reply  # The only number counts the people elsewhere.
    is_theirs = any(meant.get(part, away) is None and count_people([part]) for part in after)
    if is_theirs or any(has("in_all", part) or has("complete", part) for part in out):
        return reply
    here = set(_NAMED().findall(" ; ".join(out)))
    numbers = numbers_of_people(out)
    total = reply.count + sum(_number_away(part, here) for part in away)
    return replace(reply, count=min(total, max(numbers)) if len(numbers) > 1 else total)


def _is_away(part: str) -> bool:
    """Return whether a part says that some people, but not all, were elsewhere all along."""
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
    """Return whether the parts mention 'I' and no number of people."""
    return any(has("myself", part) for part in parts) and not any(has("n", part) for part in parts)


def _is_of_all(parts: list[str]) -> bool:
    return any(has("everyone", without("elsewhere", part)) for part in parts)


def _are_others_unknown(parts: list[str]) -> bool:
    """Return whether relatives are mentioned without a number or 'we', as in 'the kids are out'."""
    named = any(_NAMED().search(part) for part in parts)
    return named and not any(_SPOKEN_FOR().search(part) for part in parts)


def _is_short(parts: list[str], away: list[str]) -> bool:
    """Return whether a number of people is followed by a lower one, and no part says 'all'.

    People elsewhere are not missing: 'seven of us, six are here, my son works in Chengdu'.
    """
    numbers = numbers_of_people(parts)
    elsewhere = sum(_number_away(part, set()) for part in away if _is_away(part))
    return (
        len(numbers) == _A_PAIR
        and MOST_PEOPLE >= numbers[0] > numbers[1] + elsewhere > 0
        and not any(has("in_all", part) for part in parts)
    )


def _split(key: Intent | None, said: str) -> list[str]:
    """Split a text into parts. A headcount that follows the key is a part of its own."""
    number = _SAID_COUNT().match(said) if key else None
    if number:
        return [number[0], *clauses(said[number.end() :])]
    return [each for part in clauses(said) for each in _apart(part)]


def _apart(part: str) -> list[str]:
    """Split a part that says that some people are out and others are away."""
    for found in _AND().finditer(part):
        here, away = part[: found.start()], part[found.end() :]
        if has("out", here) and has("elsewhere", away) and not has("elsewhere", here):
            return [here.strip(), away.strip()]
    return [part]


def _leaves_open(key: Intent | None, parts: list[str], meant: Mapping[str, Intent | None]) -> bool:
    """Return whether the text leaves it open where somebody is, as in 'all out, my father'."""
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
    """Return the meaning of one part: UNCLEAR if it is not understood, None if it adds nothing.

    A part with unknown words means 'out' only if it or another part says who is out. `is_told` is
    true if another part does.
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
    """Return whether a number or 'all' follows an unfamiliar word, as in 'class 5 all'."""
    found = _QUANTITY().search(part)
    if found is None or has_any(_HOUSEHOLD, part):
        return False
    return _unfamiliar(part[: found.start()]) >= _A_WORD


def _unfamiliar(text: str) -> int:
    """Return the number of characters that are not part of a familiar word."""
    count = at = 0
    while at < len(text):
        found = word_at(_FAMILIAR, text, at)
        count += found is None
        at = found.end() if found else at + 1
    return count


def _is_known(part: str) -> bool:
    """Return whether a part consists entirely of known words."""
    at = 0
    while at < len(part):
        found = word_at(_KNOWN, part, at)
        if found is None:
            return False
        at = found.end()
        while part[at : at + 1].isspace():
            at += 1
    return True
