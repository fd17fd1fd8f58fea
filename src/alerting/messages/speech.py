"""The speech of phone calls, in the language of the one who is called.

A speech is frozen as a line of text: the locale of its voice, a space, and the words.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from alerting.messages.languages import LANGUAGES
from alerting.messages.text import TextFacts, fact, language_for, placeholders
from contacts.naming import HAN


class SpeechKind(StrEnum):
    """The purpose of a speech: the two reasons for a call, and the responses to a key."""

    ALERT = "voice_alert"
    CALL = "voice_call"
    EVACUATED = "evacuated"
    NEEDS_HELP = "needs_help"
    EXERCISE_HELP = "exercise_help"
    """Of a call for help in an exercise that sends nobody."""
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
    """Return a speech in its frozen form; an unknown language falls back to the home language.

    Raises:
        InvalidError: if a fact that this kind needs is missing; `field` names it.
    """
    return " ".join(_line(kind, language_for(language), facts))


def read_speech(speech: str) -> SpokenLine:
    """Return a frozen speech."""
    return SpokenLine(*speech.split(" ", 1))


def by_voice(line: SpokenLine) -> Iterator[SpokenLine]:
    """Split a line into pieces that one voice can speak: Chinese names need a Chinese voice.

    A voice skips or spells what its language does not have. Separate pieces work with every voice;
    markup within a piece (SSML `lang`) is understood by some.
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
    """Yield words without the punctuation that a name before them left over."""
    words = words.lstrip(" ,.:;").rstrip()
    if any(char.isalnum() for char in words):
        yield SpokenLine(locale, words)


_HAN_VOICE: Final = next(
    spoken.locale for spoken in LANGUAGES.values() if spoken.script.startswith("Han")
)
"""The locale of the first voice that reads Chinese characters."""

_CHINESE: Final = re.compile(f"[0-9]*[{HAN}](?:[{HAN}0-9\u00b7]*[{HAN}])?")
"""A run of Chinese with the digits inside and before it, such as a group's or a house's number."""


def _line(kind: SpeechKind, code: str, facts: TextFacts) -> SpokenLine:
    language = LANGUAGES[code]
    template = language.speech[kind]
    values = {n: fact(n, kind, code, facts) for n in placeholders(template)}
    if facts.action:
        values["action"] = facts.action.capitalize()  # Some voices spell what is in capitals.
    words = template.format_map(values)
    prefix = language.prefixes.get(facts.status, "")
    return SpokenLine(language.locale, _printable(prefix + words))


def _printable(words: str) -> str:
    """Remove characters that a voice cannot speak or XML cannot hold: names are unchecked."""
    return "".join(char for char in " ".join(words.split()) if char.isprintable())
