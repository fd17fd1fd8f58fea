"""Speeches for phone calls: their languages, stored form and facts."""

import pytest

from alerting.cap.alert import Status
from alerting.errors import InvalidError
from alerting.messages.languages import LANGUAGES
from alerting.messages.speech import SpeechKind, SpokenLine, by_voice, compose_speech, read_speech
from alerting.messages.text import TextFacts, TextKind, placeholders
from alerting.policy.issuer import Issuer

ISSUER = Issuer(names={"zh": "通江县应急管理局", "en": "Tongjiang Emergency"})
FACTS = TextFacts(
    status=Status.ACTUAL, issuer=ISSUER, action="EVACUATE NOW",
    place="千佛村", hazard="滑坡", time="05:10",
    assembly_point="村小学", households=10, people=24,
)  # fmt: skip
CALLED_FOR = (SpeechKind.ALERT, SpeechKind.CALL)


@pytest.mark.parametrize("code", LANGUAGES)
def test_language_has_exactly_the_speeches(code: str) -> None:
    assert set(LANGUAGES[code].speech) == set(SpeechKind)


@pytest.mark.parametrize("kind", SpeechKind)
def test_speeches_have_the_same_facts_in_all_languages(kind: SpeechKind) -> None:
    used = [placeholders(language.speech[kind]) for language in LANGUAGES.values()]
    assert all(names == used[0] for names in used)


def test_speech_and_text_kinds_have_distinct_names() -> None:
    assert not {str(kind) for kind in CALLED_FOR} & {str(kind) for kind in TextKind}


@pytest.mark.parametrize(
    ("language", "locale"), [("zh", "zh-CN"), ("en", "en-US"), ("xx", "zh-CN")]
)
@pytest.mark.parametrize("kind", SpeechKind)
def test_speech_is_in_one_language(kind: SpeechKind, language: str, locale: str) -> None:
    assert read_speech(compose_speech(kind, language, FACTS)).locale == locale


def test_household_hears_action_place_and_keys() -> None:
    chinese = read_speech(compose_speech(SpeechKind.ALERT, "zh", FACTS))
    for fact in ("这里是通江县应急管理局。", "千佛村", "滑坡", "05:10", "村小学"):
        assert fact in chinese.words
    english = read_speech(compose_speech(SpeechKind.ALERT, "en", FACTS))
    for key in "1234":
        assert f"按{key}" in chinese.words
        assert f"{key} " in english.words
    assert english.words.startswith("This is Tongjiang Emergency. Evacuate now.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_officer_hears_counts_and_key(language: str) -> None:
    line = read_speech(compose_speech(SpeechKind.CALL, language, FACTS))
    for fact in ("10", "24", "千佛村", "村小学", "1"):
        assert fact in line.words


@pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST])
@pytest.mark.parametrize("language", LANGUAGES)
def test_exercise_and_test_prefix_comes_first(status: Status, language: str) -> None:
    rehearsed = FACTS.model_copy(update={"status": status})
    for kind in SpeechKind:
        said = read_speech(compose_speech(kind, language, rehearsed))
        really = read_speech(compose_speech(kind, language, FACTS))
        assert said.words == LANGUAGES[language].prefixes[status] + really.words, kind


@pytest.mark.parametrize("missing", ["place", "hazard", "time", "assembly_point"])
def test_missing_fact_is_named(missing: str) -> None:
    problem = f"^{missing}: a text of the kind voice_alert needs it$"
    with pytest.raises(InvalidError, match=problem) as refused:
        compose_speech(SpeechKind.ALERT, "zh", FACTS.model_copy(update={missing: None}))
    assert refused.value.field == missing


def test_control_characters_in_names_are_replaced() -> None:
    place = "千佛\n村\x00 <b> & \u2028一组"
    facts = FACTS.model_copy(update={"place": place})
    line = read_speech(compose_speech(SpeechKind.ALERT, "zh", facts))
    assert "千佛 村 <b> & 一组" in line.words


def test_stored_speech_is_read_as_written() -> None:
    assert read_speech("zh-CN 立即 撤离") == SpokenLine("zh-CN", "立即 撤离")


def test_chinese_names_in_english_are_spoken_by_a_chinese_voice() -> None:
    facts = FACTS.model_copy(update={"place": "千佛村3组", "hazard": "landslide"})
    english = read_speech(compose_speech(SpeechKind.ALERT, "en", facts))
    assert list(by_voice(english))[:4] == [
        SpokenLine("en-US", "This is Tongjiang Emergency. Evacuate now. Danger: landslide,"),
        SpokenLine("zh-CN", "千佛村3组"),
        SpokenLine("en-US", "05:10. Go to"),
        SpokenLine("zh-CN", "村小学"),
    ]
    assert [each.locale for each in by_voice(english)] == ["en-US", "zh-CN"] * 2 + ["en-US"]


@pytest.mark.parametrize("line", [SpokenLine("zh-CN", "去 A 栋 12 号"), SpokenLine("en-US", "Go.")])
def test_line_in_one_language_is_spoken_by_one_voice(line: SpokenLine) -> None:
    assert list(by_voice(line)) == [line]


def test_no_piece_consists_of_punctuation_only() -> None:
    pieces = list(by_voice(SpokenLine("en-US", "[DRILL] 12号: 千佛村, 滑坡.")))
    assert [words for _, words in pieces] == ["[DRILL]", "12号", "千佛村", "滑坡"]
