"""The words spoken in phone calls, in the language of the person called.

A speech is stored as one line of text: the locale of its voice, a space, and the words.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from alerting.messages.languages import LANGUAGES
from alerting.messages.text import TextFacts, fact, language_for, placeholders
from contacts.naming import HAN


class SpeechKind(StrEnum):
    """The purpose of a speech: the alert, the call to an officer, or a response to a key."""

    ALERT = "voice_alert"
    CALL = "voice_call"
    EVACUATED = "evacuated"
    NEEDS_HELP = "needs_help"
    EXERCISE_HELP = "exercise_help"
    """The response to a call for help in an exercise in which nobody is sent."""
    STAYING = "staying"
    ELSEWHERE = "elsewhere"
    CONFIRMED = "confirmed"
    AGAIN = "again"
    NO_ALERT = "no_alert"
    """For a caller whom no open alert concerns."""


class SpokenLine(NamedTuple):
    """Words and the locale of the voice that speaks them, such as zh-CN."""

    locale: str
    words: str


def compose_speech(kind: SpeechKind, language: str, facts: TextFacts) -> str:
    """Return a speech in its stored form; an unknown language falls back to the home language.

    Raises:
        InvalidError: if a fact that this kind needs is missing; `field` names it.
    """
    return " ".join(_line(kind, language_for(language), facts))


def read_speech(speech: str) -> SpokenLine:
    """Parse a stored speech."""
    return SpokenLine(*speech.split(" ", 1))


def by_voice(line: SpokenLine) -> Iterator[SpokenLine]:
    """Split a line into pieces by voice, because Chinese names need a Chinese voice.

    A voice skips or spells out words of other scripts. Separate pieces work with every voice;
    markup within a piece (SSML `lang`) works only with some.
    """
    if line.locale == _HAN_VOICE:
        yield line
        return
    end = 0
    for name in _CHINESE.finditer(line.words):
        yield from _piece(line.locale, line.words[end : name.start()])
        yield SpokenLine(_HAN_VOICE, name.group())
        end = name.end()
    yield from _piece(line.locale, line.words[end:])


def _piece(locale: str, words: str) -> Iterator[SpokenLine]:
    """Yield the words without leading punctuation; nothing if no letter or digit is left."""
    words = words.lstrip(" ,.:;").rstrip()
    if any(char.isalnum() for char in words):
        yield SpokenLine(locale, words)


_HAN_VOICE: Final = next(
    spoken.locale for spoken in LANGUAGES.values() if spoken.script.startswith("Han")
)
"""The locale of the first voice that reads Chinese characters."""

_CHINESE: Final = re.compile(f"[0-9]*[{HAN}](?:[{HAN}0-9\u00b7]*[{HAN}])?")
"""A run of Chinese with digits inside or before it, such as the number of a group or a house."""


def _line(kind: SpeechKind, code: str, facts: TextFacts) -> SpokenLine:
    language = LANGUAGES[code]
    template = language.speech[kind]
    values = {n: fact(n, kind, code, facts) for n in placeholders(template)}
    if facts.action:
        values["action"] = facts.action.capitalize()  # Some voices spell out capitals.
    words = template.format_map(values)
    prefix = language.prefixes.get(facts.status, "")
    return SpokenLine(language.locale, _printable(prefix + words))


def _printable(words: str) -> str:
    """Remove characters that XML cannot hold or voices cannot speak, which names may contain."""
    return "".join(char for char in " ".join(words.split()) if char.isprintable())
