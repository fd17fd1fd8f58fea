"""`alerting replies read` prints one tab-separated line per row, after a header."""

from pathlib import Path

from typer.testing import CliRunner

from alerting.cli import app
from alerting.replies.corpus import COLUMNS

ROWS = [
    ("a", "1 3"),
    ("b", "救命"),
    ("c", "STOP"),
    ("d", "我家五个到了四个"),
    ("e", ""),
]


def test_each_row_is_read(tmp_path: Path) -> None:
    file = tmp_path / "replies.tsv"
    lines = ["\t".join(COLUMNS), *(f"{id_}\ten\t4\t{text}\t\t\t\t" for id_, text in ROWS)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["replies", "read", str(file)])
    assert result.output.splitlines() == [
        "id\tintent\tcount\tsuspected",
        "a\tevacuated\t3\tfalse",
        "b\thelp\t\tfalse",
        "c\toptout\t\tfalse",
        "d\tunclear\t\ttrue",
        "e\tunclear\t\tfalse",
    ]
