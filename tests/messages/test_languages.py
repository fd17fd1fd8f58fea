"""The language files: each is complete, and each expression compiles."""

from importlib.resources import files
from pathlib import Path
from string import Formatter

import pytest
from pydantic import ValidationError

from alerting.cap.alert import Status
from alerting.household_page.rules import PageText
from alerting.messages.languages import LANGUAGES, Language, ReplyWords, load
from alerting.messages.text import TextKind
from alerting.replies.rules.grammar import CLASSES

EXTRA_TEXTS = {"keys", "with_code"}


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_languages_are_chinese_and_english() -> None:
    assert set(LANGUAGES) == {"zh", "en"}


def test_language_is_added_by_a_file(tmp_path: Path) -> None:
    english = files("alerting.messages.languages").joinpath("en.toml").read_text(encoding="utf-8")
    for name in ("yi.toml", "bo.toml", "zz.toml.bak", "README.md"):
        (tmp_path / name).write_text(english.replace('name = "', 'name = "如 '), "utf-8")
    found = load(tmp_path)
    assert list(found) == ["bo", "yi"]
    assert found["yi"].name == f"如 {LANGUAGES['en'].name}"
    assert found["yi"].texts == LANGUAGES["en"].texts


@pytest.mark.parametrize("code", LANGUAGES)
def test_language_has_exactly_the_texts(code: str) -> None:
    assert set(LANGUAGES[code].texts) == set(TextKind) | EXTRA_TEXTS


@pytest.mark.parametrize("code", LANGUAGES)
def test_language_has_a_prefix_for_each_status_but_actual(code: str) -> None:
    assert set(LANGUAGES[code].prefixes) == set(Status) - {Status.ACTUAL}
    assert all(LANGUAGES[code].prefixes.values())


@pytest.mark.parametrize("code", LANGUAGES)
def test_language_has_exactly_the_page_texts(code: str) -> None:
    assert set(LANGUAGES[code].page) == set(PageText)
    assert all(LANGUAGES[code].page.values())


@pytest.mark.parametrize("kind", [kind for kind in PageText if kind is not PageText.TIME])
def test_page_has_the_same_facts_in_all_languages(kind: PageText) -> None:
    assert len({frozenset(fields(lang.page[kind])) for lang in LANGUAGES.values()}) == 1


@pytest.mark.parametrize("kind", TextKind)
def test_texts_have_the_same_facts_in_all_languages(kind: TextKind) -> None:
    assert len({frozenset(fields(lang.texts[kind])) for lang in LANGUAGES.values()}) == 1


@pytest.mark.parametrize("name", sorted(set(ReplyWords.model_fields) - {"fold"}))
def test_no_class_matches_the_empty_string(name: str) -> None:
    assert CLASSES[name]().fullmatch("") is None


def test_misspelt_class_is_refused() -> None:
    whole = LANGUAGES["en"].model_dump()
    whole["reply"]["stayng"] = ["stay"]
    with pytest.raises(ValidationError, match="stayng"):
        Language.model_validate(whole)
