"""The speech of phone calls: the household's own language first, then Chinese and English.

A speech is frozen as text, one line for each language: its locale, a space, and the words.
"""

from enum import StrEnum
from typing import Final, NamedTuple

from alerting.messages.languages import LANGUAGES, Language
from alerting.messages.text import HOME_LANGUAGE, TextFacts, fact, placeholders

_ALWAYS_SPOKEN: Final = (HOME_LANGUAGE, "en")


class SpeechKind(StrEnum):
    """The purpose of a speech: the two reasons for a call, and the responses to a key."""

    ALERT = "voice_alert"
    CALL = "voice_call"
    EVACUATED = "evacuated"
    NEEDS_HELP = "needs_help"
    STAYING = "staying"
    ELSEWHERE = "elsewhere"
    CONFIRMED = "confirmed"
    AGAIN = "again"
    NO_ALERT = "no_alert"
    """For a caller whom no open alert concerns."""


class SpokenLine(NamedTuple):
    """Words, and the locale of the voice that speaks them, such as zh-CN."""

    locale: str
    words: str


def compose_speech(kind: SpeechKind, language: str, facts: TextFacts) -> str:
    """Return a speech in its frozen form; a language without a file adds no line.

    Raises:
        InvalidError: if a fact that this kind needs is missing; `field` names it.
    """
    spoken = dict.fromkeys((language, *_ALWAYS_SPOKEN))
    lines = (_line(kind, LANGUAGES[code], facts) for code in spoken if code in LANGUAGES)
    return "\n".join(" ".join(line) for line in lines)


def read_speech(speech: str) -> list[SpokenLine]:
    """Return the lines of a frozen speech, in spoken order."""
    return [SpokenLine(*line.split(" ", 1)) for line in speech.split("\n")]


def _line(kind: SpeechKind, language: Language, facts: TextFacts) -> SpokenLine:
    template = language.speech[kind]
    words = template.format_map({n: fact(n, kind, facts) for n in placeholders(template)})
    prefix = language.prefixes.get(facts.status, "")
    return SpokenLine(language.locale, _printable(prefix + words))


def _printable(words: str) -> str:
    """Remove characters that a voice cannot speak or XML cannot hold: names are unchecked."""
    return "".join(char for char in " ".join(words.split()) if char.isprintable())
