"""The usual texts fit one segment with usual names, and two with the city's longest names."""

from itertools import product
from typing import Final, NamedTuple

import pytest

from alerting.cap.alert import Status
from alerting.messages.info import phrase_for
from alerting.messages.languages import LANGUAGES
from alerting.messages.text import Encoding, TextFacts, TextKind, compose, segments
from alerting.policy.issuer import Issuer

ISSUER: Final = Issuer(
    names={"zh": "通江县应急管理局", "en": "Tongjiang Emergency", "es": "Emergencias Tongjiang"},
    signatures={"zh": "通江应急"},
)


class Names(NamedTuple):
    """A village and its assembly point."""

    place: str
    assembly_point: str


USUAL: Final = {
    "zh": Names("鼎山镇八角丘村", "八角丘村小学操场"),
    "en": Names("Bajiaoqiu village", "Bajiaoqiu village school"),
    "es": Names("Bajiaoqiu", "escuela de Bajiaoqiu"),
}
"""Names of the median length among Bazhong's 1,809 villages: 7 characters with the town."""

LONGEST: Final = {
    "zh": Names("壁州街道谢家河坝社区", "谢家河坝社区居委会办公楼院坝"),
    "en": Names("Xiejiaheba community", "Xiejiaheba community office courtyard"),
    "es": Names("comunidad Xiejiaheba", "patio de oficina de comunidad Xiejiaheba"),
}
"""The longest names in Bazhong: 10 characters with the town."""

CALLING: Final = (TextKind.ALERT, TextKind.REMINDER)


def text(kind: TextKind, language: str, names: Names, hazard: str) -> str:
    phrase = phrase_for(hazard, language)
    assert phrase
    facts = TextFacts(
        status=Status.ACTUAL,
        issuer=ISSUER,
        action=phrase.action,
        hazard=phrase.name,
        time="23:25",
        place=names.place,
        assembly_point=names.assembly_point,
    )
    return compose(kind, language, facts)


@pytest.mark.parametrize("kind", CALLING)
@pytest.mark.parametrize("language", USUAL)
def test_text_with_usual_names_is_one_segment(language: str, kind: TextKind) -> None:
    words = text(kind, language, USUAL[language], "滑坡")
    assert segments(words).count == 1, words


@pytest.mark.parametrize("language", LONGEST)
def test_text_with_the_longest_names_is_two_segments(language: str) -> None:
    for kind, hazard in product(CALLING, LANGUAGES["zh"].hazards.values()):
        words = text(kind, language, LONGEST[language], hazard.name)
        assert segments(words).count <= 2, words


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"zh"}))
def test_latin_texts_use_only_gsm_7_characters(language: str) -> None:
    spoken = LANGUAGES[language]
    words = [*spoken.texts.values(), *spoken.prefixes.values()]
    words += [word for each in spoken.hazards.values() for word in (each.name, each.action)]
    assert [word for word in words if segments(word).encoding is not Encoding.GSM_7] == []
