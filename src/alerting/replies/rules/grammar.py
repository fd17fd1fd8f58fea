"""One grammar made of the word classes in all language files.

Each text is matched only with the words of the languages that it seems to be written in. So a word
is not mistaken for a word of another language with the same spelling.
"""

import re
import time
import unicodedata
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import cache, lru_cache, wraps
from typing import Concatenate, Final, ParamSpec, TypeVar

from alerting.messages.languages import LANGUAGES, ReplyWords
from alerting.replies.rules.alternation import ordered, unordered
from alerting.replies.rules.romanised import in_own_script

# Matches anywhere except between two Latin letters.
_EDGE: Final = r"(?!(?<=[a-z])[a-z])"

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")

_WIDE: Final = r"[⺀-鿿豈-﫿]"

_KEYCAP: Final = re.compile("([0-9])\ufe0f?\u20e3")

_QUOTED_LINE: Final = re.compile(r"(?m)^\s*[>》].*$")

_MENU: Final = re.compile(
    r"(?:[【\[「“\"][^\n]{0,120}?|(?<![^\n])[^\n]{0,120}?)?"
    r"1(?! ?\d)[^\d\n]{1,24}2(?! ?\d)[^\d\n]{1,24}3(?! ?\d)[^\d\n]{1,24}4(?! ?\d)[^\d\n]{0,16}"
)
"""The menu of keys in our own texts, with what precedes it on its line."""

_BRACKETS: Final = re.compile(r"[()\[\]{}<>«»「」『』【】《》〈〉\"“”`]")

_SPACES: Final = re.compile(r"\s+")

_REPEATED_LETTER: Final = re.compile(r"([a-z])\1{2,}")

_REPEATED: Final = re.compile(r"(?=([^\d\n]{1,6}?)\1{3})(?:\1)++")
"""Up to six characters that are repeated at least three more times; two copies are kept."""

_PUNCTUATION: Final = str.maketrans({"’": "'", "‘": "'", "。": ".", "｡": ".", "～": "~", "—": "-"})

_CLAUSE_END: Final = re.compile(
    rf"(?<=\?)(?!\?)|[,;!~…\n]+| - |(?<!\d)[.:]+|[.:]+(?!\d)"
    rf"|(?<={_WIDE})\s+(?![a-z])|(?<![a-z])\s+(?={_WIDE})"
)
"""Ends of clauses. A space beside Chinese is one, but not beside a Latin word: '全家 in 上海'."""

_SIGNS: Final = str.maketrans(
    {"🆘": " sos ", "👌": ", ok, ", "👍": ", ok, ", "🙏": " thanks ", "🏃": " leaving ", "✌": " "}
)

_INVISIBLE: Final = frozenset({"Cf", "Mn"})

NUMBER_WORDS: Final = {
    word: value for language in LANGUAGES.values() for word, value in language.numbers.items()
}


Expression = Callable[[], re.Pattern[str]]
"""A function that returns a pattern compiled for the languages in use."""

Codes = tuple[str, ...]
"""The codes of some languages, in the order of `LANGUAGES`."""

P = ParamSpec("P")
R = TypeVar("R")

_in_use: ContextVar[Codes] = ContextVar("_in_use", default=tuple(LANGUAGES))
"""The languages whose words are matched now; by default all."""


_ASKED: Final = frozenset(
    {
        "corrects", "denies", "hedge", "help", "ours", "recognised_by", "staying", "stop_texts",
        "under_way", "whereabouts", "withdrawn",
    }
)  # fmt: skip
"""Word classes that are only searched for. Where their words end is never asked."""

_Join = Callable[[Iterable[str]], str]

_SPELT_OUT: Final[_Join] = "|".join


@cache
def _alternatives(name: str, codes: Codes, join: _Join = ordered) -> str:
    """Return an expression for a class of words; of two words that match, the longer one wins."""
    if name == "n":
        return _number(join)
    found = [entry for code in codes for entry in getattr(LANGUAGES[code].reply, name)]
    if join is not _SPELT_OUT:
        found.sort(key=lambda entry: len(_filled(entry, codes, _SPELT_OUT)), reverse=True)
    joined = unordered(found) if name in _ASKED and join is ordered else join(found)
    return rf"(?:{_EDGE}(?:{_filled(joined, codes, join) or '(?!)'}){_EDGE})"


def _filled(pattern: str, codes: Codes, join: _Join = ordered) -> str:
    return _PLACEHOLDER.sub(lambda found: _alternatives(found[1], codes, join), pattern)


def _number(join: _Join) -> str:
    words = join(sorted(NUMBER_WORDS, key=len, reverse=True))
    return rf"(?:(?<!\d)\d{{1,9}}+(?!\d)|{_EDGE}(?:{words})(?:[ -]?(?:{words})){{0,3}}+{_EDGE})"


_patterns: list[str] = []


@cache
def _compiled(pattern: str, codes: Codes) -> re.Pattern[str]:
    return re.compile(_filled(pattern, codes))


def expression(pattern: str) -> Expression:
    """Return a function that compiles `pattern` for the languages in use, and caches the result.

    A name in braces, such as '{help}', stands for a class of words. Patterns are compiled at first
    use: all of them take a second for each set of languages, and many commands read no texts.
    """
    _patterns.append(pattern)
    return lambda: _compiled(pattern, _in_use.get())


_REST: Final = 3
"""The number of seconds to pause for each second of compiling."""


def prepare(pause: Callable[[float], bool] = lambda _seconds: False) -> None:
    """Compile all expressions, so that the first text is read as fast as later ones.

    This takes some seconds of processor time. The expressions that a bare '1' needs are compiled
    first and without pauses. After each of the others, `pause` is called with three times the
    seconds that compiling it took, so that other threads can run. If `pause` returns True, the rest
    is not compiled. Expressions for texts that mix several recognised languages, but not all, are
    compiled at first use.
    """
    first, everyday = _without_rivals() or tuple(LANGUAGES), tuple(LANGUAGES)
    for codes in dict.fromkeys((first, everyday, *map(_without_rivals, _MARKS))):
        rest = 0 if codes == first else _REST
        for pattern in _patterns:
            began = time.monotonic()
            _compiled(pattern, codes)
            if pause(rest * (time.monotonic() - began)):
                return


_MARKS: Final = {
    code: re.compile(_alternatives("recognised_by", (code,)))
    for code, language in LANGUAGES.items()
    if language.reply.recognised_by
}
"""The words by which a language is recognised. Languages without such words match every text."""


def _without_rivals(*recognised: str) -> Codes:
    return tuple(code for code in LANGUAGES if code in recognised or code not in _MARKS)


_LETTER: Final = re.compile(r"[a-z]")


@lru_cache(maxsize=1024)
def languages_of(text: str) -> Codes:
    """Return the codes of the languages whose words a text is matched with.

    Languages that are not recognised by words are always included. Every other language is included
    if the text has one of its words. If a text with Latin letters has no such word, all languages
    are included.
    """
    recognised = [code for code, marks in _MARKS.items() if marks.search(text)]
    if recognised or not _LETTER.search(text):
        return _without_rivals(*recognised) or tuple(LANGUAGES)
    return tuple(LANGUAGES)


def in_its_languages(
    function: Callable[Concatenate[str, P], R],
) -> Callable[Concatenate[str, P], R]:
    """Make a function match only the words of the languages of its first argument, a text."""

    @wraps(function)
    def read(plain: str, /, *args: P.args, **kwargs: P.kwargs) -> R:
        before = _in_use.set(languages_of(plain))
        try:
            return function(plain, *args, **kwargs)
        finally:
            _in_use.reset(before)

    return read


_WORDS: Final = {
    name: expression(f"{{{name}}}")
    for name in (*ReplyWords.model_fields, "n")
    if name not in {"fold", "romanised"}
}

CLASSES: Final = {name: words for name, words in _WORDS.items() if name not in _ASKED}

_QUOTE: Final = expression(r"^\s*{quoted}")

_FOLDS: Final = {
    code: [(re.compile(pattern), replacement) for pattern, replacement in language.reply.fold]
    for code, language in LANGUAGES.items()
}

_SPELT: Final = 200
"""Only this many characters at each end of a long text get their spellings unified."""


def own_words(text: str) -> str:
    """Return a text without what it quotes, such as our own text or a forwarded one."""
    plain = _MENU.sub(" ", _QUOTED_LINE.sub(" ", text))
    return _QUOTE().sub(" ", plain)


@lru_cache(maxsize=2048)
def normalise(text: str) -> str:
    """Return the text with its width, case, punctuation and common misspellings unified.

    Quotations are removed. The result is cached, because it is asked for several times.
    """
    plain = unicodedata.normalize("NFKC", _KEYCAP.sub(r" \1 ", text)).casefold()
    plain = own_words(plain).translate(_PUNCTUATION).translate(_SIGNS)
    plain = "".join(c for c in plain if unicodedata.category(c) not in _INVISIBLE)
    plain = _REPEATED_LETTER.sub(r"\1", _BRACKETS.sub(" ", plain))
    plain = _REPEATED.sub(r"\1\1", plain)
    plain = _spelt(in_own_script(plain))
    return "\n".join(_SPACES.sub(" ", line).strip() for line in plain.strip().splitlines())


def _spelt(text: str) -> str:
    if len(text) > 2 * _SPELT:
        return f"{_spelt(text[:_SPELT])}{text[_SPELT:-_SPELT]}{_spelt(text[-_SPELT:])}"
    for code in languages_of(text):
        for pattern, replacement in _FOLDS[code]:
            text = pattern.sub(replacement, text)
    return text


def has(name: str, text: str) -> bool:
    """Return whether a normalised text contains a word of a class."""
    return _has(name, text, _in_use.get())


def has_any(names: Iterable[str], text: str) -> bool:
    """Return whether a normalised text contains a word of at least one of these classes."""
    return any(has(name, text) for name in names)


@lru_cache(maxsize=4096)
def _has(name: str, text: str, codes: Codes) -> bool:
    return _compiled(f"{{{name}}}", codes).search(text) is not None


def word_at(words: Iterable[Expression], text: str, start: int) -> re.Match[str] | None:
    """Return the match at `start` of the first expression that matches there, or None."""
    found = (each().match(text, start) for each in words)
    return next((word for word in found if word and word.end() > start), None)


def without(name: str, text: str) -> str:
    """Return a normalised text without the words of a class."""
    return CLASSES[name]().sub(" ", text)


def clauses(text: str) -> list[str]:
    """Split a normalised text into clauses; questions keep their question mark."""
    return [clause for part in _CLAUSE_END.split(text) if (clause := part.strip(" .'-"))]


def clause_ends(text: str) -> list[int]:
    """Return the end positions of the clauses of a normalised text, except the last clause."""
    return [found.end() for found in _CLAUSE_END.finditer(text.rstrip(" .,;!?~…"))]


MOST_CHARACTERS: Final = 160
"""Longer texts are searched only for calls for help; an officer reads the rest."""
