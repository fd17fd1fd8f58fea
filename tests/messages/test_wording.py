"""The wording of an alert for its readers."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from alerting.cap.alert import AlertRequest
from alerting.messages.places import Places
from alerting.messages.speech import SpeechKind, read_speech
from alerting.messages.text import Encoding, TextKind, segments
from alerting.messages.wording import Readers, Wording
from alerting.policy.issuer import IssuerRules
from contacts.division import Division, Tier
from contacts.naming import has_chinese

SENT = datetime(2022, 8, 29, 5, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


ISSUERS = IssuerRules.model_validate(
    {
        "names": {"zh": "通江应急", "en": "Tongjiang Emergency"},
        "divisions": {"511921100209": {"names": {"zh": "邻村村委会"}}},
    }
)
TOWN, QIANFO, NEXT = "511921100", "511921100208", "511921100209"
GRID = f"{QIANFO}001"
PLACES = Places(
    {
        each.code: each
        for each in (
            Division(TOWN, "诺江镇", Tier.TOWN, None),
            Division(QIANFO, "千佛村", Tier.VILLAGE, TOWN, assembly_point="千佛村小学"),
            Division(NEXT, "邻村", Tier.VILLAGE, TOWN, assembly_point="文化广场"),
            Division(GRID, "一网格", Tier.GRID, QIANFO),
            Division("511921100210", "远村", Tier.VILLAGE, TOWN),
        )
    }
)
ZH, EN = Readers("zh", QIANFO), Readers("en", QIANFO)


def wording(status: str = "Actual", area: tuple[str, ...] = (TOWN,), **changes: object) -> Wording:
    request = AlertRequest.model_validate(
        {
            "status": status,
            "event": "滑坡",
            "description": "后山裂缝变宽",
            "instruction": "立即撤离",
            "area": {"divisions": area},
            **changes,
        }
    )
    return Wording(request, ISSUERS, PLACES, area, SENT)


def test_household_text_has_action_place_time_and_keys() -> None:
    text = wording().to_households(ZH)
    assert text.startswith("通江应急：立即撤离")
    for fact in ("诺江镇千佛村", "滑坡", "05:10", "千佛村小学", "1全家已撤"):
        assert fact in text


@pytest.mark.parametrize(
    ("readers", "place", "point"),
    [
        (ZH, "诺江镇千佛村", "去千佛村小学。"),
        (EN, "Qianfo village", "Go to Qianfo village school."),
        (Readers("zh", NEXT), "诺江镇邻村", "去文化广场。"),
        (Readers("en", NEXT), "Lin village", "Go to square."),
        (Readers("zh", GRID), "千佛村一网格", "去千佛村小学。"),
        (Readers("en", GRID), "grid Yi, Qianfo village", "Go to Qianfo village school."),
        (Readers("zh", "511921100210"), "诺江镇远村", "去村里的集合点。"),
        (Readers("en", "511921100210"), "Yuan village", "Go to the village assembly point."),
    ],
)
def test_household_text_names_its_own_village_whatever_the_area(
    readers: Readers, place: str, point: str
) -> None:
    for area in ((TOWN,), (QIANFO, NEXT), (QIANFO,)):
        text = wording(area=area).to_households(readers)
        assert place in text
        assert point in text


def test_household_text_names_the_issuer_of_its_own_village() -> None:
    for area in ((TOWN,), (QIANFO, NEXT)):
        assert wording(area=area).to_households(ZH).startswith("通江应急：")
        assert wording(area=area).to_households(Readers("zh", NEXT)).startswith("邻村村委会：")


def test_assembly_point_of_the_alert_applies_to_everybody() -> None:
    elsewhere = wording(assembly_point="镇中学", translations={"en": {"assembly_point": "the gym"}})
    spelled = wording(assembly_point="镇中学")
    for division in (QIANFO, NEXT):
        assert "去镇中学" in elsewhere.to_households(Readers("zh", division))
        assert "Go to the gym." in elsewhere.to_households(Readers("en", division))
        assert "Go to town middle school." in spelled.to_households(Readers("en", division))
    assert elsewhere.assembly_point(Readers("zh")) == "镇中学"


def test_officer_text_names_the_area_in_their_language() -> None:
    assert "诺江镇滑坡" in wording().to_officers("zh", 10, 24)
    assert "千佛村等2处" in wording(area=(QIANFO, NEXT)).to_officers("zh", 10, 24)
    english = wording(area=(QIANFO,)).to_officers("en", 10, 24)
    assert "Qianfo village, Nuojiang town" in english
    assert "Qianfo village school" in english
    # The area's villages have different assembly points.
    assert "the village assembly point" in wording().to_officers("en", 10, 24)
    assert wording().assembly_point(Readers("en")) is None


def test_english_text_without_chinese_names_stays_in_gsm_7() -> None:
    assert segments(wording().to_households(EN)).encoding is Encoding.GSM_7


def test_code_is_shown_only_if_given() -> None:
    assert "#07" in wording().to_households(ZH, 7)
    assert "#" not in wording().to_households(ZH)


def test_officer_text_has_counts_and_confirmation_key() -> None:
    text = wording(area=(QIANFO,)).to_officers("zh", 2292, 5898)
    for fact in ("通江应急：叫应：", "请回“收到”或1", "2292户", "5898人", "千佛村小学"):
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
    readers = Readers(language, QIANFO)
    assert wording(status).to_households(readers).startswith(prefix)
    assert wording(status).to_officers(language, 1, 1).startswith(prefix)
    assert prefix not in wording().to_households(readers)


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", "未通知住户"), ("en", "No household was told"), ("es", "Los hogares no reciben aviso")],
)
def test_call_in_an_officers_exercise_says_that_no_household_was_told(
    language: str, words: str
) -> None:
    of_officers = wording("Exercise", exercise={"size": "officers"})
    assert words in of_officers.to_officers(language, 2292, 5898)
    for told in (
        wording("Exercise"),
        wording("Exercise", exercise={"size": "one_phone", "household": f"{QIANFO}0001"}),
    ):
        assert words not in told.to_officers(language, 2292, 5898)


def test_other_kinds_have_the_same_facts_in_the_given_language() -> None:
    english = wording("Exercise").of_kind(TextKind.CALL, Readers("en"), 2292, 5898)
    assert english.startswith("DRILL. Tongjiang Emergency: ")
    for fact in ("Nuojiang town", "landslide", "2292", "5898"):
        assert fact in english
    assert english != wording("Exercise").of_kind(TextKind.CALL, Readers("zh"), 2292, 5898)


def test_unknown_language_falls_back_to_the_home_language() -> None:
    assert wording().to_households(Readers("xx", QIANFO)) == wording().to_households(ZH)


def test_speech_has_the_same_facts_in_one_language() -> None:
    for kind, facts in ((SpeechKind.ALERT, ("05:10",)), (SpeechKind.CALL, ("2292", "5898"))):
        line = read_speech(wording("Exercise").of_kind(kind, EN, 2292, 5898))
        assert line.locale == "en-US"
        for fact in ("Qianfo village", "Qianfo village school", *facts):
            assert fact in line.words
        assert not has_chinese(line.words)
