"""Texts typed in Latin letters, as old phones do, put into the script of their language.

'quan jia dou dao xuexiao le' is read as 全家都到学校了. The words are those of `romanised` in
the languages' files, with or without spaces between their syllables.
"""

import re
from typing import Final

from alerting.messages.languages import LANGUAGES

_WRITTEN: Final = {
    word: written for language in LANGUAGES.values() for word, written in language.reply.romanised
}

_WORD: Final = re.compile("|".join(sorted(_WRITTEN, key=len, reverse=True)) or "(?!)")

_WORDS: Final = re.compile(rf"(?:{_WORD.pattern})+")

_LATIN: Final = re.compile(r"[a-z]+(?:[ '][a-z]+)*")

_LETTER: Final = re.compile(r"[a-z]")

_MOST_SYLLABLES: Final = 4
"""Syllables typed apart that are joined to find a word."""

_COVERED: Final = 0.7
"""Share of a text's letters that the words must spell."""

_FEWEST_LETTERS: Final = 3
"""Shorter texts, such as 'la 1', may be of any language."""


def in_own_script(text: str) -> str:
    """Return a lower-case text in the script of its language, if its Latin letters spell words."""
    letters = len(_LETTER.findall(text))
    if letters < _FEWEST_LETTERS:
        return text
    written = _LATIN.sub(lambda found: _written(found[0]), text)
    left = len(_LETTER.findall(written))
    return written if left <= (1 - _COVERED) * letters else text


def _written(run: str) -> str:
    """Return a run of Latin words with those that are found written out, the longest first."""
    syllables = re.split("[ ']", run)
    written: list[str] = []
    start = 0
    while start < len(syllables):
        for end in range(min(len(syllables), start + _MOST_SYLLABLES), start, -1):
            if found := _found("".join(syllables[start:end]), is_apart=end - start > 1):
                break
        written.append(found or f" {syllables[start]} ")
        start = end
    return "".join(written).strip()


def _found(joined: str, *, is_apart: bool) -> str | None:
    """Return one word that was typed apart, or the words that were typed as one."""
    if is_apart or joined in _WRITTEN:
        return _WRITTEN.get(joined)
    if _WORDS.fullmatch(joined):
        return _WORD.sub(lambda word: _WRITTEN[word[0]], joined)
    return None
