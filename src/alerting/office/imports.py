"""Previews and imports a roster file of any kind; one file at a time per process."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from alerting.access.callers import Known
from alerting.errors import ConflictError, TooManyError
from alerting.office.entry_import import import_entries, preview_entries
from alerting.office.household_import import import_households, preview_households
from alerting.office.roster_file import Outcome, RosterFile, RosterKind, columns_in, with_confirmed
from alerting.runtime import Runtime
from contacts.roster.headings import Layout
from contacts.roster.problems import Problem, RosterError

_BUSY: Final = threading.Lock()
"""Reading a county's file occupies a core for seconds, so a process reads only one at a time."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The changes that an import would make, or the file's faults."""

    outcome: Outcome | None
    """The changes; None for a file with faults."""
    layouts: list[tuple[str, Layout]]
    faults: tuple[Problem, ...] = ()


async def preview_file(runtime: Runtime, file: RosterFile) -> Preview:
    """Return what an import of the file would change, or its faults, without storing anything.

    Raises:
        TooManyError: while another file is being read.
    """
    preview = preview_households if file.kind is RosterKind.HOUSEHOLDS else preview_entries
    with _one_at_a_time():
        try:
            outcome = await preview(runtime, file)
        except RosterError as refused:
            known = await runtime.database.read(lambda db: with_confirmed(db, file))
            columns = await asyncio.to_thread(columns_in, known)
            return Preview(None, columns, refused.problems)
    return Preview(outcome, outcome.layouts)


async def import_file(runtime: Runtime, known: Known, file: RosterFile, token: str) -> Outcome:
    """Store the whole file that was previewed under this token, or nothing.

    Raises:
        ConflictError: if the file has faults, or the import would differ from the preview.
        ForbiddenError: if it adds officers, or changes phones or roles, and the session is not
            fresh.
        TooManyError: while another file is being read.
    """
    importing = import_households if file.kind is RosterKind.HOUSEHOLDS else import_entries
    with _one_at_a_time():
        try:
            return await importing(runtime, known, file, token)
        except RosterError as refused:
            reasons = tuple(map(str, refused.problems))
            raise ConflictError(
                "the file has faults: preview it again", reasons, chinese="文件有错：请重新查看"
            ) from refused


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    if not _BUSY.acquire(blocking=False):
        raise TooManyError(
            "another file is being read just now: try again in a minute",
            "正在读另一个文件：请一分钟后再试",
        )
    try:
        yield
    finally:
        _BUSY.release()
