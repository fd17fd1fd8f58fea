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
    action: str
    instruction: str
    assembly_point: str | None
    """Where everybody is to go; None: each village to its own assembly point."""


def info_in(request: AlertRequest, language: str) -> SpokenInfo:
    """Return an alert's words in a language; one without a file reads the home language.

    A translation goes before the phrase library, and the library before the words as given, which
    may be in another language.
    """
    code = language if language in LANGUAGES else HOME_LANGUAGE
    translated = request.translations.get(code, InfoText())
    phrase = phrase_for(request.event, code)
    is_own = code == (request.language or HOME_LANGUAGE)
    library, given = None if is_own else phrase, request.assembly_point
    return SpokenInfo(
        event=translated.event or (library.name if library else request.event),
        action=phrase.action if phrase else LANGUAGES[code].texts["action"],
        instruction=translated.instruction
        or (library.instruction if library else request.instruction),
        assembly_point=translated.assembly_point or (given and in_language(given, code)),
    )
