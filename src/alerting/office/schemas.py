"""JSON bodies of the office: previews, imports and the log."""

from datetime import datetime
from typing import Final, Self

from pydantic import ConfigDict, Field

from alerting.office.entry_import import gives_access
from alerting.office.imports import Preview
from alerting.office.roster_file import Outcome, RosterKind
from alerting.office.steps import StepName
from alerting.office_log.log import MOST_LINES, Details, Entry, OfficeAct, RosterChange, details_of
from contacts.bounds import Body, CellError
from contacts.roster.clerk_file import Reading
from contacts.roster.headings import Layout
from contacts.roster.problems import MOST_ALSO, MOST_PROBLEMS

_MOST_SHEETS: Final = 100


class FaultBody(Body):
    """A problem of a file: its place, and the remedy."""

    model_config = ConfigDict(from_attributes=True)

    sheet: str
    """The name of a workbook's sheet; empty for a text file."""
    line: int
    """The row, from 1."""
    count: int
    """How many rows have the same fault."""
    also: list[int] = Field(max_length=MOST_ALSO)
    """The first of them after `line`."""
    column: str
    """The column's heading; empty: the whole row."""
    message: str
    """The problem and its remedy, in English."""
    chinese: str
    """The same in Chinese."""


class DoubtBody(Body):
    """A doubt about a row, which can be imported all the same."""

    message: str
    """The doubt, in English."""
    chinese: str
    """The same in Chinese."""

    @classmethod
    def of(cls, doubt: CellError) -> Self:
        """Return the body of a doubt."""
        return cls(message=str(doubt), chinese=doubt.chinese)


class HeadingBody(Body):
    """A column of a sheet."""

    heading: str
    """Its heading."""
    field: str
    """The field that it is taken for; empty: it is not read."""


class ColumnsBody(Body):
    """The columns of a sheet."""

    sheet: str
    """The name of a workbook's sheet; empty for a text file."""
    line: int
    """The row of the headings, from 1."""
    is_confirmed: bool
    """Whether every heading is a field's own name, or was confirmed for an earlier file."""
    headings: list[HeadingBody] = Field(max_length=100)
    """The columns that have a heading."""

    @classmethod
    def of(cls, sheet: str, layout: Layout) -> Self:
        """Return the body of a sheet's columns."""
        headings = [HeadingBody(heading=h, field=f) for h, f in layout.read().items()]
        return cls(
            sheet=sheet,
            line=layout.line,
            is_confirmed=layout.is_confirmed,
            headings=headings,
        )


class CellReadingBody(Body):
    """How the ambiguous cells of a field were read."""

    field: str
    """The field."""
    count: int
    """How many cells."""
    written: str
    """The first of them, as it stands."""
    read: str
    """How it was read."""

    @classmethod
    def of(cls, field: str, reading: Reading) -> Self:
        """Return the body of a field's readings."""
        return cls(field=field, count=reading.count, written=reading.written, read=reading.read)


class LineBody(Body):
    """A change of the roster."""

    model_config = ConfigDict(from_attributes=True)

    what: RosterChange
    """The kind of the change."""
    subject: str
    """The code or the id; of a household that moved, the new code."""
    name: str
    """The head's, the officer's or the division's name."""
    field: str
    """The field that changed; empty where all is new or gone."""
    before: str
    """The field's value before."""
    after: str
    """The field's value afterwards."""


class DetailsBody(Body):
    """Changes of the roster: all are counted, and the first are listed."""

    counts: dict[RosterChange, int]
    """How many of each kind there are."""
    lines: list[LineBody]
    """The first of them."""

    @classmethod
    def of(cls, details: Details) -> Self:
        """Return the body of an act's details."""
        lines = [LineBody.model_validate(each) for each in details.lines]
        return cls(
            counts={RosterChange(what): n for what, n in details.counts.items()}, lines=lines
        )


class RosterImportBody(Body):
    """The changes by an import, planned or made."""

    token: str
    """Identifies the file, the choices and the changes: an import of another token is refused."""
    unchanged: int
    """Rows of the file that the roster has already."""
    people: int
    """People in the file; 0 for officers and divisions."""
    changes: DetailsBody
    """The changes."""
    suspicious: list[DoubtBody] = Field(max_length=MOST_LINES)
    """The doubts; the file is imported all the same."""
    suspicious_count: int
    """How many doubts there are; the first are listed."""

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """Return the body of an outcome."""
        doubts = outcome.difference.suspicious
        return cls(
            token=outcome.token,
            unchanged=outcome.report.unchanged,
            people=outcome.report.people,
            changes=DetailsBody.of(details_of(outcome.difference)),
            suspicious=[DoubtBody.of(each) for each in doubts[:MOST_LINES]],
            suspicious_count=len(doubts),
        )


class RosterPreviewBody(Body):
    """How a file is read, and what its import would change, or what is wrong with it."""

    columns: list[ColumnsBody] = Field(max_length=_MOST_SHEETS)
    """The columns by sheet; empty for divisions, whose columns have fixed names."""
    readings: list[CellReadingBody] = Field(max_length=100)
    """How ambiguous cells were read."""
    faults: list[FaultBody] = Field(max_length=MOST_PROBLEMS)
    """The problems; empty if the file can be imported."""
    changes: RosterImportBody | None
    """The changes that an import would make; null for a file with faults."""
    may_import: bool
    """Whether this session may import it; false: sign in again first."""

    @classmethod
    def of(cls, kind: RosterKind, preview: Preview, *, is_fresh: bool) -> Self:
        """Return the body of a preview in a session that is fresh or not."""
        outcome = preview.outcome
        readings = outcome.readings.items() if outcome else ()
        return cls(
            columns=[ColumnsBody.of(*each) for each in preview.layouts[:_MOST_SHEETS]],
            readings=[CellReadingBody.of(*each) for each in sorted(readings, key=lambda r: r[0])],
            faults=[FaultBody.model_validate(each) for each in preview.faults[:MOST_PROBLEMS]],
            changes=RosterImportBody.of(outcome) if outcome else None,
            may_import=is_fresh or outcome is None or not gives_access(kind, outcome.difference),
        )


class AdministrationBody(Body):
    """An act of an administrator."""

    id: int
    """Its number; later acts have higher ones."""
    at: datetime
    """When."""
    officer: str
    """The administrator's id."""
    name: str
    """The administrator's name; empty if the roster has them no more."""
    act: OfficeAct
    """The act."""
    division: str
    """The division within which it was done."""
    reason: str
    """Why, where a reason is asked for."""
    details: DetailsBody
    """The changes: old and new values."""

    @classmethod
    def of(cls, entry: Entry, name: str) -> Self:
        """Return the body of an entry of the log."""
        return cls(
            id=entry.id,
            at=entry.at,
            officer=entry.officer,
            name=name,
            act=entry.act,
            division=entry.division,
            reason=entry.reason,
            details=DetailsBody.of(entry.details),
        )


class StepBody(Body):
    """A step on the way to a service that can alert."""

    model_config = ConfigDict(from_attributes=True)

    name: StepName
    """The step."""
    there: int
    """How much there is of it."""
    missing: int
    """How much of it is missing."""
    is_done: bool
    """Whether there is something, and nothing is missing."""
