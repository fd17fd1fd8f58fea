"""A check of every text to a household, against the roster and the languages of the drill.

The check uses no code of the service: the texts come from the carrier's log, and the names from the
roster that the drill made.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from alerting.drill.city.handsets import RosterEntry
from alerting.drill.city.languages import DRILL_LANGUAGES, DrillLanguage
from alerting.drill.city.roster import City
from contacts.division import village_of
from contacts.naming import has_chinese


class Told(StrEnum):
    """The names that a text to a household must contain besides the issuer's name."""

    VILLAGE_AND_POINT = "village and assembly point"
    VILLAGE = "village"
    NEITHER = "neither"
    """The text answers a text of the household, or asks it about a list of its neighbours."""


@dataclass(frozen=True)
class TextsCheck:
    """The number of texts to households, by language and by the names they must contain.

    `wrong` is the reason why the first wrong text is wrong, followed by that text; None if all
    texts are right.
    """

    by_language: dict[str, int] = field(default_factory=dict)
    by_told: dict[Told, int] = field(default_factory=dict)
    wrong: str | None = None

    @property
    def texts(self) -> int:
        """The number of checked texts."""
        return sum(self.by_language.values())

    @property
    def shortcomings(self) -> dict[str, bool]:
        """The only possible shortcoming by its description: True if a text is wrong."""
        return {f"a text {self.wrong}": self.wrong is not None}


def check_texts(city: City, messages: Iterable[Mapping[str, Any]]) -> TextsCheck:
    """Check all texts to phones of households, and ignore other texts."""
    homes = {phone: home for home in city.households.values() for phone in home.phones}
    by_language, by_told = Counter[str](), Counter[Told]()
    wrong: str | None = None
    for message in messages:
        if home := homes.get(message["to"]):
            words, body = DRILL_LANGUAGES[home.language], message["body"]
            told = _told(words, body)
            by_language[home.language] += 1
            by_told[told] += 1
            fault = wrong is None and _fault(city, home, words, told, body)
            wrong = f"to household {home.code} {fault}: {body}" if fault else wrong
    return TextsCheck(dict(sorted(by_language.items())), dict(sorted(by_told.items())), wrong)


def _told(words: DrillLanguage, body: str) -> Told:
    signs, plain = words.signs, body.casefold()
    if _own_words(words, body).startswith(signs.reply) or _has(plain, signs.in_care):
        return Told.NEITHER
    if _has(plain, (*signs.cancelled, *signs.roll_call, *signs.all_clear)):
        return Told.VILLAGE
    return Told.VILLAGE_AND_POINT


def _own_words(words: DrillLanguage, body: str) -> str:
    """Return a text without the signature, drill mark and issuer at its beginning."""
    for opening in (f"【{words.issuer.signature}】", words.mark, words.issuer.name):
        body = body.removeprefix(opening)
    return body.lstrip(":： ")


def _fault(
    city: City, home: RosterEntry, words: DrillLanguage, told: Told, body: str
) -> str | None:
    """Return the reason why a text is wrong, or None if it is right."""
    if not _has(body, (words.issuer.name, words.issuer.signature or words.issuer.name)):
        return "lacks its issuer"
    if words.latin and has_chinese(_without_names(city, body)):
        return f"holds Chinese though the household reads {home.language!r}"
    if told is Told.NEITHER:
        return None
    code = village_of(home.code)
    name, point = city.name(code), city.points[code]
    village, there = words.village(name), words.point(point)
    if told is Told.VILLAGE_AND_POINT and there not in body:
        return f"lacks its assembly point {there!r}"
    # The name of the assembly point may contain the village's name.
    return None if village in body.replace(there, "") else f"lacks its village {village!r}"


def _without_names(city: City, body: str) -> str:
    """Return a text without the names of heads of households, which exist only in Chinese."""
    if has_chinese(body):
        for name in city.heads:
            body = body.replace(name, "")
    return body


def _has(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)
