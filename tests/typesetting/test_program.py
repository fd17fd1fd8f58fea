"""People's texts are printed as written. A character without a glyph is never printed as a box."""

from pathlib import Path
from typing import Any

import pytest
import typst

from alerting.typesetting.program import (
    NoGlyphsError,
    characters,
    numbered,
    printable,
    typeset,
    without_glyph,
)

EMBEDDED = typst.Fonts(include_system_fonts=False)

HOSTILE = (
    "#eval(\"1\")", "$1/0$", "*粗* _斜_", "#import \"/x.typ\"", "\\u{0}", "</svg>", "“\"'", "]#[",
    "= 标题", "#sys.inputs", "\x07\u202e反", "长" * 3000, "//注", "@ref", "`代码`", "~", "--",
)  # fmt: skip


def report(*rows: str) -> dict[str, Any]:
    """Return a typesetting job for a report with one table that has these rows."""
    table = {
        "title": rows[0],
        "pairs": [],
        "columns": [rows[0]],
        "rows": [[row] for row in rows],
        "note": rows[-1],
    }
    data: dict[str, Any] = dict.fromkeys(
        ("title", "issuer", "footer", "mark", "banner", "heading", "sums", "nothing", "log"),
        rows[0],
    )
    parts = [{"key": "verified", "label": rows[0], "people": rows[0], "households": rows[0]}]
    data |= {"language": "zh", "parts": parts, "curve": None, "tables": [table], "chain": rows[0]}
    data |= {"lines": [[row, row] for row in rows]}
    return {"template": "report", "data": data, "fonts": None, "at": 0}


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_are_never_markup(text: str) -> None:
    assert typeset(report(text)).startswith(b"%PDF-1.7")


def test_the_same_document_has_the_same_bytes() -> None:
    assert typeset(report("户")) == typeset(report("户"))


def test_rare_characters_are_replaced_by_code_points() -> None:
    rare = without_glyph("a\U00013000", ["Libertinus Serif"], EMBEDDED)
    assert rare == {"\U00013000"}
    assert numbered(["a\U00013000"], rare) == ["a[U+13000]"]


def test_control_characters_and_direction_marks_are_not_printed() -> None:
    assert printable({"a": ["x\x07\u202ey\ud800z"]}) == {"a": ["x  y z"]}
    assert "".join(characters({"a": ["x", 1, None, {"b": "y"}]})) == "xy"


def test_missing_chinese_fonts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typst, "Fonts", lambda **_: EMBEDDED)
    with pytest.raises(NoGlyphsError, match=r"[户避险]"):
        typeset(report("避险"))
    assert typeset(report("plain letters")).startswith(b"%PDF")


def test_templates_import_no_packages_from_the_network() -> None:
    folder = Path(typeset.__code__.co_filename).parent / "templates"
    for template in folder.glob("*.typ"):
        assert "@preview" not in template.read_text("utf-8")
