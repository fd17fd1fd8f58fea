"""Words of a text that its readers may not be able to read."""

import re
from typing import Final

from alerting.cap.alert import AlertRequest, InfoText
from alerting.messages.info import phrase_for
from alerting.messages.text import HOME_LANGUAGE, language_for, words_in
from contacts.naming import chinese_in

_LATIN: Final = "Latn"

_LATIN_WORD: Final = re.compile("[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f]{3,}")
"""At least three letters; shorter words are units and labels, such as km."""


def foreign_words(text: str, language: str) -> list[str]:
    """Return the words of a text in a script that its language is not written in, in order.

    In a language of Latin letters those are runs of Chinese characters, but no names of places,
    which are transliterated. In other languages they are Latin words that are no abbreviation:
    WLAN and SOS are read everywhere. The text must have no link.
    """
    if words_in(language).script == _LATIN:
        return chinese_in(text)
    return [word for word in _LATIN_WORD.findall(text) if not word.isupper()]


def untranslated(request: AlertRequest, language: str) -> list[str]:
    """Return the alert's own words that readers of a language get only in generic form.

    Neither the alert's translations nor the phrase library has them in this language.
    """
    code = language_for(language)
    if code == (request.language or HOME_LANGUAGE) or phrase_for(request.event, code):
        return []
    translated = request.translations.get(code, InfoText())
    pairs = (
        (request.event, translated.event),
        (request.instruction, translated.instruction),
    )
    return [given for given, own in pairs if own is None]
