"""The words of an alert in each language."""

from alerting.cap.alert import AlertRequest
from alerting.messages.info import SpokenInfo, info_in
from alerting.messages.languages import LANGUAGES

OWN = SpokenInfo("滑坡", "立即撤离", "快走", "村小学")
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


def test_home_language_reads_the_alert_as_given() -> None:
    assert info_in(request(), "zh") == OWN


def test_other_language_reads_the_phrase_library() -> None:
    told = info_in(request(), "en")
    assert told == ("landslide", "EVACUATE NOW", ENGLISH.instruction, "village school")


def test_translation_goes_before_the_phrase_library() -> None:
    words = {"event": "big landslide", "assembly_point": "the school"}
    told = info_in(request(translations={"en": words}), "en")
    assert told == ("big landslide", "EVACUATE NOW", ENGLISH.instruction, "the school")


def test_alert_in_another_language_is_told_at_home_by_the_library() -> None:
    told = info_in(request(language="en", event="landslide", instruction="Run"), "zh")
    home = LANGUAGES["zh"].hazards["landslide"]
    assert told == ("滑坡", "立即撤离", home.instruction, "村小学")
    assert info_in(request(language="en", event="landslide"), "en").instruction == "快走"


def test_unknown_event_is_told_as_given() -> None:
    told = info_in(request(event="山体开裂"), "en")
    assert told == ("山体开裂", "EVACUATE NOW", "快走", "village school")


def test_language_without_a_file_reads_the_home_language() -> None:
    assert info_in(request(), "xx") == OWN


def test_action_is_that_of_the_hazard() -> None:
    assert info_in(request(event="flash flood"), "zh").action == "立即撤往高处"
