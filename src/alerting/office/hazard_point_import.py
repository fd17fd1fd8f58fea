"""Preview and import of a file of hazard points; only a previewed import is stored."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from operator import attrgetter

from sqlalchemy import Connection

from alerting.errors import ConflictError
from alerting.hazard_points.store import Draft, points_named
from alerting.ledger.writer import Transaction
from alerting.office.hazard_point_draft import changes_of, problems_of, store_draft
from alerting.office.hazard_point_file import PointsFile, read_points
from alerting.office.hazard_point_watcher import villages_of
from alerting.office_log.log import OfficeAct, details_of, record
from alerting.runtime import Runtime
from contacts.directory import Officer
from contacts.division import covers
from contacts.roster.comparison import Difference
from contacts.roster.problems import MOST_PROBLEMS, Problem, RosterError

_Reaches = Mapping[int, tuple[str, ...]]
"""The villages of the households that a draft threatens, by the draft's feature number."""


@dataclass(frozen=True, slots=True)
class PointOutcome:
    """The changes that an import of hazard points would make or has made."""

    difference: Difference
    token: str


async def preview_points(runtime: Runtime, caller: Officer, content: bytes) -> PointOutcome:
    """Return what an import of the file would change, without storing anything.

    Raises:
        RosterError: if the file has problems; it lists them up to a maximum number.
    """

    def look(connection: Connection) -> PointOutcome:
        file = read_points(content)
        _, outcome = _plan(connection, caller, content, file, _reaches(connection, file))
        return outcome

    return await runtime.database.read(look)


async def import_points(
    runtime: Runtime, caller: Officer, content: bytes, token: str
) -> PointOutcome:
    """Store the whole file that was previewed under this token, or nothing.

    Raises:
        ConflictError: if the file has faults, or the import would differ from the preview.
    """
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> PointOutcome:
        connection = transaction.connection
        stored, outcome = _plan(connection, caller, content, file, reaches)
        if outcome.token != token:
            raise ConflictError(
                "the file or the points changed since the preview: preview it again",
                chinese="预览之后文件或隐患点有改动：请重新查看",
            )
        for draft, version in stored:
            store_draft(connection, draft, version)
        act, details = OfficeAct.IMPORT_HAZARD_POINTS, details_of(outcome.difference)
        record(connection, caller, act, caller.division, details, now)
        return outcome

    try:
        file = await asyncio.to_thread(read_points, content)
        reaches = await runtime.database.read(lambda db: _reaches(db, file))
        return await runtime.ledger.write(unit, own_transaction=True)
    except RosterError as refused:
        reasons = tuple(map(str, refused.problems))
        raise ConflictError(
            "the file has faults: preview it again", reasons, chinese="文件有错：请重新查看"
        ) from refused


def _plan(
    connection: Connection,
    caller: Officer,
    content: bytes,
    file: PointsFile,
    reaches: _Reaches,
) -> tuple[list[tuple[Draft, int]], PointOutcome]:
    """Return the drafts to store, each with its new version, and the outcome."""
    _check(connection, caller, file, reaches)
    drafts = file.drafts
    before = points_named(connection, [each.draft.code for each in drafts])
    difference = Difference()
    stored: list[tuple[Draft, int]] = []
    for draft in (each.draft for each in drafts):
        was = before.get(draft.code)
        if was is None or was.retired_at is not None:
            difference.added.append(draft.label)
        elif found := changes_of(was, draft):
            difference.changed.append((draft.label, found))
        else:
            difference.unchanged += 1
            continue
        stored.append((draft, was.version + 1 if was else 1))
    told = [sha256(content).hexdigest(), [(draft.code, version) for draft, version in stored]]
    return stored, PointOutcome(difference, sha256(json.dumps(told).encode()).hexdigest())


def _reaches(connection: Connection, file: PointsFile) -> _Reaches:
    return {each.feature: villages_of(connection, each.draft) for each in file.drafts}


def _check(connection: Connection, caller: Officer, file: PointsFile, reaches: _Reaches) -> None:
    """Raise RosterError with the file's problems in order of features, up to a maximum number."""
    drafts = file.drafts
    before = points_named(connection, [each.draft.code for each in drafts])
    taken = (
        Problem(
            each.feature,
            "code",
            f"{each.draft.code} is the number of another office's point: give it another",
            f"编号{each.draft.code}属于其他辖区的隐患点：请改用别的编号",
        )
        for each in drafts
        if (was := before.get(each.draft.code)) and not covers(caller.division, was.division)
    )
    wrong = (
        Problem(each.feature, field, str(problem), problem.chinese)
        for each in drafts
        for field, problem in problems_of(
            connection, each.draft, caller.division, reaches[each.feature]
        )
    )
    problems = sorted(
        [*file.problems, *taken, *islice(wrong, MOST_PROBLEMS)], key=attrgetter("line")
    )
    if problems:
        raise RosterError(problems[:MOST_PROBLEMS])
