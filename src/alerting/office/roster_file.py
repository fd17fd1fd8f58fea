"""Shared parts of the preview and the import of a roster file.

A preview does everything that an import does, except for storing. Both compute a digest over all
that the import stores. An import whose digest differs from the preview's is refused.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import sha256
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import Connection

from alerting.errors import ConflictError
from alerting.ledger.alerts import any_followed
from contacts.roster.clerk_file import Asked, Reading
from contacts.roster.comparison import Difference
from contacts.roster.files import open_roster
from contacts.roster.headings import HEADINGS, Layout
from contacts.roster.layouts import confirmed_columns, layouts_of
from contacts.roster.problems import Problem, RosterError
from contacts.roster.sheets import RawSheet
from contacts.roster.store import Report, RosterEntry

_FOLLOWED: Final = Problem(
    1,
    "",
    "an alert is not over, and its people may still answer: retire nobody until it is",
    "还有预警没有结束，其中的人可能还要回复：请在结束后再注销",
)


class RosterKind(StrEnum):
    """The kind of entries in a roster file."""

    DIVISIONS = "divisions"
    OFFICERS = "officers"
    HOUSEHOLDS = "households"


@dataclass(frozen=True, slots=True)
class RosterFile:
    """An uploaded file, and the options sent with it."""

    kind: RosterKind
    content: bytes
    asked: Asked
    """The options for reading; `within` is the division in which all entries must lie."""
    whole: bool = False
    """Whether to retire households of that division that are not in the file."""

    def digest(self, stored: Iterable[object]) -> str:
        """Return the SHA-256, in hexadecimal, of this file, its options and all stored values.

        The values are hashed one by one, because together a county's would be hundreds of MiB of
        text.
        """
        asked = [self.asked.within, sorted(self.asked.columns.items()), self.asked.without_codes]
        told = [self.kind, self.whole, asked, sha256(self.content).hexdigest()]
        digest = sha256()
        for part in chain([told], stored):
            text = json.dumps(part, ensure_ascii=False, default=str)
            digest.update(f"{text}\n".encode())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The changes that an import would make or has made."""

    difference: Difference
    report: Report
    token: str
    layouts: list[tuple[str, Layout]] = field(default_factory=list)
    readings: Mapping[str, Reading] = field(default_factory=dict)


@contextmanager
def sheets_of(content: bytes) -> Iterator[Iterator[RawSheet]]:
    """Yield the sheets of a file; a workbook is parsed in a separate process."""
    with TemporaryDirectory(prefix="roster-") as folder:
        path = Path(folder, "file")
        path.write_bytes(content)
        with closing(open_roster(path)) as sheets:
            yield sheets


def with_confirmed(connection: Connection, file: RosterFile) -> RosterFile:
    """Return the file with the column choices confirmed for its division earlier."""
    confirmed = confirmed_columns(connection, file.kind, file.asked.within)
    return replace(file, asked=replace(file.asked, confirmed=confirmed))


def columns_in(file: RosterFile) -> list[tuple[str, Layout]]:
    """Return the columns of a faulty file by sheet; empty if the file cannot be read at all."""
    if file.kind not in HEADINGS:
        return []
    try:
        with sheets_of(file.content) as sheets:
            return layouts_of(sheets, file.kind, file.asked)
    except RosterError:
        return []


def written(what: str, entries: Iterable[RosterEntry]) -> Iterator[object]:
    """Yield what a digest covers: the name of an action, then the entries that it stores."""
    yield what
    for each in entries:
        yield sorted(each.row.items()), each.phones


def check_token(outcome: Outcome, token: str) -> None:
    """Refuse an import that would store something other than was previewed.

    Raises:
        ConflictError: if the file, its options or the roster changed since the preview.
    """
    if outcome.token != token:
        raise ConflictError(
            "the file, the options or the roster changed since the preview: preview it again",
            chinese="预览之后文件、选项或名册有改动：请重新查看",
        )


def refuse_while_followed(connection: Connection) -> None:
    """Raise RosterError while an alert is not over, because no household is retired then."""
    if any_followed(connection):
        raise RosterError([_FOLLOWED])
