"""JSON bodies in which people report on households."""

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
        raise ValueError("only a roll-call's end says this; report what you found")
    return report


ReportFound = Annotated[Report, AfterValidator(_found)]
"""A report that a person may give; only the clock reports a missed roll-call."""

Names = Annotated[list[Name], Field(max_length=_MOST_NAMED)]

IdempotencyKey = Annotated[str, StringConstraints(min_length=8, max_length=80)]
"""Idempotency key chosen by the client: a repeat counts once."""

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
    """The finding."""
    people: People | None = None
    """How many people it is about; null: all. With 'staying': how many left home."""
    persons: Names | None = None
    """Names on the roll, instead of `people`. With 'staying': names of those who stay."""
    given_at: Moment | None = None
    """When it was found; if omitted, now."""
    note: Note = ""
    """Further words; empty: none."""
    key: IdempotencyKey | None = None
    """The idempotency key: a repeat with the same key counts once."""

    def finding(self) -> Finding:
        """Return the service's value for this body."""
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
    """An arrival at a shelter; without `people` or `persons`, the whole household."""

    model_config = ConfigDict(extra="forbid")

    household: HouseholdCode
    """The household's code."""
    people: Annotated[int, Field(ge=1, le=999)] | None = None
    """How many of it arrived; if omitted, all."""
    persons: Names | None = None
    """The names on the roll of those who arrived, instead of `people`."""
    given_at: Moment | None = None
    """When they arrived; if omitted, now."""
    note: Note = ""
    """Further words; empty: none."""
    key: IdempotencyKey | None = None
    """The idempotency key: a repeat with the same key counts once."""

    def finding(self) -> Finding:
        """Return the service's value: an arrival at a shelter is reported as evacuated."""
        return FindingBody(report=Report.EVACUATED, **self.model_dump()).finding()


class VisitorsBody(Body):
    """People who are on no roster, and one report for all of them."""

    model_config = ConfigDict(extra="forbid")

    division: DivisionCode
    """The village or grid where they were found."""
    name: Annotated[OneLine, StringConstraints(min_length=1)]
    """Name of one of them, or a description of the group."""
    people: Annotated[int, Field(ge=1, le=999)]
    """How many they are."""
    address: OneLine = ""
    """Where they stay; empty: unknown."""
    report: ReportFound
    """The finding."""
    given_at: Moment | None = None
    """When they were found; if omitted, now."""
    note: Note = ""
    """Further words; empty: none."""
    key: IdempotencyKey | None = None
    """The idempotency key: a repeat with the same key adds nobody."""

    def arrival(self) -> Arrival:
        """Return the service's value for this body."""
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
