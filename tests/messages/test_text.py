"""Texts: their segments and facts, and names that are never cut."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from alerting.cap.alert import Status
from alerting.errors import InvalidError
from alerting.messages.languages import LANGUAGES
from alerting.messages.text import (
    Encoding,
    Segments,
    TextFacts,
    TextKind,
    compose,
    facts_in,
    issuer_name,
    languages,
    opening,
    segments,
)
from alerting.policy.issuer import Issuer
from alerting.replies.rules.intents import KEYS, Intent
from alerting.replies.rules.reply import read_reply

ISSUER = Issuer(
    names={"zh": "通江应急", "en": "Tongjiang Emergency", "es": "Emergencias Tongjiang"}
)
LEADS = {
    "zh": "通江应急：",
    "en": "Tongjiang Emergency: ",
    "es": "Emergencias Tongjiang: ",
}
FACTS = {
    "zh": TextFacts(
        status=Status.ACTUAL, issuer=ISSUER, action="立即撤离",
        place="诺江镇千佛村", hazard="滑坡", time="05:10",
        assembly_point="千佛村小学操场", codes=(27, 31), households=120, people=310, missing=2,
        count=3, listed="034 035 101", example="034", reply_code="4821", measured="31.5 mm/h",
        day="2026-12-05",
    ),
    "en": TextFacts(
        status=Status.ACTUAL, issuer=ISSUER, action="EVACUATE NOW",
        place="Qianfo village", hazard="landslide", time="05:10",
        assembly_point="the village school", codes=(27, 31), households=120, people=310, missing=2,
        count=3, listed="034 035 101", example="034", reply_code="4821", measured="31.5 mm/h",
        day="2026-12-05",
    ),
    "es": TextFacts(
        status=Status.ACTUAL, issuer=ISSUER, action="EVACUE YA",
        place="Qianfo", hazard="deslizamiento", time="05:10",
        assembly_point="escuela de Qianfo", codes=(27, 31), households=120, people=310, missing=2,
        count=3, listed="034 035 101", example="034", reply_code="4821", measured="31.5 mm/h",
        day="2026-12-05",
    ),
}  # fmt: skip
LONGEST_PLACES = [
    ("zh", "三十二梁镇石垭社区居民委员会"),
    ("zh", "壁州街道谢家河坝社区居民委员会"),
    ("zh", "积石山保安族东乡族撒拉族自治县大河家镇大河村"),
    ("en", "Xiejiaheba community, Bizhou Subdistrict"),
    ("en", "Jishishan Bonan, Dongxiang and Salar Autonomous County, Dahejia town, Dahe village"),
]
"""Bazhong's longest names with their towns, and the country's longest county with a village."""
ASKS_FOR_KEYS = [
    TextKind.ALERT,
    TextKind.REMINDER,
    TextKind.CORRECTION,
    TextKind.QUESTION,
    TextKind.CONFIRM_PARTIAL,
    TextKind.ROLL_CALL,
]
ALL = list(itertools.product(TextKind, languages()))
# Kinds whose texts show the alert's code in the middle.
_WITH_CODE = (TextKind.RAISED, TextKind.APPROVAL, TextKind.PROPOSAL, TextKind.FOR_LIVE_ALERT)
CODED = {key: {"code": 27} for key in _WITH_CODE}


def facts(language: str, kind: TextKind, **changes: object) -> TextFacts:
    return FACTS[language].model_copy(update={**CODED.get(kind, {}), **changes})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (Encoding.GSM_7, 0, 0)),
        ("a" * 160, (Encoding.GSM_7, 160, 1)),
        ("a" * 161, (Encoding.GSM_7, 161, 2)),
        ("a" * 306, (Encoding.GSM_7, 306, 2)),
        ("a" * 307, (Encoding.GSM_7, 307, 3)),
        ("滑" * 70, (Encoding.UCS_2, 70, 1)),
        ("滑" * 71, (Encoding.UCS_2, 71, 2)),
        ("滑" * 134, (Encoding.UCS_2, 134, 2)),
        ("滑" * 135, (Encoding.UCS_2, 135, 3)),
        ("€", (Encoding.GSM_7, 2, 1)),
        ("^{}\\[~]|€", (Encoding.GSM_7, 18, 1)),
        ("a" * 158 + "€", (Encoding.GSM_7, 160, 1)),
        ("a" * 159 + "€", (Encoding.GSM_7, 161, 2)),
        ("@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà", (Encoding.GSM_7, 42, 1)),
        ("ç", (Encoding.UCS_2, 1, 1)),
        ("a" * 70 + "’", (Encoding.UCS_2, 71, 2)),
        ("🆘", (Encoding.UCS_2, 2, 1)),
        ("🆘" * 35, (Encoding.UCS_2, 70, 1)),
        ("🆘" * 36, (Encoding.UCS_2, 72, 2)),
        # Only 33 emoji fit into 67 units, because a surrogate pair is never split between segments.
        ("🆘" * 67, (Encoding.UCS_2, 134, 3)),
        ("a" * 152 + "€" * 76 + "a", (Encoding.GSM_7, 305, 2)),
        ("a" * 152 + "€" * 77, (Encoding.GSM_7, 306, 3)),
    ],
)
def test_segments(text: str, expected: tuple[Encoding, int, int]) -> None:
    assert segments(text) == Segments(*expected)


def test_languages() -> None:
    assert set(languages()) == {"zh", "en", "es"}


def test_ordinary_text_is_one_segment() -> None:
    texts = {
        (kind, language): compose(kind, language, facts(language, kind)) for kind, language in ALL
    }
    assert {each: text for each, text in texts.items() if segments(text).count != 1} == {}


def test_texts_with_the_longest_names_take_two_segments() -> None:
    texts = {
        (kind, language, name): compose(kind, language, facts(language, kind, place=name, code=27))
        for kind in TextKind
        for language, name in LONGEST_PLACES
    }
    assert {each: text for each, text in texts.items() if segments(text).count not in {1, 2}} == {}
    assert {each: text for each, text in texts.items() if "{" in text} == {}


@given(names=st.lists(st.text(min_size=1, max_size=200), min_size=4, max_size=4))
def test_names_of_any_length_are_never_cut(names: list[str]) -> None:
    place, hazard, assembly_point, listed = names
    told = {"place": place, "hazard": hazard, "assembly_point": assembly_point, "listed": listed}
    worst = TextFacts.model_construct(
        status=Status.EXERCISE, issuer=ISSUER, action="立即撤到空旷处", time="05:10",
        day="2026-12-05", code=27,
        codes=tuple(range(20)),
        households=99_999_999, people=99_999_999, missing=99_999_999, count=99_999_999,
        example="0" * 19, reply_code="0000", measured="-1e+12 mm/h", **told,
    )  # fmt: skip
    texts = {(kind, language): compose(kind, language, worst) for kind, language in ALL}
    assert [
        (each, name)
        for each, text in texts.items()
        for name in facts_in(each[0]) & told.keys()
        if told[name] not in text or text.facts[name] != told[name]
    ] == []


def test_all_codes_of_open_alerts_are_listed() -> None:
    many = tuple(range(20, 60))
    text = compose(TextKind.WHICH_ALERT, "zh", facts("zh", TextKind.WHICH_ALERT, codes=many))
    assert all(f"#{code}" in text for code in many)


@pytest.mark.parametrize(
    ("language", "status", "prefix"),
    [
        ("zh", Status.EXERCISE, "演练：通江应急："),
        ("zh", Status.TEST, "测试：通江应急："),
        ("en", Status.EXERCISE, "DRILL. Tongjiang Emergency: "),
        ("en", Status.TEST, "TEST. Tongjiang Emergency: "),
    ],
)
def test_exercise_and_test_prefix_comes_first(language: str, status: Status, prefix: str) -> None:
    texts = {
        kind: compose(kind, language, facts(language, kind, status=status)) for kind in TextKind
    }
    assert {kind: text for kind, text in texts.items() if not text.startswith(prefix)} == {}


@pytest.mark.parametrize("language", languages())
def test_actual_text_is_not_marked_as_exercise_or_test(language: str) -> None:
    unmarked = [kind for kind in TextKind if kind is not TextKind.EXERCISE_PLANNED]
    texts = {kind: compose(kind, language, facts(language, kind)) for kind in unmarked}
    marks = re.compile("演练|测试|DRILL|TEST|SIMULACRO|PRUEBA")
    assert {kind: text for kind, text in texts.items() if marks.search(text)} == {}


@pytest.mark.parametrize(
    ("language", "action"), [("zh", "立即撤离"), ("en", "EVACUATE NOW"), ("es", "EVACUE YA")]
)
def test_alert_begins_with_the_action_and_has_all_facts(language: str, action: str) -> None:
    text = compose(TextKind.ALERT, language, FACTS[language])
    assert text.startswith(LEADS[language] + action)
    told = FACTS[language].model_dump(
        include={"action", "place", "hazard", "time", "assembly_point"}
    )
    assert [name for name, fact in told.items() if fact not in text] == []


@pytest.mark.parametrize(
    ("kind", "actions"),
    [
        (TextKind.ROLL_CALL, {"zh": "请勿返回！", "en": "DO NOT GO BACK.", "es": "NO REGRESE."}),
        (
            TextKind.ROLL_CALL_DOORS,
            {"zh": "请在05:10前当面点名3户", "en": "COUNT 3 households", "es": "CUENTE 3 hogares"},
        ),
        (
            TextKind.REOPENED,
            {"zh": "请立即查找3人！", "en": "FIND 3 PEOPLE NOW.", "es": "BUSQUE YA A 3 PERSONAS."},
        ),
    ],
)
@pytest.mark.parametrize("language", languages())
def test_later_texts_begin_with_the_action(
    kind: TextKind, actions: dict[str, str], language: str
) -> None:
    text = compose(kind, language, FACTS[language])
    assert text.startswith(LEADS[language] + actions[language])
    assert str(FACTS[language].place) in text
    assert str(FACTS[language].hazard) in text


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", ASKS_FOR_KEYS)
def test_reply_keys_in_texts_are_understood_as_replies(kind: TextKind, language: str) -> None:
    offered = compose(kind, language, FACTS[language])
    words = {
        "zh": {"1": "全家已撤", "2": "求助"},
        "en": {"1": "all out", "2": "help"},
        "es": {"1": "todos fuera", "2": "ayuda"},
    }
    for key, shown in words[language].items():
        assert f"{key}{shown}" in offered.replace(f"{key} {shown}", f"{key}{shown}")
        assert read_reply(f"{key} {shown}").intent is KEYS[key]


def test_echoed_text_accounts_for_nobody() -> None:
    intents = {
        (kind, language): read_reply(compose(kind, language, facts(language, kind))).intent
        for kind, language in ALL
    }
    safe = {Intent.EVACUATED, Intent.ELSEWHERE}
    assert {each: intent for each, intent in intents.items() if intent in safe} == {}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("kind", ASKS_FOR_KEYS)
def test_code_is_shown_only_if_given(kind: TextKind, language: str) -> None:
    assert compose(kind, language, facts(language, kind, code=7)).endswith("#07")
    assert "#" not in compose(kind, language, facts(language, kind))


def test_which_alert_question_lists_the_codes() -> None:
    text = compose(TextKind.WHICH_ALERT, "en", FACTS["en"])
    assert "#27 #31" in text
    assert "'1 #27'" in text


def test_informant_text_has_code_and_counts() -> None:
    text = compose(TextKind.RAISED, "zh", facts("zh", TextKind.RAISED, households=120, people=310))
    assert text == "通江应急：预警#27已发出：120户310人。"


def test_question_after_partial_answer_names_the_missing_number() -> None:
    text = compose(TextKind.CONFIRM_PARTIAL, "zh", facts("zh", TextKind.CONFIRM_PARTIAL, people=4))
    assert text.startswith("通江应急：收到：4人安全。还差2人")


def test_unknown_language_falls_back_to_chinese() -> None:
    assert compose(TextKind.ALERT, "xx", FACTS["zh"]) == compose(TextKind.ALERT, "zh", FACTS["zh"])


@pytest.mark.parametrize(
    ("kind", "fact"),
    [
        (TextKind.ALERT, "issuer"),
        (TextKind.ALERT, "place"),
        (TextKind.ALERT, "hazard"),
        (TextKind.ALERT, "time"),
        (TextKind.ALERT, "assembly_point"),
        (TextKind.RAISED, "code"),
        (TextKind.RAISED, "households"),
        (TextKind.CALL, "people"),
        (TextKind.CONFIRM_PARTIAL, "missing"),
        (TextKind.WHICH_ALERT, "codes"),
    ],
)
def test_missing_fact_is_named(kind: TextKind, fact: str) -> None:
    with pytest.raises(InvalidError, match=fact) as refused:
        compose(kind, "zh", facts("zh", kind, **{fact: None}))
    assert refused.value.field == fact


def test_which_alert_question_requires_codes() -> None:
    with pytest.raises(InvalidError, match="codes"):
        compose(TextKind.WHICH_ALERT, "zh", facts("zh", TextKind.WHICH_ALERT, codes=()))


@pytest.mark.parametrize(
    "wrong", [{"time": "5:10"}, {"code": 100}, {"people": -1}, {"place": " "}, {"plaec": "x"}]
)
def test_invalid_facts_are_rejected(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TextFacts.model_validate({"status": "Actual", **wrong})


@pytest.mark.parametrize("kind", TextKind)
def test_composed_text_has_the_facts_of_its_kind(kind: TextKind) -> None:
    composed = compose(kind, "zh", facts("zh", kind))
    assert composed.facts.keys() == facts_in(kind) | {"prefix", "status", "issuer"}


def test_facts_are_not_cut_either() -> None:
    long = facts("zh", TextKind.ALERT, place="很长的地名" * 40, code=7)
    composed = compose(TextKind.ALERT, "zh", long)
    assert composed.facts["place"] == "很长的地名" * 40
    assert composed.facts["place"] in composed
    assert composed.facts["code"] == "07"
    assert composed.facts["issuer"] == "通江应急"


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
def test_issuer_without_a_name_gets_a_generic_one(language: str) -> None:
    generic = issuer_name(Issuer(), language)
    assert generic == LANGUAGES[language].texts["generic_issuer"]
    assert opening(Issuer(), language, Status.ACTUAL).issuer == generic


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_of_a_language_contain_signature_brackets(language: str) -> None:
    spoken = LANGUAGES[language]
    words = [*spoken.texts.values(), *spoken.prefixes.values(), *spoken.speech.values()]
    assert not set("".join(words)) & set("【】")
