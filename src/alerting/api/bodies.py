"""What the alert routes take and answer, as JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Self

from fastapi import Path
from pydantic import BaseModel, ConfigDict

from alerting.api.approval_bodies import ApprovalBody
from alerting.core.cap import Area, Colour, Point, Severity, Status
from alerting.core.lifecycle import AlertState
from alerting.core.standing import HouseholdStanding, Reason, Standing
from alerting.core.tally import NotClear, Obstacle, Tally
from alerting.services.preview_alert import Preview
from alerting.storage.alert_list import Listed
from alerting.storage.alerts import StoredAlert
from alerting.storage.approvals import Approval
from alerting.storage.deliveries import Progress
from alerting.storage.fan_out import Reached
from contacts.directory import Division
from contacts.division import Tier
from contacts.phone import mask_phone

AlertId = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""PostgreSQL refuses to compare an integer with more."""


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

    @classmethod
    def of(cls, reached: Reached, finish: datetime) -> Self:
        """Return the body for an area that was reached; `finish` is when the last text leaves."""
        return cls(
            households=reached.households,
            people=reached.people,
            texts=reached.texts,
            segments=reached.segments,
            predicted_finish=finish,
        )


class RaisedBody(AlertBody):
    """An accepted or widened alert, and what of it waits for an officer's word.

    `reached` is null where it had been accepted before, or where all that was asked for waits.
    An informant's or grid officer's own village is reached at once, of a polygon the households
    in it; what lies beyond waits in `approvals`, of a polygon as the whole villages it touches.
    There too are the villages next to the area, which are proposed by themselves.
    """

    reached: ReachedBody | None
    approvals: list[ApprovalBody]

    @classmethod
    def after(
        cls,
        alert: StoredAlert,
        reached: Reached | None,
        waits: Sequence[Approval],
        finish: datetime,
    ) -> Self:
        """Return the body for an alert that has just reached an area, or asked for one."""
        return cls(
            **AlertBody.of(alert).model_dump(),
            reached=reached and ReachedBody.of(reached, finish),
            approvals=[ApprovalBody.of(approval) for approval in waits],
        )


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
    waits_for_approval: tuple[str, ...]
    """What of the area would wait for an officer's word; it is not counted here."""

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
            waits_for_approval=preview.waits_for_approval,
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


class ListedAlertBody(AlertBody):
    """An alert in a list."""

    place: str
    """What people call its area."""
    counts: CountsBody

    @classmethod
    def on_list(cls, listed: Listed) -> Self:
        """Return the body for an alert on a list."""
        return cls(
            **AlertBody.of(listed.alert).model_dump(),
            place=listed.place,
            counts=CountsBody.of(listed.tally),
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

    description: str
    instruction: str
    assembly_point: str
    hazard_location: Point | None
    """[latitude, longitude] in degrees WGS 84."""
    polygon: tuple[Point, ...]
    """The corners of the area it was raised for, where it was drawn; else empty."""
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
            settled_by=standing.settled_by and masked(standing.settled_by),
        )


def masked(said_by: str) -> str:
    """Return who said it, a phone masked: E.164 begins with a plus, an officer's id never does."""
    return mask_phone(said_by) if said_by.startswith("+") else said_by
