"""What the alert routes answer, as JSON."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict

from alerting.alerts.overview import Listed
from alerting.alerts.preview import Preview
from alerting.approvals.schemas import ApprovalBody, ReachedBody
from alerting.approvals.store import Approval
from alerting.areas.reach import Reached
from alerting.cap.alert import Area, Point
from alerting.deliveries.routes import ProgressBody
from alerting.ledger.alerts import StoredAlert
from alerting.ledger.schemas import AlertBody
from alerting.roll.rules.tally import NotClear, Obstacle
from alerting.roll.schemas import CountsBody


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
    ) -> Self:
        """Return the body for an alert that has just reached an area, or asked for one."""
        return cls(
            **AlertBody.of(alert).model_dump(),
            reached=reached and ReachedBody.of(reached),
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


class ObstacleBody(BaseModel):
    """A reason why the alert cannot be closed yet."""

    reason: NotClear
    number: int

    @classmethod
    def of(cls, obstacle: Obstacle) -> Self:
        """Return the body for an obstacle."""
        return cls(reason=obstacle.reason, number=obstacle.number)


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
