"""Finds words of a text that its readers may not understand."""

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
    """Return, in order, the words of a text that are not in the script of its language.

    For a language in Latin letters, these are runs of Chinese characters; place names in a composed
    text are transliterated already. For other languages, these are Latin words, except for words in
    capitals: WLAN and SOS are understood everywhere. The text must contain no link.
    """
    if words_in(language).script == _LATIN:
        return chinese_in(text)
    return [word for word in _LATIN_WORD.findall(text) if not word.isupper()]


def untranslated(request: AlertRequest, language: str) -> list[str]:
    """Return the raiser's event and instruction, if this language has only generic words for them.

    Omit whichever the alert's translations have in this language. If the phrase library has the
    hazard, omit both.
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
