"""The names of divisions and of assembly points in texts, in each language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from alerting.messages.languages import Language, PlaceWords
from alerting.messages.text import words_in
from contacts.division import Division, Tier, parent_of, tier_of
from contacts.latin import in_latin_letters
from contacts.naming import everyday_name, has_chinese

_LATIN: Final = "Latn"

GATHERING: Final = frozenset({Tier.VILLAGE, Tier.GRID})
"""Tiers with one assembly point for all their people."""

_NAMES_KEPT: Final = 65_536


@dataclass(frozen=True)
class Places:
    """Divisions and their ancestors by code, with the names that texts use.

    A name comes from the roster's column for the language. If that is empty, languages in Latin
    letters get a transliteration of the roster's name, and other languages get it unchanged.
    """

    known: Mapping[str, Division]

    def short(self, code: str, language: str) -> str:
        """Return the everyday name of a division; the code if the division is unknown."""
        place = self.known.get(code)
        if place is None:
            return code
        own = place.in_words("name", language)
        return own or in_language(everyday_name(place.name), language)

    def own(self, code: str, language: str) -> str:
        """Return the name of a village or grid for its own people, with the division above."""
        words = words_in(language).places
        name, above = self.short(code, language), self._above(code, language)
        if above is None:
            return name
        if tier_of(code) is not Tier.GRID:
            return words.own_village.format(village=name, town=above)
        return words.own_grid.format(grid=self._grid(code, language), village=above)

    def area(self, divisions: Sequence[str], language: str) -> str:
        """Return the name of an area: a single division with its parent, or the first of several.

        `divisions` must not be empty.
        """
        words, first = words_in(language).places, divisions[0]
        name, above = self.short(first, language), self._above(first, language)
        if len(divisions) > 1:
            return words.several.format(first=name, count=len(divisions), others=len(divisions) - 1)
        return name if above is None else words.division.format(name=name, above=above)

    def assembly_point(self, divisions: Sequence[str], language: str) -> str | None:
        """Return the assembly point of an area; None if it has several or none."""
        points = {self._gathering(code, "assembly_point", language) for code in divisions}
        return points.pop() if len(points) == 1 else None

    def route(self, code: str, language: str) -> str | None:
        """Return the roster's description of the way to the assembly point, or None."""
        return self._gathering(code, "route", language)

    def contact(self, code: str) -> str | None:
        """Return the phone number that the people of a village or grid may call, or None."""
        place = self.known.get(code)
        if place is None or place.tier not in GATHERING:
            return None
        return place.contact_phone or self.contact(parent_of(code) or "")

    def _gathering(self, code: str, column: str, language: str) -> str | None:
        """Return a column of a division; a grid without an assembly point uses its village's."""
        place = self.known.get(code)
        if place is None or place.tier not in GATHERING:
            return None
        if place.assembly_point is None:
            return self._gathering(parent_of(code) or "", column, language)
        plain: str | None = getattr(place, column)
        return place.in_words(column, language) or (plain and in_language(plain, language))

    def _grid(self, code: str, language: str) -> str:
        """Return the name of a grid, without its village's name if the roster repeats it there."""
        place, village = self.known.get(code), self.known.get(parent_of(code) or "")
        if place is None or village is None or place.in_words("name", language):
            return self.short(code, language)
        whole, prefix = everyday_name(place.name), everyday_name(village.name)
        return in_language(whole.removeprefix(prefix) or whole, language)

    def _above(self, code: str, language: str) -> str | None:
        above = parent_of(code)
        return self.short(above, language) if above and above in self.known else None


@lru_cache(maxsize=_NAMES_KEPT)
def in_language(name: str, language: str) -> str:
    """Return a place name in the script of a language: Chinese names may become Latin letters."""
    spoken = words_in(language)
    if spoken.script != _LATIN or not has_chinese(name):
        return name
    place, bracket, note = name.replace("(", "（").partition("（")
    words = _in_latin(place.strip(), spoken)
    if not bracket:
        return words
    return f"{words} ({in_latin_letters(note.strip('）) ').replace('，', ', '))})"


def _in_latin(name: str, spoken: Language) -> str:
    """Return a name with its ending translated and the rest transliterated.

    A name that ends in a landmark is split: 'Qianfo village' + 'school'.
    """
    words = spoken.places
    if name in words.alone:
        return words.alone[name]
    if parted := _with_word_before(name, words):
        before, noun = parted
        return before.format(name=_in_latin(noun, spoken))
    for ending, around in _longest_first(words.landmarks):
        if name.endswith(ending):
            owner = name.removesuffix(ending).strip()
            return _around(around, _in_latin(owner, spoken), words)
    for ending, around in _longest_first(words.divisions):
        if name.endswith(ending):
            own = name.removesuffix(ending).strip()
            latin = _in_latin(own, spoken) if own in words.divisions else in_latin_letters(own)
            return _around(around, latin, words)
    return in_latin_letters(name)


def _with_word_before(name: str, words: PlaceWords) -> tuple[str, str] | None:
    """Return the template for a word such as 'old' and the name without this word, or None.

    Only common nouns may follow the word, and only a division may precede it. Elsewhere it belongs
    to a proper name, as in Laoying village.
    """
    if not any(each in name for each in words.before):
        return None
    befores, divisions, landmarks = (
        "|".join(re.escape(each) for each, _ in _longest_first(endings))
        for endings in (words.before, words.divisions, words.landmarks)
    )
    pattern = f"((?:.*(?:{divisions}))?)({befores})((?:{divisions})?(?:{landmarks})+)"
    found = re.fullmatch(pattern, name)
    return found and (words.before[found[2]], found[1] + found[3])


def _around(around: str, name: str, words: PlaceWords) -> str:
    """Fill the template with a name; without a name, also drop the connecting word."""
    made = around.format(name=name).strip()
    if not name:
        return made.removesuffix(f" {words.connecting}")
    for parts, contracted in words.contractions.items():
        made = made.replace(f" {parts} ", f" {contracted} ")
    return made


def _longest_first(endings: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(endings.items(), key=lambda item: -len(item[0]))
