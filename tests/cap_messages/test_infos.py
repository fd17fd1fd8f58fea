"""An info block for each language that knows the event, with the words of each."""

from typing import Any

from alerting.cap.alert import AlertRequest
from alerting.cap_messages.infos import spoken_infos
from alerting.messages.hazards import phrase_for
from alerting.messages.languages import LANGUAGES
from alerting.messages.places import Places
from contacts.division import Division, Tier

QIANFO = "511921100208"
PLACES = Places(
    {
        "511921100": Division("511921100", "诺江镇", Tier.TOWN, None),
        QIANFO: Division(QIANFO, "千佛村", Tier.VILLAGE, "511921100"),
    }
)
LEAST = {
    "status": "Actual",
    "event": "滑坡",
    "headline": "千佛村立即撤离",
    "description": "后山裂缝变宽",
    "instruction": "沿大路走",
    "assembly_point": "村小学",
    "area": {"divisions": [QIANFO]},
}


def infos(endings: dict[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    request = AlertRequest.model_validate(LEAST | changes)
    spoken = spoken_infos(request, PLACES, endings or {}, [QIANFO])
    return {each.language: each for each in spoken}


def test_own_language_comes_first_with_the_words_as_given() -> None:
    found = infos()
    assert next(iter(found)) == "zh-CN"
    own = found["zh-CN"]
    assert (own.event, own.headline) == ("滑坡", "千佛村立即撤离")
    assert (own.description, own.instruction) == ("后山裂缝变宽", "沿大路走")
    assert own.names == {QIANFO: "诺江镇千佛村"}


def test_phrase_library_speaks_the_other_languages() -> None:
    found = infos()
    assert set(found) == {each.locale for each in LANGUAGES.values()}
    english, phrase = found["en-US"], phrase_for("滑坡", "en")
    assert phrase is not None
    assert (english.event, english.instruction) == (phrase.name, phrase.instruction)
    # Words of another language are left out where CAP allows it.
    assert (english.headline, english.description) == (None, None)
    assert english.names == {QIANFO: "Qianfo village, Nuojiang town"}


def test_translation_goes_before_the_library() -> None:
    words = {
        "event": "slope failure",
        "description": "The crack widens",
        "assembly_point": "school",
    }
    english = infos(translations={"en": words})["en-US"]
    assert (english.event, english.description) == ("slope failure", "The crack widens")
    assert english.assembly_point == "school"


def test_event_that_no_library_knows_is_told_in_its_own_language_alone() -> None:
    assert list(infos(event="房屋开裂")) == ["zh-CN"]


def test_translation_into_a_language_without_a_file_has_its_own_info() -> None:
    found = infos(event="房屋开裂", translations={"ug": {"event": "يەر"}})
    assert list(found) == ["zh-CN", "ug"]
    assert (found["ug"].event, found["ug"].instruction) == ("يەر", "沿大路走")


def test_alert_in_english_has_english_first() -> None:
    found = infos(language="en", event="landslide")
    assert next(iter(found)) == "en-US"
    assert found["en-US"].instruction == "沿大路走"
    assert found["zh-CN"].event == "滑坡"


def test_what_people_are_told_at_the_end_is_the_instruction() -> None:
    found = infos({"zh": "可以返回", "en": "YOU MAY RETURN"})
    assert found["zh-CN"].instruction == "可以返回"
    assert found["en-US"].instruction == "YOU MAY RETURN"
