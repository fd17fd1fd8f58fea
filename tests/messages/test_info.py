"""The words of an alert in each language."""

import pytest

from alerting.cap.alert import AlertRequest
from alerting.messages.info import WORDS, SpokenInfo, event_names, info_in, phrase_for
from alerting.messages.languages import HAZARDS, LANGUAGES

OWN = SpokenInfo("滑坡", "滑坡", "立即撤离", "快走", "村小学")
ENGLISH = LANGUAGES["en"].hazards["landslide"]


def request(**changes: object) -> AlertRequest:
    fields = {
        "status": "Actual",
        "event": "滑坡",
        "description": "后山裂缝变宽",
        "instruction": "快走",
        "area": {"divisions": ["511921100208"]},
        "assembly_point": "村小学",
    }
    return AlertRequest.model_validate(fields | changes)


def test_home_language_gets_the_alert_as_given() -> None:
    assert info_in(request(), "zh") == OWN


def test_another_language_takes_its_words_from_the_phrase_library() -> None:
    told = info_in(request(), "en")
    assert (told.event, told.title, told.action) == ("landslide", "landslide", "EVACUATE NOW")
    assert (told.instruction, told.assembly_point) == (ENGLISH.instruction, "village school")


def test_translation_takes_precedence_over_the_phrase_library() -> None:
    words = {"event": "big landslide", "assembly_point": "the school"}
    told = info_in(request(translations={"en": words}), "en")
    assert (told.event, told.title, told.action) == (*["big landslide"] * 2, "EVACUATE NOW")
    assert (told.instruction, told.assembly_point) == (ENGLISH.instruction, "the school")


def test_alert_in_another_language_gets_home_language_words_of_the_library() -> None:
    told = info_in(request(language="en", event="landslide", instruction="Run"), "zh")
    home = LANGUAGES["zh"].hazards["landslide"]
    assert told == OWN._replace(instruction=home.instruction)
    assert info_in(request(language="en", event="landslide"), "en").instruction == "快走"


def test_unknown_event_stays_as_given_in_its_own_language() -> None:
    assert info_in(request(event="山体开裂"), "zh").event == "山体开裂"


@pytest.mark.parametrize("code", sorted(LANGUAGES.keys() - {"zh"}))
def test_unknown_event_gets_generic_words_in_other_languages(code: str) -> None:
    told, words = info_in(request(event="山体开裂"), code), LANGUAGES[code].texts
    assert (told.event, told.action) == (words["generic_hazard"], words["action"])
    assert told.instruction == words["generic_instruction"]


def test_pages_show_an_unknown_event_after_the_generic_word() -> None:
    assert event_names(request(event="山体开裂")) == {
        "en": "emergency (山体开裂)",
        "es": "desastre (山体开裂)",
        "zh": "山体开裂",
    }
    named = event_names(request(event="Sinkhole", language="en"))
    assert (named["en"], named["zh"]) == ("Sinkhole", "灾害（Sinkhole）")


def test_pages_show_a_known_event_in_words_of_the_library() -> None:
    rockfall = {"en": "rockfall", "es": "derrumbe", "zh": "落石"}
    assert event_names(request(event="落石")) == rockfall


def test_unknown_language_gets_the_home_language() -> None:
    assert info_in(request(), "xx") == OWN


def test_hazard_decides_the_action() -> None:
    assert info_in(request(event="flash flood"), "zh").action == "立即撤往高处"


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
def test_hazard_is_not_found_inside_a_word(event: str) -> None:
    assert phrase_for(event, "en") is None


def test_unknown_event_or_language_has_no_phrase() -> None:
    assert phrase_for("山体开裂", "zh") is None
    assert phrase_for("滑坡", "xx") is None


def test_words_map_to_their_language_and_hazard() -> None:
    assert WORDS["山洪"] == ("zh", "flash_flood")
    assert WORDS["mudslide"] == ("en", "debris_flow")
