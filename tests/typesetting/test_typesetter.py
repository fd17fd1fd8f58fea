"""PDFs are made in a separate process with limits, and errors say what to do."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerting.errors import NoFontsError, TooLongError
from alerting.typesetting import program
from alerting.typesetting.typesetter import Template, Typesetter
from tests.typesetting.test_program import report

AT = datetime(2026, 8, 29, tzinfo=UTC)


async def test_pdf_is_made() -> None:
    typesetter = Typesetter()
    await typesetter.check()
    assert (await typesetter.pdf(Template.REPORT, report("户")["data"], AT)).startswith(b"%PDF")


async def test_document_that_takes_too_long_is_refused() -> None:
    with pytest.raises(TooLongError):
        await Typesetter(most_seconds=0).pdf(Template.REPORT, report("户")["data"], AT)


async def test_document_that_cannot_be_typeset_is_refused() -> None:
    with pytest.raises(TooLongError):
        await Typesetter().pdf(Template.REPORT, {}, AT)


async def test_missing_characters_and_the_remedy_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing = tmp_path / "program.py"
    refusing.write_text(
        f'import sys\nsys.stdin.read()\nprint(\'{{"missing": "户"}}\')\nsys.exit({program.REFUSED})'
    )
    monkeypatch.setattr(program, "__file__", str(refusing))
    with pytest.raises(NoFontsError, match=r"has 户: install one .* fonts-noto-cjk"):
        await Typesetter().check()
