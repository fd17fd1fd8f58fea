"""Names of places and of assembly points in each language."""

from itertools import product

import pytest

from alerting.messages.languages import LANGUAGES
from alerting.messages.places import Places, in_language
from contacts.division import Division, Tier

WITH_NOUNS = [code for code in LANGUAGES if LANGUAGES[code].places.landmarks]
COUNTY, TOWN, QIANFO, NEXT = "511921", "511921100", "511921100208", "511921100209"
GRID, NAMED_GRID, OWN_PHONE = f"{QIANFO}001", f"{QIANFO}002", f"{QIANFO}003"
PLACES = Places(
    {
        each.code: each
        for each in (
            Division(COUNTY, "通江县", Tier.COUNTY, None),
            Division(TOWN, "诺江镇", Tier.TOWN, COUNTY),
            Division(
                QIANFO,
                "千佛村民委员会",
                Tier.VILLAGE,
                TOWN,
                assembly_point="村小学操场",
                route="走东边公路",
                contact_phone="+8613900000001",
                words={"route_en": "by the east road"},
            ),
            Division(
                NEXT,
                "邻村",
                Tier.VILLAGE,
                TOWN,
                assembly_point="广场",
                words={"name_en": "Lin", "assembly_point_en": "the market square"},
            ),
            Division(GRID, "一网格", Tier.GRID, QIANFO),
            Division(NAMED_GRID, "千佛村二网格", Tier.GRID, QIANFO, assembly_point="祠堂"),
            Division(OWN_PHONE, "三网格", Tier.GRID, QIANFO, contact_phone="+8613900000002"),
        )
    }
)


@pytest.mark.parametrize(
    ("code", "zh", "en"),
    [
        (QIANFO, "诺江镇千佛村", "Qianfo village"),
        (NEXT, "诺江镇邻村", "Lin"),
        (GRID, "千佛村一网格", "grid Yi, Qianfo village"),
        (NAMED_GRID, "千佛村二网格", "grid Er, Qianfo village"),
        ("511921100999", "诺江镇511921100999", "511921100999"),
        ("52", "52", "52"),
    ],
)
def test_own_name_names_the_households_village_or_grid(code: str, zh: str, en: str) -> None:
    assert (PLACES.own(code, "zh"), PLACES.own(code, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("divisions", "zh", "en"),
    [
        ((QIANFO,), "诺江镇千佛村", "Qianfo village, Nuojiang town"),
        ((COUNTY,), "通江县", "Tongjiang county"),
        ((QIANFO, NEXT), "千佛村等2处", "Qianfo village and 1 more places"),
    ],
)
def test_area_name_includes_the_division_above(
    divisions: tuple[str, ...], zh: str, en: str
) -> None:
    assert (PLACES.area(divisions, "zh"), PLACES.area(divisions, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("divisions", "zh", "en"),
    [
        ((QIANFO,), "村小学操场", "village school"),
        ((NEXT,), "广场", "the market square"),
        # A grid without an assembly point uses its village's.
        ((GRID,), "村小学操场", "village school"),
        ((NAMED_GRID,), "祠堂", "ancestral hall"),
        ((QIANFO, GRID), "村小学操场", "village school"),
        ((QIANFO, NEXT), None, None),
        ((TOWN,), None, None),
        (("511921100999",), None, None),
    ],
)
def test_assembly_point_is_of_the_grid_or_its_village(
    divisions: tuple[str, ...], zh: str | None, en: str | None
) -> None:
    assert PLACES.assembly_point(divisions, "zh") == zh
    assert PLACES.assembly_point(divisions, "en") == en


def test_contact_is_of_the_grid_or_its_village() -> None:
    contacts = {code: PLACES.contact(code) for code in (QIANFO, GRID, OWN_PHONE, NEXT, TOWN, "52")}
    assert contacts == {
        QIANFO: "+8613900000001",
        GRID: "+8613900000001",
        OWN_PHONE: "+8613900000002",
        NEXT: None,
        TOWN: None,
        "52": None,
    }


def test_route_belongs_to_the_assembly_point() -> None:
    assert (PLACES.route(GRID, "zh"), PLACES.route(GRID, "en")) == (
        "走东边公路",
        "by the east road",
    )
    # This grid has its own assembly point, to which the village's route does not lead.
    assert PLACES.route(NAMED_GRID, "zh") is None


@pytest.mark.parametrize(
    ("name", "english"),
    [
        ("壁州街道", "Bizhou subdistrict"),
        ("新市村", "Xinshi village"),
        ("千佛村文化广场", "Qianfo village square"),
        ("村委会", "village office"),
        ("Chaoyang", "Chaoyang"),
        ("千佛村小学（走东边公路，不过河）", "Qianfo village school (Zoudongbiangonglu, Buguohe)"),
        ("千佛村小学(新校区)", "Qianfo village school (Xinxiaoqu)"),
    ],
)
def test_name_is_written_in_the_script_of_the_language(name: str, english: str) -> None:
    assert in_language(name, "en") == english
    assert in_language(name, "zh") == name


@pytest.mark.parametrize(
    ("name", "english", "spanish"),
    [
        ("小学", "school", "escuela"),
        ("村小学", "village school", "escuela de la aldea"),
        ("镇中学", "town middle school", "colegio del pueblo"),
        ("县体育馆", "county sports hall", "gimnasio del condado"),
        ("学校操场", "school playground", "patio de la escuela"),
        ("镇政府广场", "town government square", "plaza del gobierno del pueblo"),
        ("千佛镇政府", "Qianfo town government office", "gobierno de pueblo de Qianfo"),
        ("避难场所", "shelter", "refugio"),
        ("高地", "high ground", "terreno alto"),
        ("千佛村空地", "Qianfo village open ground", "terreno abierto de Qianfo"),
        ("村部", "village office", "oficina de la aldea"),
        ("村村部", "village office", "oficina de la aldea"),
        ("老村委会", "old village office", "anterior oficina de la aldea"),
        ("千佛村老学校", "old Qianfo village school", "anterior escuela de Qianfo"),
        ("老鹰村小学", "Laoying village school", "escuela de Laoying"),
    ],
)
def test_common_nouns_are_translated(name: str, english: str, spanish: str) -> None:
    assert (in_language(name, "en"), in_language(name, "es")) == (english, spanish)


@pytest.mark.parametrize("language", WITH_NOUNS)
def test_combined_common_nouns_contain_no_stray_preposition_or_pinyin(language: str) -> None:
    words = LANGUAGES[language].places
    connecting = {"of", "de", "del"}
    divisions, landmarks = words.divisions, words.landmarks
    first = ["", *words.before, "千佛村", "千佛村老"]
    for before, division, *ends in product(first, ["", *divisions], landmarks, ["", "广场"]):
        name = before + division + "".join(ends)
        made = in_language(name, language)
        assert made, name
        assert made == " ".join(made.split()), name
        assert not connecting & {made.split()[0], made.split()[-1]}, name
        # Pinyin is capitalised, and Qianfo is the only name here.
        if not (before.startswith("千佛村") and division):
            assert made.replace("Qianfo", "").islower(), name


@pytest.mark.parametrize("language", WITH_NOUNS)
def test_division_word_without_a_name_is_translated(language: str) -> None:
    for division in LANGUAGES[language].places.divisions:
        made = in_language(division, language)
        assert made.islower(), division
        assert not made.endswith(" de"), division
