"""Converts texts that were typed in Latin letters, as on old phones, to their language's script.

'quan jia dou dao xuexiao le' becomes 全家都到学校了. The language files list the words under
`romanised`. Their syllables may be typed with or without spaces.
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
"""At most this many separate syllables are joined to find a word."""

_COVERED: Final = 0.7
"""The share of a text's Latin letters that must belong to known words."""

_FEWEST_LETTERS: Final = 3
"""A text with fewer letters, such as 'la 1', may be in any language and is not converted."""


def in_own_script(text: str) -> str:
    """Return a lower-case text in its language's script if most of its letters spell known words.

    Otherwise return the text unchanged.
    """
    letters = len(_LETTER.findall(text))
    if letters < _FEWEST_LETTERS:
        return text
    written = _LATIN.sub(lambda found: _written(found[0]), text)
    left = len(_LETTER.findall(written))
    return written if left <= (1 - _COVERED) * letters else text


def _written(run: str) -> str:
    """Convert the known words in a run of Latin words; at each position the longest wins."""
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
    """Return joined syllables in their language's script; None if they are not known words.

    Syllables that were typed apart must form one word; others may form several.
    """
    if is_apart or joined in _WRITTEN:
        return _WRITTEN.get(joined)
    if _WORDS.fullmatch(joined):
        return _WORD.sub(lambda word: _WRITTEN[word[0]], joined)
    return None
