"""The languages of the drill's people. Each is a TOML file named after the language's code.

To add a language to the drill, add a file. The code stays the same.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Final

from pydantic import BaseModel, ConfigDict

from contacts.latin import in_latin_letters


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Answers(_Words):
    """The texts that people may send, by meaning; `{n}` is the household's number of people."""

    out: tuple[str, ...]
    help: tuple[str, ...]
    staying: tuple[str, ...]
    away: tuple[str, ...]
    unclear: tuple[str, ...]
    in_danger: tuple[str, ...]
    """Texts about a danger in people's own words. They may be calls for help."""


class Signs(_Words):
    """The words by which people recognize the kind of a text from the service."""

    cancelled: tuple[str, ...]
    roll_call: tuple[str, ...]
    in_care: tuple[str, ...]
    """The text asks about the neighbours whom the reader looks after."""
    officer_call: tuple[str, ...]
    all_clear: tuple[str, ...]
    if_help: tuple[str, ...]
    """The text asks whether the household needs help."""
    reply: tuple[str, ...]
    """Beginnings of the service's answers to a household's own text."""


class IssuerWords(_Words):
    """The names of the issuer of the drill's alerts."""

    name: str
    signature: str | None = None
    """The signature used instead of the name if carriers demand one."""


class DrillLanguage(_Words):
    """The texts that people write in one language, and the words they expect in texts."""

    households: float
    """The weight of this language when a drill assigns languages to households."""
    latin: bool
    """Whether the language is written in Latin letters and its texts must hold no Chinese."""
    issuer: IssuerWords
    mark: str
    """The words that mark texts of an exercise."""
    answers: Answers
    signs: Signs
    places: Mapping[str, str] = {}
    """Templates of village names, by the ending of the Chinese name. `{name}` is the part before
    the ending."""
    points: Mapping[str, str] = {}
    """Templates of assembly points' names, by the ending of the Chinese name. `{name}` is the part
    before the ending."""

    def village(self, name: str) -> str:
        """Return a village's name in this language, given its Chinese name."""
        if not self.latin:
            return name
        ending = next((each for each in self.places if name.endswith(each)), None)
        if ending is None:
            return in_latin_letters(name)
        return self.places[ending].format(name=in_latin_letters(name.removesuffix(ending)))

    def point(self, name: str) -> str:
        """Return an assembly point's name in this language, given its Chinese name.

        Raises:
            ValueError: if the language has no template for the name's ending.
        """
        if not self.latin:
            return name
        ending = max((each for each in self.points if name.endswith(each)), key=len)
        return self.points[ending].format(name=self.village(name.removesuffix(ending)))


def _load() -> dict[str, DrillLanguage]:
    found = sorted(
        (each for each in files(__name__).iterdir() if each.name.endswith(".toml")),
        key=lambda each: each.name,
    )
    return {
        each.name.removesuffix(".toml"): DrillLanguage.model_validate(
            tomllib.loads(each.read_text("utf-8"))
        )
        for each in found
    }


DRILL_LANGUAGES: Final[Mapping[str, DrillLanguage]] = _load()


def issuer_section() -> str:
    """Return the section of a policy file with the issuer's names and signatures by language."""
    names = {code: words.issuer.name for code, words in DRILL_LANGUAGES.items()}
    signed = {code: words.issuer.signature for code, words in DRILL_LANGUAGES.items()}
    signatures = {code: signature for code, signature in signed.items() if signature}
    parts = {"names": names, "signatures": signatures}
    return "".join(f"[issuer.{part}]\n{_as_toml(words)}" for part, words in parts.items())


def _as_toml(words: Mapping[str, str]) -> str:
    """Return a mapping as lines of TOML. JSON strings are valid strings in TOML."""
    return "".join(
        f"{key} = {json.dumps(text, ensure_ascii=False)}\n" for key, text in words.items()
    )


_KEYS: Final = Answers(
    out=("1", "1 {n}"),
    help=("2",),
    staying=("3",),
    away=("4",),
    unclear=("???",),
    in_danger=("2",),
)


def answers_in(language: str) -> Answers:
    """Return the answers of a language. Without a file for it, people answer by digits."""
    words = DRILL_LANGUAGES.get(language)
    return _KEYS if words is None else words.answers


def signs_of(meaning: str) -> tuple[str, ...]:
    """Return the case-folded words of all languages for a field of `Signs`."""
    each: Iterable[tuple[str, ...]] = (
        getattr(words.signs, meaning) for words in DRILL_LANGUAGES.values()
    )
    return tuple(word.casefold() for words in each for word in words)
