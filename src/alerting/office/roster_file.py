"""A roster file that an administrator sends: read, compared with the roster, and stored.

A preview and an import do the same up to the point of storing. Both return the digest of all that
the import stores, so that an import stores what was previewed or nothing.
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
    "an alert is still followed, and its people may answer: retire after its end",
    "还有预警没有结束，其中的人可能还要回复：请在结束后再注销",
)


class RosterKind(StrEnum):
    """The kind of rows in a roster file."""

    DIVISIONS = "divisions"
    OFFICERS = "officers"
    HOUSEHOLDS = "households"


@dataclass(frozen=True, slots=True)
class RosterFile:
    """A file as it was sent, and the choices sent with it."""

    kind: RosterKind
    content: bytes
    asked: Asked
    """`within` is the division in which everything in it lies."""
    whole: bool = False
    """Whether households of that division that the file leaves out go."""

    def digest(self, stored: Iterable[object]) -> str:
        """Return the digest of this import and of what it stores, part by part.

        The parts of a county's import would be hundreds of MiB as one text.
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
    """The changes by an import, planned or made."""

    difference: Difference
    report: Report
    token: str
    layouts: list[tuple[str, Layout]] = field(default_factory=list)
    readings: Mapping[str, Reading] = field(default_factory=dict)


@contextmanager
def sheets_of(content: bytes) -> Iterator[Iterator[RawSheet]]:
    """Yield the sheets of a file; a workbook is read by a process of its own, from a file."""
    with TemporaryDirectory(prefix="roster-") as folder:
        path = Path(folder, "file")
        path.write_bytes(content)
        with closing(open_roster(path)) as sheets:
            yield sheets


def with_confirmed(connection: Connection, file: RosterFile) -> RosterFile:
    """Return the file with the columns that were confirmed for its division before."""
    confirmed = confirmed_columns(connection, file.kind, file.asked.within)
    return replace(file, asked=replace(file.asked, confirmed=confirmed))


def columns_in(file: RosterFile) -> list[tuple[str, Layout]]:
    """Return the columns of a file that cannot be read further; none if it is unreadable."""
    if file.kind not in HEADINGS:
        return []
    try:
        with sheets_of(file.content) as sheets:
            return layouts_of(sheets, file.kind, file.asked)
    except RosterError:
        return []


def written(what: str, entries: Iterable[RosterEntry]) -> Iterator[object]:
    """Yield entries as a digest takes them, after the name of the action on them."""
    yield what
    for each in entries:
        yield sorted(each.row.items()), each.phones


def check_token(outcome: Outcome, token: str) -> None:
    """Refuse an import that would store something other than was previewed.

    Raises:
        ConflictError: if the file or the roster is not as it was for the preview.
    """
    if outcome.token != token:
        raise ConflictError(
            "the file, the choices or the roster changed since the preview: look at it again",
            chinese="预览之后文件、选项或名册有改动：请重新查看",
        )


def refuse_while_followed(connection: Connection) -> None:
    """Raise RosterError while an alert is not over: nobody is retired then."""
    if any_followed(connection):
        raise RosterError([_FOLLOWED])
