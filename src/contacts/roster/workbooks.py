"""Reads workbooks (XLSX, XLS, ODS) as rows of text.

A workbook of a few kilobytes can make its reader use gigabytes: by compression, by one cell far
away, or by repeated rows. So a separate process reads it, with limits on memory and time.
"""

import json
import subprocess
import sys
from collections.abc import Generator, Iterable, Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from contacts.roster import workbook_reader
from contacts.roster.problems import Problem, RosterError
from contacts.roster.sheets import MOST_BYTES, RawSheet, Row, bounded, too_large

_SIGNATURES: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""The first bytes of ZIP files (XLSX, ODS) and compound files (XLS, or XLSX with a password)."""

_MOST_UNPACKED: Final = 512 * 1024 * 1024


def is_workbook(path: Path) -> bool:
    """Return whether a file begins with the signature of a workbook."""
    with path.open("rb") as source:
        return source.read(4) in _SIGNATURES


def open_workbook(path: Path) -> Generator[RawSheet, None, None]:
    """Yield the visible sheets in order. Read the rows of a sheet before taking the next one.

    Raises:
        RosterError: if the file is damaged, locked, or too large when unpacked.
    """
    if path.stat().st_size > MOST_BYTES or _unpacked(path) > _MOST_UNPACKED:
        raise too_large(path)
    command = [sys.executable, "-P", workbook_reader.__file__, str(path)]
    with TemporaryFile() as answers:
        # The reader holds a whole sheet in memory. It ends before the first row is yielded, so that
        # its memory is free by then. No shell is used, so the path needs no quoting.
        if subprocess.call(command, stdout=answers, stderr=subprocess.DEVNULL):  # noqa: S603
            raise too_large(path)  # The system stopped it at a limit.
        answers.seek(0)
        yield from _sheets(_answers(path, answers))


def _answers(path: Path, lines: Iterable[bytes]) -> Iterator[Any]:
    for line in lines:
        answer = json.loads(line)
        if isinstance(answer, dict) and "refused" in answer:
            raise _REFUSALS[answer["refused"]](path)
        yield answer


def _sheets(answers: Iterator[Any]) -> Iterator[RawSheet]:
    for answer in answers:
        name = answer["sheet"]
        rows = bounded(_rows(answers, answer["rows"]), name)
        yield RawSheet(rows, name, _hidden(answer["merged"]))
        for _ in rows:
            pass


def _rows(answers: Iterator[Any], count: int) -> Iterator[Row]:
    for line, cells in enumerate(islice(answers, count), start=1):
        if any(map(str.strip, cells)):
            yield Row(line, cells)


def _hidden(merged: list[list[int]] | None) -> dict[tuple[int, int], int] | None:
    """Return the (line, column) of each cell that a merged range hides, with its first line."""
    if merged is None:
        return None
    return {
        (row + 1, column): top + 1
        for top, left, bottom, right in merged
        for row in range(top + 1, bottom + 1)
        for column in range(left, right + 1)
    }


def _unpacked(path: Path) -> int:
    """Return the unpacked size of a workbook in bytes, according to its ZIP directory."""
    try:
        with ZipFile(path) as archive:
            return sum(part.file_size for part in archive.infolist())
    except BadZipFile:
        return 0


def _locked(path: Path) -> RosterError:
    return RosterError(
        [
            Problem(
                1,
                "",
                f"{path.name} has a password: save it without one",
                f"{path.name}有密码：请另存为没有密码的文件",
            )
        ]
    )


def _damaged(path: Path) -> RosterError:
    return RosterError(
        [
            Problem(
                1,
                "",
                f"{path.name} cannot be read as a workbook: open it and save it as XLSX again",
                f"{path.name}无法作为表格读取：请打开后重新另存为 XLSX",
            )
        ]
    )


_REFUSALS: Final = {"password": _locked, "size": too_large, "damaged": _damaged}
