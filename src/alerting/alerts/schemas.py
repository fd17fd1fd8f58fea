"""JSON bodies of the alert routes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Self

from pydantic import ConfigDict

from alerting.alerts.overview import Listed
from alerting.alerts.preview import Preview
from alerting.alerts.preview_warnings import WarningCode
from alerting.alerts.rules import AlertAction, AlertFacts, NotAllowed, OfficerFacts, denial_reason
from alerting.approvals.schemas import ApprovalBody, ReachedBody
from alerting.approvals.store import Approval
from alerting.areas.already_open import HoldBack
from alerting.areas.reach import AlertedCounts
from alerting.cap.alert import Area, Point
from alerting.cap.area_forms import Circles, Geometry
from alerting.deliveries.routes import ProgressBody
from alerting.ledger.alerts import StoredAlert
from alerting.ledger.schemas import AlertBody
from alerting.messages.speech import SpeechKind
from alerting.messages.text import TextKind
from alerting.roll.rules.tally import NotClear
from alerting.roll.schemas import CountsBody
from contacts.bounds import Body
from contacts.directory import Officer


class RaisedBody(AlertBody):
    """An accepted or widened alert, and the approvals it waits for.

    An informant's or grid officer's alert at once reaches only their own village, or the part of a
    polygon in that village. The rest of the area waits for an officer's approval: `approvals` lists
    it, for a polygon as the whole villages that the polygon touches. `approvals` also lists
    villages next to the area, which the service proposes.
    """

    reached: ReachedBody | None
    """Counts of the audience alerted now; null if nobody was, or if the request is a repeat."""
    approvals: list[ApprovalBody]
    """Areas that wait for an officer's decision."""

    @classmethod
    def after(
        cls,
        alert: StoredAlert,
        reached: AlertedCounts | None,
        waiting: Sequence[Approval],
    ) -> Self:
        """Return the body of an alert that was just raised or widened."""
        return cls(
            **AlertBody.of(alert).model_dump(),
            reached=reached and ReachedBody.of(reached),
            approvals=[ApprovalBody.model_validate(approval) for approval in waiting],
        )


class UnplacedBody(Body):
    """A village, and the number of its households without coordinates."""

    model_config = ConfigDict(from_attributes=True)

    division: str
    """The village's code."""
    name: str
    """The village's name."""
    households: int
    """Number of its households without coordinates."""


class VariantTextBody(Body):
    """A text or call as it will arrive; its link, if any, contains a sample token."""

    model_config = ConfigDict(from_attributes=True)

    kind: Literal[
        TextKind.ALERT, TextKind.REMINDER, TextKind.CALL, SpeechKind.ALERT, SpeechKind.CALL
    ]
    """Kind of text or call."""
    body: str
    """The words of the text or call."""
    segments: int
    """Number of text segments; 0 for a call."""
    cost: float
    """Price of one such text."""


class VariantBody(Body):
    """The texts and calls in one language, to households of one village and to officers."""

    model_config = ConfigDict(from_attributes=True)

    language: str
    """The code of the language."""
    division: str
    """The village or grid whose name is the longest; empty if only officers read the language."""
    place: str
    """Everyday name of that village or grid, in this language."""
    texts: list[VariantTextBody]
    """Its texts and calls."""


class PreviewWarningBody(Body):
    """A warning, with the language that it concerns, a number, and the first examples."""

    model_config = ConfigDict(from_attributes=True)

    code: WarningCode
    """Reason for the warning."""
    language: str | None
    """Language code; null: the warning concerns no single language."""
    count: int
    """How many villages, words or texts it concerns."""
    examples: tuple[str, ...]
    """At most three village names or words, each of at most 40 characters."""


class HeldBackBody(Body):
    """Open alerts because of which raising this alert would be refused (409 `already_open`)."""

    model_config = ConfigDict(from_attributes=True)

    reason: HoldBack
    """Whether `again` confirms the alert, or the open alerts must be closed first."""
    numbers: tuple[str, ...]
    """Numbers of the open alerts, such as #27."""


class PreviewBody(Body):
    """The audience, the texts and the sending forecast of an alert that is not raised yet."""

    households: int
    """Number of households in the area."""
    people: int
    """Number of people in these households."""
    vulnerable_households: int
    """Number of households with a vulnerable person."""
    households_without_phone: int
    """Number of households without a phone."""
    households_in_care: int
    """Number of households that a neighbour looks after; the neighbour is asked if they are silent.
    """
    officers: int
    """Number of officers who would be called."""
    languages: dict[str, int]
    """Number of texts by language code, including texts to officers."""
    variants: list[VariantBody]
    """The texts as they will arrive, one variant per language."""
    warnings: list[PreviewWarningBody]
    """Warnings about texts that some readers cannot act on, or that cost more."""
    held_back: HeldBackBody | None
    """Open alerts that hold this one back; null if there are none."""
    segments: int
    """Number of text segments; providers charge per segment."""
    predicted_finish: datetime
    """When the last text is expected to be sent."""
    finishes_late: bool
    """Whether `predicted_finish` is later than the policy allows."""
    cost: float
    """Price of all texts."""
    currency: str
    """Currency of `cost`, an ISO 4217 code."""
    waits_for_approval: tuple[str, ...]
    """Divisions that would wait for approval; not in the counts."""
    calls_by_phone: bool
    """False if no provider can call; door tasks then begin when the first call would be due."""
    door_after: float
    """Seconds of silence after which an officer is sent to a household's door."""
    unplaced: list[UnplacedBody]
    """Villages with households that a drawn area may miss; not in the counts.

    These are villages that the area touches, and villages of the same towns in which no household
    has coordinates.
    """

    @classmethod
    def of(cls, preview: Preview, currency: str) -> Self:
        """Return the body of a preview whose cost is in `currency`."""
        audience, sending = preview.audience, preview.forecast
        return cls(
            **vars(audience),
            languages=dict(audience.texts_by_language),
            variants=[VariantBody.model_validate(each) for each in preview.variants],
            warnings=[PreviewWarningBody.model_validate(each) for each in preview.warnings],
            held_back=preview.held_back and HeldBackBody.model_validate(preview.held_back),
            segments=sending.segments,
            predicted_finish=sending.finish,
            finishes_late=sending.late,
            cost=sending.cost,
            currency=currency,
            waits_for_approval=preview.waits_for_approval,
            calls_by_phone=preview.calls_by_phone,
            door_after=preview.door_after.total_seconds(),
            unplaced=[UnplacedBody.model_validate(each) for each in preview.unplaced],
        )


class WidenBody(Body):
    """The area to add to an alert."""

    model_config = ConfigDict(extra="forbid")

    area: Area
    """The area to add."""


class AlertActionBody(Body):
    """An action on an alert, and whether the caller may take it now."""

    action: AlertAction
    """The action."""
    allowed: bool
    """Whether the caller may take it now."""
    reason: NotAllowed | None
    """Why the caller may not take it; null if it is allowed."""


def allowed_actions(alert: StoredAlert, caller: Officer, now: datetime) -> list[AlertActionBody]:
    """Return one body per action on an alert, which tells whether the caller may take it now."""
    by = OfficerFacts(caller.id, caller.role, caller.division)
    facts = AlertFacts(alert.state, alert.expires, alert.divisions, alert.raised_by)
    reasons = {action: denial_reason(action, by, facts, now) for action in AlertAction}
    return [
        AlertActionBody(action=action, allowed=reason is None, reason=reason)
        for action, reason in reasons.items()
    ]


class ListedAlertBody(AlertBody):
    """An alert in a list."""

    place_names: dict[str, str]
    """Everyday name of its area, by language code."""
    counts: CountsBody
    """Counts over the caller's division."""
    allowed_actions: list[AlertActionBody]
    """Every action on the alert, and whether the caller may take it now."""

    @classmethod
    def on_list(cls, listed: Listed, actions: list[AlertActionBody]) -> Self:
        """Return the body of a listed alert; `actions` tell what the caller may do."""
        return cls(
            **AlertBody.of(listed.alert).model_dump(),
            place_names=listed.place_names,
            counts=CountsBody.of(listed.tally),
            allowed_actions=actions,
        )


class ObstacleBody(Body):
    """An obstacle to closing the alert."""

    model_config = ConfigDict(from_attributes=True)

    reason: NotClear
    """The kind of obstacle."""
    number: int
    """Number of households or people that it concerns."""


class AlertStateBody(AlertBody):
    """The state of an alert: counts, deliveries and obstacles to the close."""

    description: str
    """Description, as the raiser wrote it."""
    instruction: str
    """Instruction to the people in the area."""
    assembly_point: str | None
    """Assembly point for everybody; null: each village has its own."""
    assembly_point_here: str | None
    """Assembly point of the caller's village, or of the area if that is a single village.

    Null: the villages have different ones, or the roster names none.
    """
    hazard_location: Point | None
    """Position of the hazard: [latitude, longitude] in degrees, WGS 84."""
    geometry: Geometry | None
    """Polygons that the alert was raised for, as GeoJSON; null if none were drawn."""
    circles: Circles
    """Circles that the alert was raised for."""
    hazard_point: str | None
    """Code of the hazard point that the alert was raised for; null: none."""
    area_name: str | None
    """Name of the drawn area, such as the name of the hazard point; null if it has none."""
    counts: CountsBody
    """Counts over the caller's division."""
    deliveries: list[ProgressBody]
    """Counts of texts and calls to households and officers of the caller's division."""
    officers_confirmed: int
    """Number of officers of the caller's division who confirmed their officer call."""
    not_clear: list[ObstacleBody]
    """Obstacles to the close in the caller's division; empty if there are none."""
    allowed_actions: list[AlertActionBody]
    """Every action on the alert, and whether the caller may take it now.

    A close also needs `not_clear` to be empty."""
