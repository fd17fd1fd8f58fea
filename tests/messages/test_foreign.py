"""Words that the readers of a text may not understand."""

from typing import Any

import pytest

from alerting.cap.alert import AlertRequest
from alerting.messages.foreign import foreign_words, untranslated
from tests.support.alert_rows import REQUEST


def request(**changes: Any) -> AlertRequest:
    return AlertRequest.model_validate(REQUEST.model_dump() | changes)


@pytest.mark.parametrize("language", ["en", "es"])
def test_chinese_is_foreign_in_latin_letters(language: str) -> None:
    assert foreign_words("EVACUATE NOW. 滑坡, Qianfo: 村小学.", language) == ["滑坡", "村小学"]
    assert foreign_words("EVACUE YA, aldea Qianfo.", language) == []


def test_latin_words_are_foreign_in_chinese() -> None:
    assert foreign_words("立即撤离！Rockfall危险，去 Plaza Ñandú。", "zh") == [
        "Rockfall",
        "Plaza",
        "Ñandú",
    ]


def test_abbreviations_and_units_are_never_foreign() -> None:
    assert foreign_words("去 KTV 旁边，离 A区 2 km，带 WLAN", "zh") == []


def test_unknown_language_reads_the_home_language() -> None:
    assert foreign_words("立即撤离 Rockfall", "ii") == ["Rockfall"]


def test_event_and_instruction_without_translation_are_returned() -> None:
    asked = request(event="崩岸", instruction="快走", language=None, translations={})
    assert untranslated(asked, "en") == untranslated(asked, "es") == ["崩岸", "快走"]
    assert untranslated(asked, "zh") == []


def test_spanish_reader_of_an_english_alert_gets_english_words() -> None:
    asked = request(event="Sinkhole", instruction="Leave", language="en", translations={})
    assert untranslated(asked, "es") == ["Sinkhole", "Leave"]
    assert untranslated(asked, "en") == []


def test_translation_or_phrase_library_leaves_nothing_untranslated() -> None:
    translated = {"en": {"event": "Rockfall", "instruction": "Leave"}, "es": {"event": "Rocas"}}
    asked = request(event="崩岸", instruction="快走", translations=translated)
    assert untranslated(asked, "en") == []
    assert untranslated(asked, "es") == ["快走"]
    assert untranslated(request(event="滑坡", translations={}), "en") == []
