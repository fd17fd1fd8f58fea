"""Officers are read from files of clerks, and those without an id are found or get a new id."""

from io import StringIO

import pytest

from contacts.people import Role
from contacts.roster.clerk_file import Asked, ClerkFile
from contacts.roster.lines import OfficerLine
from contacts.roster.officers import KnownOfficer, read_officers
from contacts.roster.problems import RosterError
from contacts.roster.sheets import text_sheet

DIVISIONS = {"511921": "通江县", "511921100": "诺江镇", "511921100208": "千佛村民委员会"}
STORED = [
    KnownOfficer("a", "何翠英", "511921100208", ("+8613900008001",)),
    KnownOfficer("b", "张建国", "511921", ("+8613900008002",)),
    KnownOfficer("c", "张建国", "511921", ("+8613900008003",)),
]
HEADER = "姓名,职务,单位,电话\n"


def read(rows: str, header: str = HEADER, **asked: str) -> ClerkFile[OfficerLine]:
    sheets = [text_sheet(StringIO(header + rows))]
    return read_officers(sheets, DIVISIONS, ("zh", "en"), STORED, Asked(**asked))


def test_officers_without_ids_get_new_ids() -> None:
    file = read("张三,县应急局值班员,通江县,13900009001\n李四,值班员,511921,\n")
    first, second = file.lines
    assert (first.id, first.role, first.division) == (
        "duty_officer-511921",
        Role.DUTY_OFFICER,
        "511921",
    )
    assert (first.phones, first.deputy_of, first.language) == (("+8613900009001",), None, None)
    assert second.id == "duty_officer-511921-2"
    assert file.given == {first.id, second.id}
    assert file.readings["division"].count == 1


@pytest.mark.parametrize(
    ("row", "id_"),
    [
        ("何翠英,网格员,千佛村,", "a"),
        ("何翠英,网格员,诺江镇千佛村,13900008009", "a"),
        ("何翠英,值班员,通江县,13900008001", "a"),
        ("何翠英,值班员,通江县,", "duty_officer-511921"),
        ("张建国,值班员,诺江镇,13900008003", "c"),
        ("张建国,值班员,通江县,", "duty_officer-511921"),
    ],
)
def test_officer_is_found_by_name_and_phone_or_place(row: str, id_: str) -> None:
    (officer,) = read(f"{row}\n").lines
    assert officer.id == id_


def test_columns_of_the_format_are_read() -> None:
    header = "id,name,role,division,phones,deputy_of,language\n"
    (officer,) = read("d,丁,informant,511921100208,+8613900008004,a,en\n", header).lines
    assert (officer.id, officer.deputy_of, officer.language) == ("d", "a", "en")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("张三,副镇长,诺江镇,", "line 2, 职务: '副镇长' is not known: write one of informant"),
        ("张三,网格员,万佛村,", "line 2, 单位: '万佛村' is not a division here"),
        ("张三,网格员,通江县,", "line 2, 单位: '511921' is no place for a grid_officer"),
        ("张三,值班员,通江县,7221234", "line 2, 电话: '7221234' is a landline without its area"),
        (",值班员,通江县,", "line 2, 姓名: is empty: fill it in"),
        ("张三,值班员,,", "line 2, 单位: '' is not a division code"),
    ],
)
def test_error_names_the_cell_and_the_remedy(row: str, said: str) -> None:
    with pytest.raises(RosterError) as caught:
        read(f"{row}\n")
    assert [str(each)[: len(said)] for each in caught.value.problems] == [said]


def test_officer_named_twice_is_refused() -> None:
    with pytest.raises(RosterError, match="line 3, id: 'a' is on line 2 already"):
        read("何翠英,网格员,千佛村,\n何翠英,网格员,千佛村,\n")


def test_error_names_a_missing_column() -> None:
    with pytest.raises(RosterError, match="division: is missing: name its column division or"):
        read("张三,值班员,13900009001\n", "姓名,职务,电话\n")
