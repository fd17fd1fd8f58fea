"""JSON request bodies of reports on households."""

import uuid
from typing import Annotated, Final

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from alerting.accounting.report import Finding
from alerting.accounting.visitors import Arrival
from alerting.roll.rules.evidence import Report
from contacts.bounds import Body, Moment, Name, Note, People
from contacts.division import DivisionCode, HouseholdCode

_MOST_NAMED: Final = 100


def _found(report: Report) -> Report:
    if report is Report.MISSED_ROLL_CALL:
        raise ValueError("only the end of a roll-call sets this; report what you found")
    return report


ReportFound = Annotated[Report, AfterValidator(_found)]
"""Any report except a missed roll-call, which only the service records."""

Names = Annotated[list[Name], Field(max_length=_MOST_NAMED)]

IdempotencyKey = Annotated[str, StringConstraints(min_length=8, max_length=80)]
"""Idempotency key, chosen by the client."""

OneLine = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=80, pattern=r"^[^\n\r]*$")
]
"""One line of text."""


class FindingBody(Body):
    """An officer's or informant's report on a household."""

    model_config = ConfigDict(extra="forbid")

    household: HouseholdCode
    """The household's code."""
    report: ReportFound
    """The finding of the officer or informant."""
    people: People | None = None
    """How many people the report is about; null: all. With 'staying': how many left home."""
    persons: Names | None = None
    """Names on the roll, instead of `people`. With 'staying': the people who stay."""
    given_at: Moment | None = None
    """Time of the observation; if omitted, now."""
    note: Note = ""
    """Free text; empty: none."""
    key: IdempotencyKey | None = None
    """Idempotency key: a repeat with the same key is not recorded again."""

    def finding(self) -> Finding:
        """Return this body as a `Finding`."""
        return Finding(
            household=self.household,
            report=self.report,
            people=self.people,
            given_at=self.given_at,
            note=self.note,
            key=self.key or uuid.uuid4().hex,
            persons=None if self.persons is None else tuple(self.persons),
        )


class CheckInBody(Body):
    """An arrival at a shelter: the whole household, unless `people` or `persons` is given."""

    model_config = ConfigDict(extra="forbid")

    household: HouseholdCode
    """The household's code."""
    people: Annotated[int, Field(ge=1, le=999)] | None = None
    """How many of the household arrived; if omitted, all."""
    persons: Names | None = None
    """Names on the roll of the people who arrived, instead of `people`."""
    given_at: Moment | None = None
    """When they arrived; if omitted, now."""
    note: Note = ""
    """Free text; empty: none."""
    key: IdempotencyKey | None = None
    """Idempotency key: a repeat with the same key is not recorded again."""

    def finding(self) -> Finding:
        """Return this body as a `Finding` with the report 'evacuated'."""
        return FindingBody(report=Report.EVACUATED, **self.model_dump()).finding()


class VisitorsBody(Body):
    """A group of people who are on no roster, and one report about all of them."""

    model_config = ConfigDict(extra="forbid")

    division: DivisionCode
    """The village or grid where they were found."""
    name: Annotated[OneLine, StringConstraints(min_length=1)]
    """Name of one person, or a description of the group."""
    people: Annotated[int, Field(ge=1, le=999)]
    """Number of people."""
    address: OneLine = ""
    """Where they are staying; empty: unknown."""
    report: ReportFound
    """The finding of the officer or informant."""
    given_at: Moment | None = None
    """When they were found; if omitted, now."""
    note: Note = ""
    """Free text; empty: none."""
    key: IdempotencyKey | None = None
    """Idempotency key: a repeat with the same key adds nobody."""

    def arrival(self) -> Arrival:
        """Return this body as an `Arrival`."""
        return Arrival(
            division=self.division,
            name=self.name,
            people=self.people,
            address=self.address,
            report=self.report,
            note=self.note,
            key=self.key or uuid.uuid4().hex,
            given_at=self.given_at,
        )
