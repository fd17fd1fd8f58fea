"""The beginning of a text: its issuer, or a carrier's signature, and the mark of an exercise."""

import pytest

from alerting.cap.alert import Status
from alerting.messages.issuer import issuer_name, opening
from alerting.messages.languages import LANGUAGES
from alerting.policy.issuer import Issuer

NAMED = Issuer(names={"zh": "通江县应急管理局", "en": "Tongjiang Emergency"})
SIGNED = NAMED.model_copy(update={"signatures": {"zh": "通江应急"}})


@pytest.mark.parametrize(
    ("issuer", "language", "status", "text"),
    [
        (NAMED, "zh", Status.ACTUAL, "通江县应急管理局："),
        (NAMED, "zh", Status.EXERCISE, "演练：通江县应急管理局："),
        (SIGNED, "zh", Status.ACTUAL, "【通江应急】"),
        (SIGNED, "zh", Status.EXERCISE, "【通江应急】演练："),
        (SIGNED, "zh", Status.TEST, "【通江应急】测试："),
        (SIGNED, "en", Status.ACTUAL, "Tongjiang Emergency: "),
        (SIGNED, "en", Status.EXERCISE, "DRILL. Tongjiang Emergency: "),
    ],
)
def test_text_begins_with_its_issuer(
    issuer: Issuer, language: str, status: Status, text: str
) -> None:
    assert opening(issuer, language, status).text == text


@pytest.mark.parametrize("language", LANGUAGES)
def test_language_without_a_name_has_a_generic_one(language: str) -> None:
    generic = issuer_name(Issuer(), language)
    assert generic == LANGUAGES[language].texts["generic_issuer"]
    assert opening(Issuer(), language, Status.ACTUAL).issuer == generic


@pytest.mark.parametrize("language", LANGUAGES)
def test_brackets_of_signatures_stand_in_no_words_of_a_language(language: str) -> None:
    spoken = LANGUAGES[language]
    words = [*spoken.texts.values(), *spoken.prefixes.values(), *spoken.speech.values()]
    assert not set("".join(words)) & set("【】")
