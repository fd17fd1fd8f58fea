"""What the alert routes take and answer, as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from alerting.core.cap import Area, Colour, Severity, Status
from alerting.core.lifecycle import AlertState
from alerting.core.standing import HouseholdStanding, Reason, Report, Standing
from alerting.core.tally import NotClear, Obstacle, Tally
from alerting.services.preview_alert import Preview
from alerting.storage.alerts import StoredAlert
from alerting.storage.deliveries import Progress
from alerting.storage.fan_out import Reached
from alerting.storage.roll import Entry
from contacts.directory import Division
from contacts.division import HouseholdCode, Tier


class AlertBody(BaseModel):
    """An alert, in short."""

    id: int
    identifier: str
    number: int
    """What people type after '#' to name it."""
    status: Status
    state: AlertState
    event: str
    colour: Colour
    severity: Severity
    origin: str
    divisions: tuple[str, ...]
    sent: datetime
    expires: datetime
    raised_by: str
    seq: int
    """Where its log ends: a feed can be resumed from here."""

    @classmethod
    def of(cls, alert: StoredAlert) -> Self:
        """Return the body for a stored alert."""
        return cls(
            id=alert.id,
            identifier=alert.identifier,
            number=alert.number,
            status=alert.status,
            state=alert.state,
            event=alert.request.event,
            colour=alert.request.colour,
            severity=alert.request.severity,
            origin=alert.origin,
            divisions=alert.divisions,
            sent=alert.sent,
            expires=alert.expires,
            raised_by=alert.raised_by,
            seq=alert.last_seq,
        )


class ReachedBody(BaseModel):
    """Who joined the roll, counted from what was stored, and the texts owed because of it."""

    households: int
    people: int
    texts: int
    segments: int
    predicted_finish: datetime


class RaisedBody(AlertBody):
    """An accepted or widened alert; `reached` is null where it had been accepted before."""

    reached: ReachedBody | None

    @classmethod
    def after(cls, alert: StoredAlert, reached: Reached | None, finish: datetime) -> Self:
        """Return the body for an alert that has just reached an area."""
        counted = reached and ReachedBody(
            households=reached.households,
            people=reached.people,
            texts=reached.texts,
            segments=reached.segments,
            predicted_finish=finish,
        )
        return cls(**AlertBody.of(alert).model_dump(), reached=counted)


class PreviewBody(BaseModel):
    """Whom an alert would reach, what they would read, and what sending it takes."""

    households: int
    people: int
    vulnerable_households: int
    households_without_phone: int
    officers: int
    languages: dict[str, int]
    """Texts to be sent in each language, officers' included."""
    texts: dict[str, str]
    segments_each: dict[str, int]
    segments: int
    predicted_finish: datetime
    finishes_late: bool
    cost: float
    currency: str

    @classmethod
    def of(cls, preview: Preview, currency: str) -> Self:
        """Return the body for a preview; costs are in `currency`."""
        audience, sending = preview.audience, preview.forecast
        return cls(
            households=audience.households,
            people=audience.people,
            vulnerable_households=audience.vulnerable_households,
            households_without_phone=audience.households_without_phone,
            officers=audience.officers,
            languages=dict(audience.texts_by_language),
            texts=preview.texts,
            segments_each=preview.segments,
            segments=sending.segments,
            predicted_finish=sending.finish,
            finishes_late=sending.late,
            cost=sending.cost,
            currency=currency,
        )


class WidenBody(BaseModel):
    """Where to widen an alert to."""

    model_config = ConfigDict(extra="forbid")

    area: Area


class CountsBody(BaseModel):
    """Households and people by standing; each person is counted once."""

    households: dict[Standing, int]
    people: dict[Standing, int]
    people_total: int
    households_total: int
    people_verified: int
    """Of those elsewhere or evacuated, whom an officer saw or a shelter checked in."""

    @classmethod
    def of(cls, tally: Tally) -> Self:
        """Return the body for a tally."""
        numbers = asdict(tally)
        return cls(
            households={s: numbers[f"households_{s}"] for s in Standing},
            people={s: numbers[f"people_{s}"] for s in Standing if s is not Standing.PARTLY},
            people_total=tally.people,
            households_total=tally.households,
            people_verified=tally.people_verified,
        )


class DivisionTallyBody(CountsBody):
    """The counts of one division."""

    division: str
    name: str
    tier: Tier

    @classmethod
    def of_division(cls, division: Division, tally: Tally) -> Self:
        """Return the body for a division's tally."""
        return cls(
            division=division.code,
            name=division.name,
            tier=division.tier,
            **CountsBody.of(tally).model_dump(),
        )


class TallyBody(DivisionTallyBody):
    """A division's counts, and those of the divisions one tier below that have any."""

    children: list[DivisionTallyBody]


class ObstacleBody(BaseModel):
    """A reason why the alert cannot be closed yet."""

    reason: NotClear
    number: int

    @classmethod
    def of(cls, obstacle: Obstacle) -> Self:
        """Return the body for an obstacle."""
        return cls(reason=obstacle.reason, number=obstacle.number)


class ProgressBody(BaseModel):
    """How many deliveries of a tier, by a channel, are in a state."""

    tier: Tier
    channel: str
    state: str
    count: int

    @classmethod
    def of(cls, progress: Progress) -> Self:
        """Return the body for a count of deliveries."""
        return cls(**asdict(progress))


class AlertStateBody(AlertBody):
    """An alert as it stands: counts in the caller's divisions, sending, and what is in the way."""

    counts: CountsBody
    deliveries: list[ProgressBody]
    officers_confirmed: int
    not_clear: list[ObstacleBody]
    """Why the caller's part of it is not zero-unaccounted; empty: it is."""


class StandingBody(BaseModel):
    """How a household stands, and on whose word."""

    standing: Standing
    people: dict[Standing, int]
    verified: bool
    flagged: bool
    reason: Reason
    settled_by: str | None

    @classmethod
    def of(cls, standing: HouseholdStanding) -> Self:
        """Return the body for a standing."""
        people = asdict(standing.people)
        return cls(
            standing=standing.standing,
            people={Standing(name): number for name, number in people.items()},
            verified=standing.verified,
            flagged=standing.flagged,
            reason=standing.reason,
            settled_by=standing.settled_by,
        )


class HouseholdBody(StandingBody):
    """A household on the roll."""

    code: str
    division: str
    head: str
    address: str
    headcount: int
    language: str
    vulnerable: str
    officer: str | None

    @classmethod
    def on_roll(cls, entry: Entry) -> Self:
        """Return the body for an entry of the roll."""
        return cls(
            code=entry.household,
            division=entry.division,
            head=entry.head,
            address=entry.address,
            headcount=entry.headcount,
            language=entry.language,
            vulnerable=entry.vulnerable,
            officer=entry.officer,
            **StandingBody.of(entry.standing).model_dump(),
        )


class HouseholdPageBody(BaseModel):
    """Households, those in most danger first; `after` fetches the next page, null at the end."""

    households: list[HouseholdBody]
    after: str | None

    @classmethod
    def of(cls, entries: Sequence[Entry], limit: int) -> Self:
        """Return the body for a page that could hold `limit` households."""
        last = entries[-1] if len(entries) == limit else None
        return cls(
            households=[HouseholdBody.on_roll(entry) for entry in entries],
            after=last and f"{last.danger}-{last.household}",
        )


def _found(report: Report) -> Report:
    if report is Report.MISSED_ROLL_CALL:
        raise ValueError("only a roll-call's end says this; report what you found")
    return report


class FindingBody(BaseModel):
    """What an officer or informant found out about a household."""

    model_config = ConfigDict(extra="forbid")

    household: HouseholdCode
    report: Annotated[Report, AfterValidator(_found)]
    people: Annotated[int, Field(ge=0, le=999)] | None = None
    """How many it holds for; left out, the whole household. With 'staying': how many left."""
    given_at: AwareDatetime | None = None
    note: Annotated[str, StringConstraints(max_length=500)] = ""
    key: Annotated[str, StringConstraints(min_length=8, max_length=80)] | None = None
    """Your own name for this report: sent twice with the same one, it counts once."""
