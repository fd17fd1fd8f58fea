"""The words of the languages as one grammar.

A text is read with the words of the languages that it is recognised to be written in, so that a
word of one language is not taken for a word of another that is spelt the same.
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

# No word edge between two Latin letters; an edge anywhere else.
_EDGE: Final = r"(?!(?<=[a-z])[a-z])"

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")

_WIDE: Final = r"[⺀-鿿豈-﫿]"

_KEYCAP: Final = re.compile("([0-9])\ufe0f?\u20e3")

_QUOTED_LINE: Final = re.compile(r"(?m)^\s*[>》].*$")

_MENU: Final = re.compile(
    r"(?:[【\[「“\"][^\n]{0,120}?|(?<![^\n])[^\n]{0,120}?)?"
    r"1(?! ?\d)[^\d\n]{1,24}2(?! ?\d)[^\d\n]{1,24}3(?! ?\d)[^\d\n]{1,24}4(?! ?\d)[^\d\n]{0,16}"
)
"""The menu of keys in our own texts, from the text's beginning on."""

_BRACKETS: Final = re.compile(r"[()\[\]{}<>«»「」『』【】《》〈〉\"“”`]")

_SPACES: Final = re.compile(r"\s+")

_REPEATED_LETTER: Final = re.compile(r"([a-z])\1{2,}")

_REPEATED: Final = re.compile(r"(?=([^\d\n]{1,6}?)\1{3})(?:\1)++")
"""A repeated run: rules read at most two copies of it."""

_PUNCTUATION: Final = str.maketrans({"’": "'", "‘": "'", "。": ".", "｡": ".", "～": "~", "—": "-"})

_CLAUSE_END: Final = re.compile(
    rf"(?<=\?)(?!\?)|[,;!~…\n]+| - |(?<!\d)[.:]+|[.:]+(?!\d)"
    rf"|(?<={_WIDE})\s+(?![a-z])|(?<![a-z])\s+(?={_WIDE})"
)
"""A space ends a clause of Chinese; one beside a Latin word does not: '全家 in 上海'."""

_SIGNS: Final = str.maketrans(
    {"🆘": " sos ", "👌": ", ok, ", "👍": ", ok, ", "🙏": " thanks ", "🏃": " leaving ", "✌": " "}
)

_INVISIBLE: Final = frozenset({"Cf", "Mn"})

NUMBER_WORDS: Final = {
    word: value for language in LANGUAGES.values() for word, value in language.numbers.items()
}


Expression = Callable[[], re.Pattern[str]]
"""Compiled for the languages in use."""

Codes = tuple[str, ...]
"""The codes of languages, sorted."""

P = ParamSpec("P")
R = TypeVar("R")

_in_use: ContextVar[Codes] = ContextVar("_in_use", default=tuple(LANGUAGES))
"""The languages whose words are matched; by default all."""


_ASKED: Final = frozenset(
    {
        "corrects", "denies", "hedge", "help", "ours", "recognised_by", "staying", "stop_texts",
        "under_way", "whereabouts", "withdrawn",
    }
)  # fmt: skip
"""Classes of which only the presence is asked, never where a word of them ends."""

_Join = Callable[[Iterable[str]], str]

_SPELT_OUT: Final[_Join] = "|".join


@cache
def _alternatives(name: str, codes: Codes, join: _Join = ordered) -> str:
    """Return an expression for a class of words; of two that fit, the longest spelt out is read."""
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
    """Return a function that compiles `pattern` for the languages in use, once for each set.

    '{help}' in it stands for a class of words. Compiling all takes a second for each set of
    languages, which commands that read no texts need not wait for.
    """
    _patterns.append(pattern)
    return lambda: _compiled(pattern, _in_use.get())


_REST: Final = 3
"""Seconds of pause for each second of compiling."""


def prepare(pause: Callable[[float], bool] = lambda _seconds: False) -> None:
    """Compile all expressions, so that the first text is read as fast as any other.

    This takes some seconds of processor time. The expressions that a bare '1' needs come first, at
    full speed. After each of the others `pause` is called with three times the seconds that it
    took, so that other threads have their turn. Preparing ends once `pause` returns True. Texts in
    some, but not all, of the languages that compete compile theirs at first use.
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
"""The words by which a language is recognised; languages without them read every text."""


def _without_rivals(*recognised: str) -> Codes:
    return tuple(code for code in LANGUAGES if code in recognised or code not in _MARKS)


_LETTER: Final = re.compile(r"[a-z]")


@lru_cache(maxsize=1024)
def languages_of(text: str) -> Codes:
    """Return the codes of the languages whose words a text is matched with.

    Of the languages that are recognised by words, those with a word in the text; all, if none has.
    A text without letters is read by the others alone, if there are any.
    """
    recognised = [code for code, marks in _MARKS.items() if marks.search(text)]
    if recognised or not _LETTER.search(text):
        return _without_rivals(*recognised) or tuple(LANGUAGES)
    return tuple(LANGUAGES)


def in_its_languages(
    function: Callable[Concatenate[str, P], R],
) -> Callable[Concatenate[str, P], R]:
    """Decorate a reader of normalised texts: it matches the words of its text's languages only."""

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
"""Characters at each end of a long text whose spellings are folded; only the ends are read."""


def own_words(text: str) -> str:
    """Return a text without its quotations: our own text, a reaction, a forwarded text."""
    plain = _MENU.sub(" ", _QUOTED_LINE.sub(" ", text))
    return _QUOTE().sub(" ", plain)


@lru_cache(maxsize=2048)
def normalise(text: str) -> str:
    """Return the text in normal form: width, case, signs, common misspellings.

    Quotations are removed. Cached, because several readers of one text ask for it.
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
    """True if a word of that class occurs in a normalised text."""
    return _has(name, text, _in_use.get())


def has_any(names: Iterable[str], text: str) -> bool:
    """True if a word of one of these classes occurs in a normalised text."""
    return any(has(name, text) for name in names)


@lru_cache(maxsize=4096)
def _has(name: str, text: str, codes: Codes) -> bool:
    return _compiled(f"{{{name}}}", codes).search(text) is not None


def word_at(words: Iterable[Expression], text: str, start: int) -> re.Match[str] | None:
    """Return the word that begins at `start`: that of the first expression which has one there."""
    found = (each().match(text, start) for each in words)
    return next((word for word in found if word and word.end() > start), None)


def without(name: str, text: str) -> str:
    """Return a normalised text without the words of that class."""
    return CLASSES[name]().sub(" ", text)


def clauses(text: str) -> list[str]:
    """Split a normalised text at the ends of sentences and clauses; questions keep their mark."""
    return [clause for part in _CLAUSE_END.split(text) if (clause := part.strip(" .'-"))]


def clause_ends(text: str) -> list[int]:
    """Return where the clauses of a normalised text end, all but the last."""
    return [found.end() for found in _CLAUSE_END.finditer(text.rstrip(" .,;!?~…"))]


MOST_CHARACTERS: Final = 160
"""A longer text is not read as a whole; an officer reads it."""
