"""Writes and reads the office log: who changed what, with the old and the new value."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, and_, insert, select, true

from alerting.office_log.tables import administration
from contacts.directory import Officer
from contacts.division import subtree
from contacts.people import mask_phone
from contacts.roster.comparison import Difference

MOST_LINES: Final = 200
"""Maximum number of changes that an entry lists by kind; its counts include all."""


_PHONES: Final = frozenset({"phones", "contact_phone"})


class OfficeAct(StrEnum):
    """The kinds of acts of administrators, and of officers who plan exercises."""

    FIRST_RUN = "first_run"
    EDIT_HOUSEHOLD = "edit_household"
    MOVE_HOUSEHOLD = "move_household"
    SPLIT_HOUSEHOLD = "split_household"
    MERGE_HOUSEHOLDS = "merge_households"
    RETIRE_HOUSEHOLD = "retire_household"
    ADD_OFFICER = "add_officer"
    EDIT_OFFICER = "edit_officer"
    RETIRE_OFFICER = "retire_officer"
    EDIT_DIVISION = "edit_division"
    EDIT_DUTY = "edit_duty"
    IMPORT_HOUSEHOLDS = "import_households"
    IMPORT_OFFICERS = "import_officers"
    IMPORT_DIVISIONS = "import_divisions"
    EDIT_HAZARD_POINT = "edit_hazard_point"
    RETIRE_HAZARD_POINT = "retire_hazard_point"
    IMPORT_HAZARD_POINTS = "import_hazard_points"
    EDIT_ISSUER = "edit_issuer"
    SEND_TEST_TEXT = "send_test_text"
    PLAN_EXERCISE = "plan_exercise"
    CANCEL_EXERCISE = "cancel_exercise"


class RosterChange(StrEnum):
    """The kind of change to a household, an officer, a division or a hazard point."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Line:
    """One change: the roster entry, the field, the old and the new value."""

    what: RosterChange
    subject: str
    """The code or id of the roster entry; the new code for a household that moved."""
    name: str
    field: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    """The changes of an act: the number by kind, and the first of each kind."""

    counts: dict[str, int]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the office log."""

    id: int
    at: datetime
    officer: str
    act: OfficeAct
    division: str
    reason: str
    details: Details


def details_of(difference: Difference) -> Details:
    """Return the log details for a stored difference."""
    counts = {
        RosterChange.ADDED: len(difference.added),
        RosterChange.CHANGED: len(difference.changed),
        RosterChange.MOVED: len(difference.moved),
        RosterChange.GONE: len(difference.gone),
    }
    return Details({str(what): count for what, count in counts.items()}, tuple(_lines(difference)))


def record(
    connection: Connection,
    caller: Officer,
    act: OfficeAct,
    division: str,
    details: Details,
    now: datetime,
    reason: str = "",
) -> None:
    """Add an entry to the office log, in the transaction that makes the change."""
    connection.execute(
        insert(administration).values(
            at=now,
            officer=caller.id,
            act=act,
            division=division,
            reason=reason,
            details=json.dumps(asdict(details), ensure_ascii=False),
        )
    )


def entries_within(
    connection: Connection, division: str, before: int | None, most: int
) -> list[Entry]:
    """Return up to `most` entries within a division, newest first, with ids lower than `before`."""
    columns = administration.c
    low, high = subtree(division)
    older = true() if before is None else columns.id < before
    query = select(administration).where(and_(columns.division.between(low, high), older))
    rows = connection.execute(query.order_by(columns.id.desc()).limit(most)).mappings()
    return [_entry(dict(row)) for row in rows]


def _entry(row: dict[str, Any]) -> Entry:
    stored = json.loads(row["details"])
    lines = tuple(
        Line(**each | {"what": RosterChange(each["what"])}) for each in stored.get("lines", ())
    )
    details = Details(stored.get("counts", {}), lines)
    return Entry(**row | {"act": OfficeAct(row["act"]), "details": details})


def _lines(difference: Difference) -> Iterator[Line]:
    for each in islice(difference.added, MOST_LINES):
        yield Line(RosterChange.ADDED, each.code, each.head)
    for label, changes in islice(difference.changed, MOST_LINES):
        for change in changes:
            before, after = _told(change.field, change.before), _told(change.field, change.after)
            yield Line(RosterChange.CHANGED, label.code, label.head, change.field, before, after)
    for label, old in difference.moved[:MOST_LINES]:
        yield Line(RosterChange.MOVED, label.code, label.head, "code", old, label.code)
    for each in difference.gone[:MOST_LINES]:
        yield Line(RosterChange.GONE, each.code, each.head)


def _told(field: str, value: object) -> str:
    """Return a value as text, with phones masked, because many people read the log."""
    text = "" if value is None else str(value)
    return ";".join(map(mask_phone, text.split(";"))) if text and field in _PHONES else text
