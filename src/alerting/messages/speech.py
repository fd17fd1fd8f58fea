"""What is said on the phone: the household's own language first, then Chinese and English.

A speech is frozen as text, a line for each language: its locale, a space, and the words.
"""

from enum import StrEnum
from typing import Final, NamedTuple

from alerting.messages.languages import LANGUAGES, Language
from alerting.messages.text import HOME_LANGUAGE, TextFacts, fact, placeholders

_ALWAYS_SPOKEN: Final = (HOME_LANGUAGE, "en")


class SpeechKind(StrEnum):
    """What a speech is for: the two that somebody is called for, and what is said to a key."""

    ALERT = "voice_alert"
    CALL = "voice_call"
    EVACUATED = "evacuated"
    NEEDS_HELP = "needs_help"
    STAYING = "staying"
    ELSEWHERE = "elsewhere"
    CONFIRMED = "confirmed"
    AGAIN = "again"


class SpokenLine(NamedTuple):
    """Words, and the locale of the voice that says them, such as zh-CN."""

    locale: str
    words: str


def compose_speech(kind: SpeechKind, language: str, facts: TextFacts) -> str:
    """Return a speech as it is frozen; a language without a file adds nothing.

    Raises:
        InvalidError: if a fact that this kind needs is missing; `field` names it.
    """
    spoken = dict.fromkeys((language, *_ALWAYS_SPOKEN))
    lines = (_line(kind, LANGUAGES[code], facts) for code in spoken if code in LANGUAGES)
    return "\n".join(" ".join(line) for line in lines)


def read_speech(speech: str) -> list[SpokenLine]:
    """Return the lines of a frozen speech, in the order in which they are said."""
    return [SpokenLine(*line.split(" ", 1)) for line in speech.split("\n")]


def _line(kind: SpeechKind, language: Language, facts: TextFacts) -> SpokenLine:
    template = language.speech[kind]
    words = template.format_map({n: fact(n, kind, facts) for n in placeholders(template)})
    prefix = language.prefixes.get(facts.status, "")
    return SpokenLine(language.locale, _printable(prefix + words))


def _printable(words: str) -> str:
    """Leave out what no voice can say and no XML may hold: a name is whatever was typed."""
    return "".join(char for char in " ".join(words.split()) if char.isprintable())
