"""The phrase library: what a hazard is called in each language, and the words that go with it."""

from collections.abc import Mapping
from typing import Final

from alerting.messages.languages import LANGUAGES, Hazard
from alerting.messages.text import HOME_LANGUAGE

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    word: (language, hazard)
    for language in sorted(LANGUAGES, key=lambda code: code == HOME_LANGUAGE)
    for hazard, phrase in LANGUAGES[language].hazards.items()
    for word in (phrase.name, *phrase.words)
}
"""Each word for a hazard, with its language and the hazard.

A word that several languages share is of the home language.
"""

_HAZARD_BY_WORD: Final = {word.casefold(): hazard for word, (_, hazard) in WORDS.items()}


def phrase_for(event: str, language: str) -> Hazard | None:
    """Return a language's words for an event that is named in any language; None if unknown."""
    hazard = _HAZARD_BY_WORD.get(event.strip().casefold())
    return LANGUAGES[language].hazards[hazard] if hazard and language in LANGUAGES else None
