"""JSON response bodies of the household routes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Self

from alerting.accounting.allowed import HouseholdAction, Reasons
from alerting.accounting.household import HouseholdRecord, Said
from alerting.alerts.rules import NotAllowed
from alerting.doors.rules import Cause, TaskState
from alerting.doors.tasks import Task
from alerting.reminders.rules import Asking
from alerting.reminders.schemas import TryBody
from alerting.roll.entries import RollEntry
from alerting.roll.rules.evidence import Report
from alerting.roll.schemas import StandingBody, masked
from contacts.bounds import Body
from contacts.people import mask_phone


class HouseholdBody(StandingBody):
    """A household on the roll."""

    code: str
    """The household's code: the code of its village or grid, then a 4-digit number."""
    division: str
    """The village or grid in which it lives."""
    head: str
    """Name of the head of the household."""
    address: str
    """Its address, as written in the roster."""
    headcount: int
    """Number of people in it."""
    language: str
    """Language code of the texts that it gets."""
    vulnerable: str
    """Kinds of vulnerable people in it, separated by ';'; empty: none."""
    persons: tuple[str, ...]
    """Names of the people whom the roster lists by name."""
    officer: str | None
    """Id of the officer responsible for it; null if there is none."""
    added_by: str | None
    """Id of the officer who added these visitors; null: the household is from the roster."""

    @classmethod
    def on_roll(cls, entry: RollEntry) -> Self:
        """Return the body for a roll entry."""
        return cls(
            code=entry.household,
            **entry._asdict() | StandingBody.of(entry.standing).model_dump(),
        )


class HouseholdActionBody(Body):
    """An action on a household, and whether the caller may take it now."""

    action: HouseholdAction
    """The action."""
    allowed: bool
    """Whether the caller may take it now."""
    reason: NotAllowed | Asking | None
    """Why the caller may not take it; null if it is allowed."""

    @classmethod
    def all_of(cls, denial_reasons: Reasons) -> list[Self]:
        """Return one body per action."""
        return [
            cls(action=action, allowed=reason is None, reason=reason)
            for action, reason in denial_reasons.items()
        ]


class ListedHouseholdBody(HouseholdBody):
    """A household in a list."""

    last_word_at: datetime | None
    """When the household was last heard of; null: never."""
    allowed_actions: list[HouseholdActionBody]
    """Every action on the household, and whether the caller may take it now."""

    @classmethod
    def on_list(
        cls, entry: RollEntry, last_word_at: datetime | None, denial_reasons: Reasons
    ) -> Self:
        """Return the body of a listed household, with the actions that the caller may take."""
        return cls(
            **HouseholdBody.on_roll(entry).model_dump(),
            last_word_at=last_word_at,
            allowed_actions=HouseholdActionBody.all_of(denial_reasons),
        )


class HouseholdPageBody(Body):
    """A page of households, most endangered first."""

    households: list[ListedHouseholdBody]
    """The households of this page."""
    after: str | None
    """Cursor of the next page; null: this is the last page."""

    @classmethod
    def of(
        cls,
        listed: Sequence[tuple[RollEntry, Reasons]],
        words: Mapping[str, datetime],
        limit: int,
    ) -> Self:
        """Return the body of a page of up to `limit` households; `words` holds last-heard times."""
        last = listed[-1][0] if len(listed) == limit else None
        return cls(
            households=[
                ListedHouseholdBody.on_list(entry, words.get(entry.household), denial_reasons)
                for entry, denial_reasons in listed
            ],
            after=last and f"{last.danger}-{last.household}",
        )


class PersonBody(Body):
    """A person named in the roster, and whether they are missing."""

    name: str
    """Name in the roster."""
    missing: bool
    """Whether this person is unaccounted for."""


class EvidenceBody(Body):
    """A piece of evidence about a household; phone numbers are masked."""

    id: int
    """Id of this piece of evidence."""
    given_at: datetime
    """When the giver made this statement."""
    recorded_at: datetime
    """When the service recorded it."""
    rung: str
    """Rung of the source: own, neighbour, officer or shelter."""
    given_by: str
    """Id of the officer, or the masked phone number, that gave it."""
    given_by_name: str | None
    """Name of the officer; null if no officer gave it."""
    report: Report
    """The standing that it reports."""
    people: int | None
    """Number of people it is about; null: all."""
    persons: list[str] | None
    """Names of the people it is about; null if nobody is named."""
    channel: str
    """Channel by which it came."""
    note: str
    """Free text that came with it; empty: none."""
    since: datetime | None
    """When the missed roll-call was called; null for other reports."""
    early: bool
    """Whether it came before the alert's first text or call to the giver."""

    @classmethod
    def of(cls, said: Said, names: Sequence[str], officers: Mapping[str, str]) -> Self:
        """Return the body of a piece of evidence; `names` are the household's names on the roll."""
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
            early=said.early,
        )


class DoorBody(Body):
    """The pending door task of a household: its officer and due time."""

    officer: str | None
    """Id of the officer; null: nobody is assigned."""
    officer_name: str | None
    """Name of the officer; null: nobody is assigned."""
    cause: Cause
    """Why an officer has to go to the door."""
    state: TaskState
    """Whether the task is waiting, taken or over."""
    due_at: datetime
    """When an officer has to be at the door."""

    @classmethod
    def of(cls, task: Task, officers: Mapping[str, str]) -> Self:
        """Return the body of a pending door task."""
        return cls(**vars(task), officer_name=officers.get(task.officer or ""))


class HouseholdRecordBody(Body):
    """A household with all its evidence, ordered by the time it was given."""

    household: HouseholdBody
    """The household on the roll."""
    phones: list[str]
    """Phone numbers (E.164); masked for callers outside the household's county."""
    centre: str | None
    """Code of the neighbour household that looks after this one (中心户); null: none does."""
    courtyard: str | None
    """Name of its courtyard or building; null if the roster names none."""
    persons: list[PersonBody]
    """The people whom the roster names."""
    evidence: list[EvidenceBody]
    """All evidence about it."""
    door: DoorBody | None
    """The pending door task; null if there is none."""
    tries: list[TryBody]
    """The last text and the last phone call to it, if any."""
    allowed_actions: list[HouseholdActionBody]
    """Every action on the household, and whether the caller may take it now."""

    @classmethod
    def of(cls, record: HouseholdRecord, denial_reasons: Reasons, *, with_phones: bool) -> Self:
        """Return the body of a household's record, with the actions that the caller may take."""
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
            allowed_actions=HouseholdActionBody.all_of(denial_reasons),
        )
