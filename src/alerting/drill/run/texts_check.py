"""A check of every text to a household, against the roster and the languages of the drill.

The texts are those of the carrier's log, and the names those of the roster that the drill made: the
check uses nothing of the service.
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
    """The names that a text to a household must hold beside its issuer's."""

    VILLAGE_AND_POINT = "village and assembly point"
    VILLAGE = "village"
    NEITHER = "neither"
    """Answers a text of the household, or asks it about its neighbours, whom it lists."""


@dataclass(frozen=True)
class TextsCheck:
    """The households' texts, counted by language and by what they have to name.

    `wrong` is the first text that is not as it should be, with the reason.
    """

    by_language: dict[str, int] = field(default_factory=dict)
    by_told: dict[Told, int] = field(default_factory=dict)
    wrong: str | None = None

    @property
    def texts(self) -> int:
        """The number of texts."""
        return sum(self.by_language.values())

    @property
    def shortcomings(self) -> dict[str, bool]:
        """The failure of the check, and whether it has occurred."""
        return {f"a text {self.wrong}": self.wrong is not None}


def check_texts(city: City, messages: Iterable[Mapping[str, Any]]) -> TextsCheck:
    """Check all texts to the phones of households; other texts are left out."""
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
    """Return a text without what stands before its own words: signature, drill mark and issuer."""
    for opening in (f"【{words.issuer.signature}】", words.mark, words.issuer.name):
        body = body.removeprefix(opening)
    return body.lstrip(":： ")


def _fault(
    city: City, home: RosterEntry, words: DrillLanguage, told: Told, body: str
) -> str | None:
    """Return what is wrong with a text, or None."""
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
    # The assembly point's own name may hold the village's.
    return None if village in body.replace(there, "") else f"lacks its village {village!r}"


def _without_names(city: City, body: str) -> str:
    """Return a text without the names of the households' heads, which have no other form."""
    if has_chinese(body):
        for name in city.heads:
            body = body.replace(name, "")
    return body


def _has(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)
