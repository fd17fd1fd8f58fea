"""JSON bodies of the household routes."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from alerting.accounting.allowed import HouseholdAction, Reasons
from alerting.accounting.household import HouseholdRecord, Said
from alerting.accounting.report import Finding
from alerting.accounting.visitors import Arrival
from alerting.alerts.rules import NotAllowed
from alerting.doors.rules import Cause, TaskState
from alerting.doors.tasks import Task
from alerting.reminders.rules import Asking
from alerting.reminders.schemas import TryBody
from alerting.roll.entries import RollEntry
from alerting.roll.rules.evidence import Report
from alerting.roll.schemas import StandingBody, masked
from contacts.bounds import Moment, Name, Note, People
from contacts.division import DivisionCode, HouseholdCode
from contacts.people import mask_phone


class HouseholdBody(StandingBody):
    """A household on the roll."""

    code: str
    division: str
    head: str
    address: str
    headcount: int
    language: str
    vulnerable: str
    persons: tuple[str, ...]
    """Names of the people whom the roster lists by name."""
    officer: str | None
    added_by: str | None
    """The officer who added these visitors; null: the household is from the roster."""

    @classmethod
    def on_roll(cls, entry: RollEntry) -> Self:
        """Return the body for a roll entry."""
        return cls(
            code=entry.household,
            **entry._asdict() | StandingBody.of(entry.standing).model_dump(),
        )


class ListedHouseholdBody(HouseholdBody):
    """A household in a list."""

    last_word_at: datetime | None
    """When the household was last heard of; null: never."""


class HouseholdPageBody(BaseModel):
    """Households, most endangered first; `after` is the next page's cursor, null at the end."""

    households: list[ListedHouseholdBody]
    after: str | None

    @classmethod
    def of(cls, entries: Sequence[RollEntry], words: Mapping[str, datetime], limit: int) -> Self:
        """Return the body for a page of up to `limit` households; `words` are last-heard times."""
        last = entries[-1] if len(entries) == limit else None
        return cls(
            households=[
                ListedHouseholdBody(
                    **HouseholdBody.on_roll(entry).model_dump(),
                    last_word_at=words.get(entry.household),
                )
                for entry in entries
            ],
            after=last and f"{last.danger}-{last.household}",
        )


class PersonBody(BaseModel):
    """A person whom the roster names, and whether they are missing."""

    name: str
    missing: bool


class EvidenceBody(BaseModel):
    """A piece of evidence about a household; phone numbers are masked."""

    id: int
    given_at: datetime
    recorded_at: datetime
    rung: str
    """Rung of the source: own, neighbour, officer or shelter."""
    given_by: str
    given_by_name: str | None
    """The officer's name; null if no officer gave it."""
    report: Report
    people: int | None
    persons: list[str] | None
    """Names of the people it is about; null if nobody is named."""
    channel: str
    note: str
    since: datetime | None
    """When the missed roll-call was called."""

    @classmethod
    def of(cls, said: Said, names: Sequence[str], officers: Mapping[str, str]) -> Self:
        """Return the body for a piece of evidence; `names` are the names on the roll."""
        item = said.evidence
        return cls(
            id=int(item.id),
            given_at=item.given_at,
            recorded_at=said.recorded_at,
            rung=item.rung.name.lower(),
            given_by=masked(item.by),
            given_by_name=officers.get(item.by),
            report=item.report,
            people=item.count,
            persons=None if item.persons is None else [names[at] for at in sorted(item.persons)],
            channel=said.channel,
            note=said.note,
            since=item.since,
        )


class DoorBody(BaseModel):
    """The officer assigned to the household's door, and the due time."""

    officer: str | None
    officer_name: str | None
    cause: Cause
    state: TaskState
    due_at: datetime

    @classmethod
    def of(cls, task: Task, officers: Mapping[str, str]) -> Self:
        """Return the body for a pending task."""
        return cls(**vars(task), officer_name=officers.get(task.officer or ""))


class HouseholdActionBody(BaseModel):
    """An action on a household, and whether the caller may take it now."""

    action: HouseholdAction
    allowed: bool
    reason: NotAllowed | Asking | None
    """Why not; null if it is allowed."""


class HouseholdRecordBody(BaseModel):
    """A household with all its evidence, ordered by the time it was given."""

    household: HouseholdBody
    phones: list[str]
    """E.164 numbers; masked for callers outside the household's county."""
    centre: str | None
    """Code of the neighbour's household that looks after this one (中心户)."""
    courtyard: str | None
    """Name of its courtyard or building."""
    persons: list[PersonBody]
    evidence: list[EvidenceBody]
    door: DoorBody | None
    """The pending door task."""
    tries: list[TryBody]
    """The last text and the last phone call, if any."""
    allowed_actions: list[HouseholdActionBody]
    """Every action on the household, and whether the caller may take it now."""

    @classmethod
    def of(cls, record: HouseholdRecord, against: Reasons, *, with_phones: bool) -> Self:
        """Return the body for a household's record, and what is against the caller's acts."""
        names, officers = record.entry.persons, record.officers
        return cls(
            household=HouseholdBody.on_roll(record.entry),
            phones=[each if with_phones else mask_phone(each) for each in record.phones],
            centre=record.centre,
            courtyard=record.courtyard,
            persons=[
                PersonBody(name=name, missing=place in record.missing)
                for place, name in enumerate(names)
            ],
            evidence=[EvidenceBody.of(said, names, officers) for said in record.said],
            door=record.door and DoorBody.of(record.door, officers),
            tries=[TryBody.of(one, officers) for one in record.tries],
            allowed_actions=[
                HouseholdActionBody(action=action, allowed=reason is None, reason=reason)
                for action, reason in against.items()
            ],
        )


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


class FindingBody(BaseModel):
    """An officer's or informant's report on a household."""

    model_config = ConfigDict(extra="forbid")

    household: HouseholdCode
    report: ReportFound
    people: People | None = None
    """How many people it is about; null: all. With 'staying': how many left home."""
    persons: Names | None = None
    """Names on the roll, instead of `people`. With 'staying': names of those who stay."""
    given_at: Moment | None = None
    note: Note = ""
    key: IdempotencyKey | None = None

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


class CheckInBody(BaseModel):
    """An arrival at a shelter; without `people` or `persons`, the whole household."""

    model_config = ConfigDict(extra="forbid")

    household: HouseholdCode
    people: Annotated[int, Field(ge=1, le=999)] | None = None
    persons: Names | None = None
    given_at: Moment | None = None
    note: Note = ""
    key: IdempotencyKey | None = None

    def finding(self) -> Finding:
        """Return the service's value: an arrival at a shelter is reported as evacuated."""
        return FindingBody(report=Report.EVACUATED, **self.model_dump()).finding()


class VisitorsBody(BaseModel):
    """People who are on no roster, and one report for all of them."""

    model_config = ConfigDict(extra="forbid")

    division: DivisionCode
    """The village or grid where they were found."""
    name: Annotated[OneLine, StringConstraints(min_length=1)]
    """Name of one of them, or a description of the group."""
    people: Annotated[int, Field(ge=1, le=999)]
    address: OneLine = ""
    report: ReportFound
    given_at: Moment | None = None
    note: Note = ""
    key: IdempotencyKey | None = None

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
