"""JSON bodies of roster previews, roster imports, the office log and setup steps."""

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
    """A fault of a file: its position and the remedy."""

    model_config = ConfigDict(from_attributes=True)

    sheet: str
    """The name of the workbook's sheet; empty for a text file."""
    line: int
    """The number of the row, counted from 1."""
    count: int
    """The number of rows with the same fault."""
    also: list[int] = Field(max_length=MOST_ALSO)
    """The row numbers of the next such rows after `line`."""
    column: str
    """The column's heading; empty if the fault concerns the whole row."""
    message: str
    """The fault and its remedy, in English."""
    chinese: str
    """The fault and its remedy, in Chinese."""


class DoubtBody(Body):
    """A doubt about a row, which can still be imported."""

    message: str
    """The doubt, in English."""
    chinese: str
    """The doubt, in Chinese."""

    @classmethod
    def of(cls, doubt: CellError) -> Self:
        """Return the doubt in English and Chinese."""
        return cls(message=str(doubt), chinese=doubt.chinese)


class HeadingBody(Body):
    """A column of a sheet."""

    heading: str
    """The column's heading."""
    field: str
    """The field read from the column; empty if the column is ignored."""


class ColumnsBody(Body):
    """How the columns of a sheet are read."""

    sheet: str
    """The name of the workbook's sheet; empty for a text file."""
    line: int
    """The number of the row with the headings, counted from 1."""
    is_confirmed: bool
    """Whether every heading is the name of a field, or was confirmed for an earlier file."""
    headings: list[HeadingBody] = Field(max_length=100)
    """The columns that have a heading."""

    @classmethod
    def of(cls, sheet: str, layout: Layout) -> Self:
        """Return the JSON body of a sheet's columns."""
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
    """The number of ambiguous cells."""
    written: str
    """The text of the first such cell."""
    read: str
    """How the first such cell was read."""

    @classmethod
    def of(cls, field: str, reading: Reading) -> Self:
        """Return the JSON body of a field's readings."""
        return cls(field=field, count=reading.count, written=reading.written, read=reading.read)


class LineBody(Body):
    """A change to the roster."""

    model_config = ConfigDict(from_attributes=True)

    what: RosterChange
    """The kind of the change."""
    subject: str
    """The code or id of the entry; the new code for a household that moved."""
    name: str
    """The name of the household's head, the officer or the division."""
    field: str
    """The field that changed; empty if the whole entry is new or gone."""
    before: str
    """The field's old value."""
    after: str
    """The field's new value."""


class DetailsBody(Body):
    """Changes to the roster: counts of all changes, and a list of the first."""

    counts: dict[RosterChange, int]
    """The number of changes by kind."""
    lines: list[LineBody]
    """The first changes."""

    @classmethod
    def of(cls, details: Details) -> Self:
        """Return the JSON body of the details of an act."""
        lines = [LineBody.model_validate(each) for each in details.lines]
        return cls(
            counts={RosterChange(what): n for what, n in details.counts.items()}, lines=lines
        )


class RosterImportBody(Body):
    """The changes that an import would make or has made."""

    token: str
    """Identifies the file, its options and the changes; an import with another token is refused."""
    unchanged: int
    """The number of rows that the roster already has unchanged."""
    people: int
    """The number of people in the file; 0 for officers and divisions."""
    changes: DetailsBody
    """The changes."""
    suspicious: list[DoubtBody] = Field(max_length=MOST_LINES)
    """The first doubts; they do not prevent the import."""
    suspicious_count: int
    """The number of all doubts."""

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """Return the JSON body of an outcome."""
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
    """How a file was read, and its faults or the changes that its import would make."""

    columns: list[ColumnsBody] = Field(max_length=_MOST_SHEETS)
    """How the columns of each sheet are read; empty for divisions, whose columns are fixed."""
    readings: list[CellReadingBody] = Field(max_length=100)
    """How ambiguous cells were read."""
    faults: list[FaultBody] = Field(max_length=MOST_PROBLEMS)
    """The faults; empty if the file can be imported."""
    changes: RosterImportBody | None
    """The changes that an import would make; null for a file with faults."""
    may_import: bool
    """Whether this session may import the file; if not, sign in again first."""

    @classmethod
    def of(cls, kind: RosterKind, preview: Preview, *, has_recent_sign_in: bool) -> Self:
        """Return the JSON body of a preview; only a recent sign-in may give anybody new rights."""
        outcome = preview.outcome
        readings = outcome.readings.items() if outcome else ()
        return cls(
            columns=[ColumnsBody.of(*each) for each in preview.layouts[:_MOST_SHEETS]],
            readings=[CellReadingBody.of(*each) for each in sorted(readings, key=lambda r: r[0])],
            faults=[FaultBody.model_validate(each) for each in preview.faults[:MOST_PROBLEMS]],
            changes=RosterImportBody.of(outcome) if outcome else None,
            may_import=has_recent_sign_in
            or outcome is None
            or not gives_access(kind, outcome.difference),
        )


class AdministrationBody(Body):
    """An administrator's act in the office log."""

    id: int
    """The number of the act; later acts have higher numbers."""
    at: datetime
    """When the act was done."""
    officer: str
    """The administrator's id."""
    name: str
    """The administrator's name; empty if they are no longer in the roster."""
    act: OfficeAct
    """The kind of the act."""
    division: str
    """The code of the division that the act concerns."""
    reason: str
    """The reason; empty for acts without one."""
    details: DetailsBody
    """The changes with old and new values."""

    @classmethod
    def of(cls, entry: Entry, name: str) -> Self:
        """Return the JSON body of an entry of the office log."""
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
    """A step of setting up a service that can alert."""

    model_config = ConfigDict(from_attributes=True)

    name: StepName
    """The name of the step."""
    there: int
    """The number of things for this step that are there."""
    missing: int
    """The number of things for this step that are missing."""
    is_done: bool
    """Whether something is there and nothing is missing."""
