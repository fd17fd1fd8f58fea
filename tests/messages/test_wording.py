"""The wording of an alert, from its request."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from alerting.cap.alert import AlertRequest
from alerting.messages.speech import SpeechKind, read_speech
from alerting.messages.text import TextKind
from alerting.messages.wording import Wording
from alerting.policy.issuer import Issuer

SENT = datetime(2022, 8, 29, 5, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def wording(status: str) -> Wording:
    request = AlertRequest.model_validate(
        {
            "status": status,
            "event": "滑坡",
            "description": "后山裂缝变宽",
            "instruction": "立即撤离",
            "area": {"divisions": ["511921100208"]},
            "assembly_point": "村小学",
        }
    )
    issuer = Issuer(names={"zh": "通江应急", "en": "Tongjiang Emergency"})
    return Wording(request, issuer, "诺江镇千佛村", SENT)


def test_household_text_has_action_place_time_and_keys() -> None:
    text = wording("Actual").to_households("zh")
    assert text.startswith("通江应急：立即撤离")
    for fact in ("诺江镇千佛村", "滑坡", "05:10", "村小学", "1全家已撤"):
        assert fact in text


def test_code_is_shown_only_if_given() -> None:
    assert "#07" in wording("Actual").to_households("zh", 7)
    assert "#" not in wording("Actual").to_households("zh")


def test_officer_text_has_counts_and_confirmation_key() -> None:
    text = wording("Actual").to_officers(2292, 5898)
    for fact in ("通江应急：叫应：", "请回“收到”或1", "2292户", "5898人", "村小学"):
        assert fact in text


@pytest.mark.parametrize(
    ("status", "language", "prefix"),
    [
        ("Exercise", "zh", "演练："),
        ("Exercise", "en", "DRILL. "),
        ("Test", "zh", "测试："),
        ("Test", "en", "TEST. "),
    ],
)
def test_exercise_and_test_prefix_comes_first(status: str, language: str, prefix: str) -> None:
    assert wording(status).to_households(language).startswith(prefix)
    assert wording(status).to_officers(1, 1)[2] == "："
    assert prefix not in wording("Actual").to_households(language)


def test_other_kinds_have_the_same_facts_in_the_given_language() -> None:
    english = wording("Exercise").of_kind(TextKind.CALL, "en", 2292, 5898)
    assert english.startswith("DRILL. Tongjiang Emergency: ")
    for fact in ("诺江镇千佛村", "landslide", "2292", "5898"):
        assert fact in english
    assert english != wording("Exercise").of_kind(TextKind.CALL, "zh", 2292, 5898)


def test_unknown_language_falls_back_to_the_local_one() -> None:
    assert wording("Actual").to_households("xx") == wording("Actual").to_households("zh")


def test_speech_has_the_same_facts_in_both_languages() -> None:
    for kind, facts in ((SpeechKind.ALERT, ("05:10",)), (SpeechKind.CALL, ("2292", "5898"))):
        lines = read_speech(wording("Exercise").of_kind(kind, "en", 2292, 5898))
        assert [line.locale for line in lines] == ["en-US", "zh-CN"]
        for line in lines:
            assert all(fact in line.words for fact in ("诺江镇千佛村", "村小学", *facts))
