"""The phrase library, by any name of a hazard."""

import pytest

from alerting.messages.hazards import WORDS, phrase_for
from alerting.messages.languages import HAZARDS, LANGUAGES


@pytest.mark.parametrize("hazard", HAZARDS)
@pytest.mark.parametrize("code", LANGUAGES)
def test_hazard_is_found_by_its_name_in_any_language(code: str, hazard: str) -> None:
    for language, spoken in LANGUAGES.items():
        assert phrase_for(LANGUAGES[code].hazards[hazard].name, language) == spoken.hazards[hazard]


@pytest.mark.parametrize("event", ["山体滑坡", " Landslip ", "LANDSLIDE"])
def test_hazard_is_found_by_its_other_names(event: str) -> None:
    assert phrase_for(event, "zh") == LANGUAGES["zh"].hazards["landslide"]


@pytest.mark.parametrize("event", ["落石", "滚石", "Rockfall", "falling rocks", "caída de rocas"])
def test_rockfall_is_a_collapse(event: str) -> None:
    assert phrase_for(event, "en") == LANGUAGES["en"].hazards["collapse"]


@pytest.mark.parametrize("event", ["后山滑坡险情", "Landslide above the school", "滑坡、泥石流"])
def test_hazard_is_found_among_other_words(event: str) -> None:
    assert phrase_for(event, "es") == LANGUAGES["es"].hazards["landslide"]


@pytest.mark.parametrize("event", ["brainstorms", "firestorming"])
def test_hazard_is_no_part_of_a_word(event: str) -> None:
    assert phrase_for(event, "en") is None


def test_unknown_event_or_language_has_no_phrase() -> None:
    assert phrase_for("山体开裂", "zh") is None
    assert phrase_for("滑坡", "xx") is None


def test_every_word_knows_its_language_and_hazard() -> None:
    assert WORDS["山洪"] == ("zh", "flash_flood")
    assert WORDS["mudslide"] == ("en", "debris_flow")
