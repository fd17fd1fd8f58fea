"""The language files are complete, and their expressions compile."""

import shutil
from importlib.resources import files
from pathlib import Path
from string import Formatter

import pytest
from pydantic import ValidationError

from alerting.cap.alert import AlertRequest, Status
from alerting.cap.exercise import ExerciseSize
from alerting.household_page.rules import PageText
from alerting.messages.languages import HAZARDS, LANGUAGES, Language, ReplyWords, load
from alerting.messages.parts import Rest
from alerting.messages.text import TextKind
from alerting.replies.rules.grammar import expression

EXTRA_TEXTS = {
    "keys",
    "with_code",
    "only_officers",
    "action",
    "generic_assembly_point",
    "generic_hazard",
    "generic_instruction",
    "beside_given",
    "generic_issuer",
    "no_reading",
    *(f"exercise_{size}" for size in ExerciseSize),
    "issued",
    "separator",
    "part",
    *Rest,
}


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_language_is_added_by_a_folder(tmp_path: Path) -> None:
    english = str(files("alerting.messages.languages").joinpath("en"))
    for name in ("yi", "bo", "__pycache__"):
        shutil.copytree(english, tmp_path / name)
    (tmp_path / "README.md").touch()
    named = tmp_path / "yi" / "language.toml"
    named.write_text(named.read_text("utf-8").replace('name = "', 'name = "如 '), "utf-8")
    found = load(tmp_path)
    assert list(found) == ["bo", "yi"]
    assert found["yi"].name == f"如 {LANGUAGES['en'].name}"
    assert found["yi"].texts == LANGUAGES["en"].texts


@pytest.mark.parametrize("code", LANGUAGES)
def test_language_has_exactly_the_texts(code: str) -> None:
    assert set(LANGUAGES[code].texts) == set(TextKind) | EXTRA_TEXTS


@pytest.mark.parametrize("code", LANGUAGES)
def test_language_has_words_for_every_hazard(code: str) -> None:
    assert LANGUAGES[code].hazards.keys() == HAZARDS.keys()


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_word_names_two_hazards(code: str) -> None:
    phrases = LANGUAGES[code].hazards.values()
    words = [word for phrase in phrases for word in (phrase.name, *phrase.words)]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("code", LANGUAGES)
def test_hazard_words_are_valid_in_an_alert(code: str) -> None:
    for phrase in LANGUAGES[code].hazards.values():
        AlertRequest.model_validate(
            {
                "status": "Test",
                "event": phrase.name,
                "description": phrase.name,
                "instruction": phrase.instruction,
                "assembly_point": phrase.name,
                "area": {"divisions": ["51"]},
            }
        )


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


def test_texts_have_the_same_facts_in_all_languages() -> None:
    for kind in TextKind:
        assert len({frozenset(fields(lang.texts[kind])) for lang in LANGUAGES.values()}) == 1, kind


def test_no_expression_matches_the_empty_string() -> None:
    names = set(ReplyWords.model_fields) - {"fold", "romanised"}
    assert [name for name in names if expression(f"{{{name}}}")().fullmatch("")] == []


def test_unknown_expression_name_is_refused() -> None:
    whole = LANGUAGES["en"].model_dump()
    whole["reply"]["stayng"] = ["stay"]
    with pytest.raises(ValidationError, match="stayng"):
        Language.model_validate(whole)
