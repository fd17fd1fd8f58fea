"""Tests of the check of all texts to households, which shows the first wrong text."""

from typing import Any

import pytest

from alerting.drill.run.texts_check import TextsCheck, Told, check_texts
from tests.support.simulated_city import NEXT_VILLAGE, VILLAGE, city_of, household

CITY = city_of(
    household(1),
    household(2, language="en"),
    household(3, NEXT_VILLAGE, language="es"),
    household(4, phones=2),
)
ZH = (
    "【通江应急】演练：立即撤离！诺江镇千佛村有滑坡危险（05:10）。"
    "去千佛村小学操场。撤完回复：1全家已撤"
)
EN = (
    "DRILL. Tongjiang Emergency: EVACUATE NOW - landslide, Qianfo village, 05:10. "
    "Go to Qianfo village school. Reply when out: 1 all out"
)
ES = (
    "SIMULACRO. Emergencias Tongjiang: EVACUE YA: derrumbe, Yuanding, 05:10. "
    "Vaya a: plaza de Yuanding. Responda: 1 todos fuera"
)
ALL_CLEAR = "DRILL. Tongjiang Emergency: YOU MAY GO HOME. Qianfo village: all clear"


def to(number: int, body: str, phone: int = 0) -> dict[str, Any]:
    return {"to": f"+8610000{number:04d}{phone:02d}", "body": body}


def test_texts_are_counted_by_language_and_by_required_names() -> None:
    reply = "DRILL. Tongjiang Emergency: Received: 3 out."
    in_care = "DRILL. Tongjiang Emergency: 1 in your care silent 05:10: 001住户0001. Out?"
    officers = {"to": "+8610001000000", "body": "anything"}
    texts = [to(1, ZH), to(4, ZH, phone=1), to(2, EN), to(2, reply), to(2, in_care), to(3, ES)]
    found = check_texts(CITY, [*texts, to(2, ALL_CLEAR), officers])
    assert found == TextsCheck(
        {"en": 4, "es": 1, "zh": 2},
        {Told.NEITHER: 2, Told.VILLAGE: 1, Told.VILLAGE_AND_POINT: 4},
    )
    assert found.texts == 7
    assert list(found.shortcomings.values()) == [False]


@pytest.mark.parametrize(
    ("number", "body", "reason"),
    [
        (1, ZH.replace("【通江应急】", ""), "lacks its issuer"),
        (2, EN.replace("Tongjiang Emergency", "通江县应急管理局"), "lacks its issuer"),
        (1, ZH.replace("诺江镇千佛村", "壁州街道和8处"), "lacks its village '千佛村'"),
        (2, EN.replace("landslide, Qianfo", "landslide, Yuanding"), "lacks its village 'Qianfo v"),
        (1, ZH.replace("去千佛村小学操场", "去村里的集合点"), "lacks its assembly point '千佛村小"),
        (3, ES.replace("a: plaza de Yuanding", "al albergue"), "lacks its assembly point"),
        (2, EN.replace("landslide", "滑坡"), "holds Chinese though the household reads 'en'"),
        (3, f"{ES} 住户0003", "holds Chinese though the household reads 'es'"),
        (2, ALL_CLEAR.replace("Qianfo", "Yuanding"), "lacks its village 'Qianfo village'"),
        (2, "DRILL. Received: 3 out.", "lacks its issuer"),
    ],
)
def test_first_wrong_text_is_shown_with_its_reason(number: int, body: str, reason: str) -> None:
    later = [to(1, "later"), to(2, EN)]
    found = check_texts(CITY, [to(1, ZH), to(number, body), *later])
    home = f"{NEXT_VILLAGE if number == 3 else VILLAGE}{number:04d}"
    assert found.wrong
    assert found.wrong.startswith(f"to household {home} {reason}")
    assert found.wrong.endswith(body)
    assert list(found.shortcomings) == [f"a text {found.wrong}"]
    assert found.texts == 4
