"""Households are read from workbooks and text files of clerks, and every problem is listed."""

from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest

from contacts.roster.clerk_file import Asked
from contacts.roster.codes import KnownHome
from contacts.roster.files import open_roster
from contacts.roster.households import HouseholdFile, Stored, read_households
from contacts.roster.places import OfficersByName
from contacts.roster.problems import MOST_PROBLEMS, RosterError
from contacts.roster.sheets import text_sheet
from tests.support.office_files import HEADINGS, TITLE, Cell, home, write_ods, write_xlsx

VILLAGE = "511921100208"
HEADER = (
    "code,division,address,head,headcount,phones,language,vulnerable,latitude,longitude,officer"
)
STORED = Stored(
    divisions={
        "511921": "通江县",
        "511921100": "诺江镇",
        VILLAGE: "千佛村民委员会",
        "511921100209": "元顶村民委员会",
    },
    officers=OfficersByName([("grid208", "演练网格员", VILLAGE)]),
    languages=("zh", "en"),
    usual_language="zh",
    homes=lambda: [KnownHome(f"{VILLAGE}0007", "住户0002", "通江县诺江镇千佛村1组2号", ())],
)


def read(text: str, **asked: bool) -> HouseholdFile:
    return read_households([text_sheet(StringIO(text))], STORED, Asked(**asked))


def own(*rows: str, **asked: bool) -> HouseholdFile:
    return read("\n".join([HEADER, *rows]), **asked)


def row(number: int = 1, **changed: str) -> str:
    cells = dict.fromkeys(HEADER.split(","), "")
    cells |= {"code": f"{VILLAGE}{number:04d}", "division": VILLAGE, "address": f"{number}号"}
    cells |= {"head": f"住户{number}", "headcount": "3", "phones": f"1390000{number:04d}"}
    return ",".join((cells | changed).values())


def book(
    path: Path, rows: Sequence[Sequence[Cell]], *merged: str, asked: Asked | None = None
) -> HouseholdFile:
    write_xlsx(path / "a.xlsx", {"花名册": rows}, merged)
    return read_households(open_roster(path / "a.xlsx"), STORED, asked or Asked())


def refused(error: RosterError) -> list[str]:
    return [f"{each.line}, {each.column}: {each.message}" for each in error.problems]


def test_workbook_of_a_clerk_is_read(tmp_path: Path) -> None:
    rows = [
        TITLE,
        HEADINGS,
        home(1, vulnerable="残疾/独居"),
        home(2, headcount=4.0, phones=13900000002.0),
        home(3, phones="13900000003、13800000003", officer=""),
    ]
    file = book(tmp_path, rows)
    first, second, third = file.lines
    assert (first.code, first.division, first.head) == (f"{VILLAGE}0008", VILLAGE, "住户0001")
    assert (first.headcount, first.phones, first.officer) == (3, ("+8613900000001",), "grid208")
    assert (first.vulnerable, first.language, first.latitude) == ("disabled;alone", "zh", None)
    assert (second.code, second.headcount, second.phones) == (
        f"{VILLAGE}0007",
        4,
        ("+8613900000002",),
    )
    assert (third.phones, third.officer) == (("+8613900000003", "+8613800000003"), None)
    assert file.places[first.code] == ("花名册", 3)
    assert file.fields("花名册") >= {"head", "phones", "address"}
    assert "latitude" not in file.fields("花名册")


def test_readings_count_interpreted_and_default_values(tmp_path: Path) -> None:
    rows = [HEADINGS, home(1), home(2, headcount="4"), home(3, phones="139-0000-0003")]
    readings = book(tmp_path, rows).readings
    assert (readings["headcount"].count, readings["headcount"].written) == (2, "3人")
    assert (readings["code"].count, readings["code"].read) == (2, f"{VILLAGE}0008")
    assert (readings["division"].count, readings["language"].read) == (3, "zh")
    assert "phones" not in readings


def test_open_document_and_csv_give_the_same_households(tmp_path: Path) -> None:
    rows = [HEADINGS, [str(cell) for cell in home(1)], [str(cell) for cell in home(2)]]
    write_ods(tmp_path / "a.ods", "花名册", rows)
    text = "\n".join(",".join(cells) for cells in rows)
    (tmp_path / "a.csv").write_bytes(text.encode("gb18030"))
    lines = [
        list(read_households(open_roster(tmp_path / name), STORED, Asked()).lines)
        for name in ("a.ods", "a.csv")
    ]
    assert lines[0] == lines[1]
    assert len(lines[0]) == 2


def test_merged_village_cell_applies_to_all_its_rows(tmp_path: Path) -> None:
    rows = [
        ["村", "户主", "人数", "电话", "住址"],
        ["千佛村", "甲", 3.0, "", "1号"],
        ["", "乙", 3.0, "", "2号"],
        ["元顶村", "丙", 3.0, "", "3号"],
        ["", "丁", 3.0, "", "4号"],
    ]
    file = book(tmp_path, rows, "A2:A3", "A4:A5")
    assert [line.division[-3:] for line in file.lines] == ["208", "208", "209", "209"]


def test_empty_village_cell_of_a_workbook_is_refused_unless_merged(tmp_path: Path) -> None:
    rows = [
        ["村", "户主", "人数", "电话", "住址"],
        ["千佛村", "甲", 3.0, "", "1号"],
        ["", "乙", 3.0, "", "2号"],
    ]
    with pytest.raises(RosterError, match="line 3, 村: the row does not say its village"):
        book(tmp_path, rows)


def test_merged_head_cell_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RosterError) as caught:
        book(tmp_path, [HEADINGS, home(1), home(2)], "B2:B3")
    assert refused(caught.value) == [
        "3, 户主姓名: is merged with line 2: unmerge it, and write the value in each line, or "
        "remove the line if both are one household"
    ]
    assert caught.value.problems[0].sheet == "花名册"


def test_empty_village_cells_of_a_text_file_take_the_village_above() -> None:
    text = "村,户主,人数,电话,住址\n千佛村,甲,3,,1号\n,乙,3,,2号\n元顶村,丙,3,,3号\n,丁,3,,4号\n"
    file = read(text)
    assert [line.division[-3:] for line in file.lines] == ["208", "208", "209", "209"]
    assert file.readings["division"].count == 2


def test_sheet_name_may_be_the_village(tmp_path: Path) -> None:
    header = ["户主", "人数", "电话", "住址"]
    sheets = {
        "说明": [["请照表填写"]],
        "千佛村": [header, ["甲", "3", "", "1号"]],
        "元顶村": [header, ["甲", "3", "", "1号"]],
    }
    write_xlsx(tmp_path / "a.xlsx", sheets)
    file = read_households(open_roster(tmp_path / "a.xlsx"), STORED, Asked())
    assert [line.division[-3:] for line in file.lines] == ["208", "209"]
    assert file.unread_sheets == ["说明"]


def test_columns_of_the_format_accept_freely_written_cells() -> None:
    file = own(
        row(1, division="千佛村", headcount="3人", latitude="0", longitude="0"),
        row(2, code="0002", language="中文", officer="演练网格员"),
        row(3, division="", latitude="31.9", longitude="107.2"),
    )
    assert [line.code[-4:] for line in file.lines] == ["0001", "0002", "0003"]
    assert {line.division for line in file.lines} == {VILLAGE}
    assert [line.latitude for line in file.lines][::2] == [None, 31.9]


def test_zero_coordinates_are_read_as_unknown_and_counted() -> None:
    file = own(
        row(1, latitude="0", longitude="0.0"), row(2), row(3, latitude="31.9", longitude="107.2")
    )
    assert [line.latitude for line in file.lines] == [None, None, 31.9]
    assert [(each.written, each.count) for each in [file.readings["latitude"]]] == [("0", 1)]


def test_shortened_codes_are_refused_unless_codes_are_ignored() -> None:
    rows = [row(1, code="5.11921E+15", division="5.11921E+11", address="诺江镇千佛村1号")]
    with pytest.raises(RosterError, match="--without-codes"):
        own(*rows)
    file = own(*rows, without_codes=True)
    assert [line.code for line in file.lines] == [f"{VILLAGE}0008"]
    assert "centre" not in file.fields("")


def test_duplicate_codes_that_end_in_zero_are_reported_as_shortened() -> None:
    with pytest.raises(RosterError, match="has shortened this code"):
        own(row(10), row(10))
    with pytest.raises(RosterError, match=rf"line 3, code: '{VILLAGE}0011' is on line 2 already"):
        own(row(11), row(11))


def test_household_named_twice_without_a_code_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RosterError) as caught:
        book(tmp_path, [HEADINGS, home(1), home(1)])
    assert refused(caught.value) == [
        f"3, code: '{VILLAGE}0008' is on sheet 花名册, line 2 already: remove one"
    ]


def test_rows_without_codes_get_new_codes() -> None:
    file = own(row(1), row(8), row(2, code=""), row(20), row(3, code=""))
    assert [line.code[-4:] for line in file.lines] == ["0001", "0008", "0009", "0020", "0021"]
    assert file.given == {f"{VILLAGE}0009", f"{VILLAGE}0021"}


def test_one_error_lists_all_problems_of_a_file() -> None:
    with pytest.raises(RosterError) as caught:
        own(
            row(1, phones="7221234", headcount="三人"),
            row(2, officer="无名氏", vulnerable="退伍"),
            row(3, latitude="31.9", language="彝语"),
            row(4, address=""),
        )
    assert sorted(each.split(":")[0] for each in refused(caught.value)) == [
        "2, headcount",
        "2, phones",
        "3, officer",
        "3, vulnerable",
        "4, language",
        "4, longitude",
        "5, address",
    ]
    assert all(each.chinese for each in caught.value.problems)


def test_number_of_collected_problems_is_bounded() -> None:
    with pytest.raises(RosterError) as caught:
        own(*(row(number, headcount=f"x{number}") for number in range(1, MOST_PROBLEMS + 50)))
    assert len(caught.value.problems) == MOST_PROBLEMS


def test_same_problem_of_all_rows_is_reported_once() -> None:
    with pytest.raises(RosterError) as caught:
        own(*(row(number, division="511902003007", code="") for number in range(1, 301)))
    (problem,) = caught.value.problems
    assert "'511902003007' is not a known division" in str(problem)
    assert str(problem).endswith("(300 lines: also 3, 4, 5, 6, 7, 8, 9, 10, 11, ...)")


def test_requested_columns_are_read(tmp_path: Path) -> None:
    rows = [["当家人", "几个人", "电话", "住址"], ["甲", "3", "", "诺江镇千佛村1号"]]
    with pytest.raises(RosterError, match=r"head: is missing.*--map head=HEADING"):
        book(tmp_path, rows)
    file = book(tmp_path, rows, asked=Asked(columns={"head": "当家人", "headcount": "几个人"}))
    assert next(iter(file.lines)).head == "甲"
    with pytest.raises(RosterError, match="no column has the heading '户主'"):
        book(tmp_path, rows, asked=Asked(columns={"head": "户主", "headcount": "几个人"}))


@pytest.mark.parametrize("text", ["", "\n\n", "甲,3\n乙,4\n"])
def test_file_without_headings_is_refused(text: str) -> None:
    with pytest.raises(RosterError, match="no row has known headings"):
        read(text)


def test_row_outside_the_division_of_the_file_is_refused() -> None:
    text = "\n".join([HEADER, row(1)])
    with pytest.raises(RosterError, match="does not lie in '511921100209'"):
        read_households([text_sheet(StringIO(text))], STORED, Asked(within="511921100209"))


def test_row_that_names_no_village_is_refused() -> None:
    with pytest.raises(RosterError, match="the row does not say its village"):
        read("户主,人数,电话,住址\n甲,3,,1号\n")


def test_row_wider_than_the_headings_is_refused() -> None:
    with pytest.raises(RosterError, match="line 2: has 5 cells, but the header has 4"):
        read("户主,人数,电话,住址\n甲,3,,诺江镇千佛村,1号\n")
    assert read("户主,人数,电话,住址\n甲,3,,诺江镇千佛村1号,\n").lines
