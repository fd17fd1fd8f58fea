"""Each text is matched only with the words of the languages it is written in."""

import pytest

from alerting.replies.rules.grammar import has, in_its_languages, languages_of, normalise
from alerting.replies.rules.intents import Intent
from alerting.replies.rules.reply import read_reply

ALL = ("en", "es", "zh")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("ya salimos todos", ("es", "zh")),
        ("estamos en el albergue", ("es", "zh")),
        ("we are all out", ("en", "zh")),
        ("mi mamá is trapped", ALL),
        ("ok", ALL),
        ("help", ("en", "zh")),
        ("全家 evacuated", ("en", "zh")),
        ("全家已转移", ("zh",)),
        ("1 4", ("zh",)),
        ("", ("zh",)),
    ],
)
def test_text_is_matched_with_the_languages_of_its_words(text: str, codes: tuple[str, ...]) -> None:
    assert languages_of(normalise(text)) == codes


@pytest.mark.parametrize(
    ("text", "intent", "count"),
    [
        # 'once', 'son' and 'me' are words of both English and Spanish.
        ("once we are out I will reply", Intent.RECEIVED, None),
        ("salimos los once", Intent.EVACUATED, 11),
        ("my son and I are out", Intent.EVACUATED, 2),
        ("son 5 personas, todos fuera", Intent.EVACUATED, 5),
        ("llegamos al refugio los 4", Intent.EVACUATED, 4),
        ("me and my son are out", Intent.EVACUATED, 2),
    ],
)
def test_word_of_two_languages_has_the_meaning_of_the_texts_language(
    text: str, intent: Intent, count: int | None
) -> None:
    reply = read_reply(text)
    assert (reply.intent, reply.count) == (intent, count)


def test_languages_in_use_are_restored_after_reading() -> None:
    @in_its_languages
    def knows(plain: str, other: str) -> bool:
        return has("help", plain) and not has("help", other)

    assert knows("auxilio por favor", "hurry")
    assert has("help", "hurry")


def test_languages_in_use_are_restored_after_an_exception() -> None:
    @in_its_languages
    def fail(plain: str) -> None:
        raise ValueError(plain)

    with pytest.raises(ValueError, match="auxilio"):
        fail("auxilio por favor")
    assert has("help", "hurry")


def test_spellings_of_another_language_are_left_alone() -> None:
    assert normalise("k thx") == "k thx"
    assert normalise("k pasa, q hacemos") == "que pasa, que hacemos"
