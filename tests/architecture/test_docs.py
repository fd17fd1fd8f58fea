"""The links in documents resolve, and generated pages match the source."""

import re
from pathlib import Path
from typing import Final

from scripts.api_page import PAGE, page
from scripts.structure import PICTURE, ROOT, picture

DOCUMENTS: Final = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_LINK: Final = re.compile(r"\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)")


def test_diagram_matches_the_imports() -> None:
    assert PICTURE.read_text("utf-8") == picture(), "run scripts/structure --picture"


def test_api_page_matches_the_routes() -> None:
    assert PAGE.read_text("utf-8") == page(), "run scripts/api_page.py"


def test_every_link_leads_to_a_file() -> None:
    broken = [
        f"{document.relative_to(ROOT)}: {link}"
        for document in DOCUMENTS
        for link in _LINK.findall(document.read_text("utf-8"))
        if not (document.parent / link).exists()
    ]
    assert broken == []


def test_every_picture_is_shown_by_a_document() -> None:
    shown = {
        (document.parent / link).resolve()
        for document in DOCUMENTS
        for link in _LINK.findall(document.read_text("utf-8"))
    }
    assert set((ROOT / "docs/pictures").iterdir()) <= shown


def test_index_names_every_document() -> None:
    index = (ROOT / "docs/index.md").read_text("utf-8")
    assert [
        document.name for document in Path(ROOT / "docs").glob("*.md") if document.name not in index
    ] == ["index.md"]
