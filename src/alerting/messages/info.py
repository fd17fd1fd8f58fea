"""Finds the words of an alert in one language."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from alerting.cap.alert import AlertRequest, InfoText
from alerting.messages.languages import LANGUAGES, Hazard
from alerting.messages.places import in_language
from alerting.messages.text import HOME_LANGUAGE

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    word: (language, hazard)
    for language in sorted(LANGUAGES, key=lambda code: code == HOME_LANGUAGE)
    for hazard, phrase in LANGUAGES[language].hazards.items()
    for word in (phrase.name, *phrase.words)
}
"""Language and hazard by the hazard's name in any language.

A word that several languages share belongs to the home language.
"""

_HAZARD_BY_WORD: Final = {word.casefold(): hazard for word, (_, hazard) in WORDS.items()}


_HAZARD_IN: Final = re.compile(
    "|".join(
        rf"\b{re.escape(word)}\b" if re.search("[a-z]", word) else re.escape(word)
        for word in sorted(_HAZARD_BY_WORD, key=len, reverse=True)
    )
)


def phrase_for(event: str, language: str) -> Hazard | None:
    """Return a language's words for the first hazard named in an event; None if it names none.

    The event may contain more than the hazard's name ('后山滑坡险情') and be in any language.
    """
    named = _HAZARD_IN.search(event.casefold())
    if named is None or language not in LANGUAGES:
        return None
    return LANGUAGES[language].hazards[_HAZARD_BY_WORD[named[0]]]


class SpokenInfo(NamedTuple):
    """The words of an alert in one language."""

    event: str
    """The event in texts and calls; a generic word if the language has no specific one."""
    title: str
    """The event on pages; a generic word is followed by the raiser's words."""
    action: str
    instruction: str
    assembly_point: str | None
    """Where everybody should go; None if each village goes to its own assembly point."""


def info_in(request: AlertRequest, language: str) -> SpokenInfo:
    """Return an alert's words in a language; in the home language if that language has no files.

    The alert's translation comes first, then the phrase library, then the language's generic words.
    The raiser's words appear only in their own language. Readers and voices of another language may
    not even know the characters.
    """
    code = language if language in LANGUAGES else HOME_LANGUAGE
    translated = request.translations.get(code, InfoText())
    texts, phrase = LANGUAGES[code].texts, phrase_for(request.event, code)
    event, instruction = _without_translation(request, code)
    event = translated.event or event
    generic, given = texts["generic_hazard"], request.assembly_point
    return SpokenInfo(
        event=event or generic,
        title=event or texts["beside_given"].format(generic=generic, given=request.event),
        action=phrase.action if phrase else texts["action"],
        instruction=translated.instruction or instruction,
        assembly_point=translated.assembly_point or (given and in_language(given, code)),
    )


def _without_translation(request: AlertRequest, code: str) -> tuple[str | None, str]:
    """Return the event, or None if the language has no word for it, and the instruction."""
    if code == (request.language or HOME_LANGUAGE):
        return request.event, request.instruction
    if phrase := phrase_for(request.event, code):
        return phrase.name, phrase.instruction
    return None, LANGUAGES[code].texts["generic_instruction"]


def event_names(request: AlertRequest) -> dict[str, str]:
    """Return the event's name on pages by language code."""
    return {code: info_in(request, code).title for code in LANGUAGES}
