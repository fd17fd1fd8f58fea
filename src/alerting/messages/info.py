"""The words of an alert in one language: its own, a translation, or those of the phrase library."""

from typing import NamedTuple

from alerting.cap.alert import AlertRequest, InfoText
from alerting.messages.hazards import phrase_for
from alerting.messages.languages import LANGUAGES
from alerting.messages.places import in_language
from alerting.messages.text import HOME_LANGUAGE


class SpokenInfo(NamedTuple):
    """The words of an alert in one language."""

    event: str
    """The event in texts and calls: the language's generic word if it has no other for it."""
    title: str
    """The event on pages: a generic word has the given one beside it."""
    action: str
    instruction: str
    assembly_point: str | None
    """Where everybody is to go; None: each village to its own assembly point."""


def info_in(request: AlertRequest, language: str) -> SpokenInfo:
    """Return an alert's words in a language; one without a file reads the home language.

    A translation goes before the phrase library, and the library before the language's generic
    words. The words as given are told in the alert's own language only: a text or call in another
    one would hold words, and often characters, that its readers and voice cannot read.
    """
    code = language if language in LANGUAGES else HOME_LANGUAGE
    translated = request.translations.get(code, InfoText())
    texts, phrase = LANGUAGES[code].texts, phrase_for(request.event, code)
    event, instruction = _untranslated(request, code)
    event = translated.event or event
    generic, given = texts["generic_hazard"], request.assembly_point
    return SpokenInfo(
        event=event or generic,
        title=event or texts["beside_given"].format(generic=generic, given=request.event),
        action=phrase.action if phrase else texts["action"],
        instruction=translated.instruction or instruction,
        assembly_point=translated.assembly_point or (given and in_language(given, code)),
    )


def _untranslated(request: AlertRequest, code: str) -> tuple[str | None, str]:
    """Return the event, if the language has a word for it, and the instruction."""
    if code == (request.language or HOME_LANGUAGE):
        return request.event, request.instruction
    if phrase := phrase_for(request.event, code):
        return phrase.name, phrase.instruction
    return None, LANGUAGES[code].texts["generic_instruction"]


def event_names(request: AlertRequest) -> dict[str, str]:
    """Return the event as pages name it, by language."""
    return {code: info_in(request, code).title for code in LANGUAGES}
