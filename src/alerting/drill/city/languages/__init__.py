"""The languages of the drill's people: a TOML file each, named after its code.

To add a language to the drill, add a file. No code changes.
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
    """Texts of people by meaning; `{n}` is the number of people in the household."""

    out: tuple[str, ...]
    help: tuple[str, ...]
    staying: tuple[str, ...]
    away: tuple[str, ...]
    unclear: tuple[str, ...]
    in_danger: tuple[str, ...]
    """Texts about a danger in people's own words, which may be calls for help."""


class Signs(_Words):
    """The words by which people know what a text is."""

    cancelled: tuple[str, ...]
    roll_call: tuple[str, ...]
    in_care: tuple[str, ...]
    """Asks about the neighbours in the reader's care."""
    officer_call: tuple[str, ...]
    all_clear: tuple[str, ...]
    if_help: tuple[str, ...]
    """Asks the writer of a text whether help is needed."""
    reply: tuple[str, ...]
    """The beginnings of texts that answer a household's own text."""


class IssuerWords(_Words):
    """The issuer of the drill's alerts."""

    name: str
    signature: str | None = None
    """Stands in place of the name, where carriers demand it."""


class DrillLanguage(_Words):
    """The texts that people of a language write and expect to read."""

    households: float
    """The weight of this language among the households of a drill."""
    latin: bool
    """Whether it is written in Latin letters, so that no text in it may hold Chinese ones."""
    issuer: IssuerWords
    mark: str
    """Marks the texts of an exercise."""
    answers: Answers
    signs: Signs
    places: Mapping[str, str] = {}
    """A village by the ending of its Chinese name, with the rest of it as `{name}`."""
    points: Mapping[str, str] = {}
    """An assembly point by the longest ending of its Chinese name, with the rest as `{name}`."""

    def village(self, name: str) -> str:
        """Return a village's name as people who read this language know it."""
        if not self.latin:
            return name
        ending = next((each for each in self.places if name.endswith(each)), None)
        if ending is None:
            return in_latin_letters(name)
        return self.places[ending].format(name=in_latin_letters(name.removesuffix(ending)))

    def point(self, name: str) -> str:
        """Return an assembly point's name as these people know it.

        Raises:
            ValueError: if the language has no words for it.
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
    """Return the part of a policy that names who warns, in every language of the drill."""
    names = {code: words.issuer.name for code, words in DRILL_LANGUAGES.items()}
    signed = {code: words.issuer.signature for code, words in DRILL_LANGUAGES.items()}
    signatures = {code: signature for code, signature in signed.items() if signature}
    parts = {"names": names, "signatures": signatures}
    return "".join(f"[issuer.{part}]\n{_as_toml(words)}" for part, words in parts.items())


def _as_toml(words: Mapping[str, str]) -> str:
    """Return texts by key as lines of TOML, whose basic strings are those of JSON."""
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
    """Return the answers of a language; in one without a file people answer by keys."""
    words = DRILL_LANGUAGES.get(language)
    return _KEYS if words is None else words.answers


def signs_of(meaning: str) -> tuple[str, ...]:
    """Return the words of all languages for one of the `Signs`, as phones compare them."""
    each: Iterable[tuple[str, ...]] = (
        getattr(words.signs, meaning) for words in DRILL_LANGUAGES.values()
    )
    return tuple(word.casefold() for words in each for word in words)
