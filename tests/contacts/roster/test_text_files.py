"""The encoding and the delimiter of a text file are recognised."""

from pathlib import Path

import pytest

from contacts.roster.files import open_roster
from contacts.roster.problems import RosterError
from contacts.roster.text_files import decoded, delimiter_of

HEADER = "户主,人数,电话,住址\n"
ROWS = "".join(f"赵建国,3,1390000{n:04d},通江县诺江镇千佛村1组{n}号\n" for n in range(20))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings_that_spreadsheets_write_are_recognised(encoding: str) -> None:
    assert decoded((HEADER + ROWS).encode(encoding)) == HEADER + ROWS


@pytest.mark.parametrize("lines", [0, 5, 900])
def test_error_for_mixed_encodings_names_the_first_wrong_line(lines: int) -> None:
    good = "511921100208,网格\n" * lines
    raw = (HEADER + good).encode() + "通江县\n".encode("gb18030") + "巴中市\n".encode()
    with pytest.raises(RosterError, match="is not UTF-8, GB18030 or UTF-16") as caught:
        decoded(raw)
    assert caught.value.problems[0].line == lines + 2


def test_damaged_file_is_refused() -> None:
    with pytest.raises(RosterError, match="is not UTF-8"):
        decoded(b"\xef\xbb\xbf\xff\xfe")


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiter_between_the_headings_is_recognised(delimiter: str, tmp_path: Path) -> None:
    text = f"花名册,2026\n{HEADER.replace(',', delimiter)}甲;乙,3{delimiter}{delimiter}\n"
    assert delimiter_of(text, lambda cell: cell.strip() in HEADER.strip().split(",")) == delimiter
    file = tmp_path / "roster.csv"
    file.write_text(text, "utf-8")
    (sheet,) = open_roster(file)
    assert [row.cells for row in sheet.rows][1] == HEADER.strip().split(",")
