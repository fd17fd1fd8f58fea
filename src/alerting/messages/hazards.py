"""The phrase library: what a hazard is called in each language, and the words that go with it."""

import re
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


_HAZARD_IN: Final = re.compile(
    "|".join(
        rf"\b{re.escape(word)}\b" if re.search("[a-z]", word) else re.escape(word)
        for word in sorted(_HAZARD_BY_WORD, key=len, reverse=True)
    )
)


def phrase_for(event: str, language: str) -> Hazard | None:
    """Return a language's words for the first hazard that an event names; None if unknown.

    People write more than the word ('后山滑坡险情'), in any language.
    """
    named = _HAZARD_IN.search(event.casefold())
    if named is None or language not in LANGUAGES:
        return None
    return LANGUAGES[language].hazards[_HAZARD_BY_WORD[named[0]]]
