"""JSON bodies of the alert routes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Self

from pydantic import ConfigDict

from alerting.alerts.overview import Listed
from alerting.alerts.preview import Preview
from alerting.alerts.preview_warnings import WarningCode
from alerting.alerts.rules import ActedOn, Acting, AlertAction, NotAllowed, against
from alerting.approvals.schemas import ApprovalBody, ReachedBody
from alerting.approvals.store import Approval
from alerting.areas.already_open import HoldBack
from alerting.areas.reach import Reached
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

    `reached` is null if the request was accepted before, or if its whole area waits for approval.
    An informant or grid officer reaches their own village at once; for a polygon, only its
    households in that village. The area beyond waits in `approvals`; for a polygon, as the whole
    villages it touches. `approvals` also lists the proposed villages next to the area.
    """

    reached: ReachedBody | None
    """The households that it reached now; null: none, or the request was accepted before."""
    approvals: list[ApprovalBody]
    """The areas that wait for an officer's decision."""

    @classmethod
    def after(
        cls,
        alert: StoredAlert,
        reached: Reached | None,
        waiting: Sequence[Approval],
    ) -> Self:
        """Return the body for an alert that was just raised or widened."""
        return cls(
            **AlertBody.of(alert).model_dump(),
            reached=reached and ReachedBody.of(reached),
            approvals=[ApprovalBody.model_validate(approval) for approval in waiting],
        )


class UnplacedBody(Body):
    """The number of a village's households that have no coordinates."""

    model_config = ConfigDict(from_attributes=True)

    division: str
    """The village's code."""
    name: str
    """The village's name."""
    households: int
    """Number of its households without coordinates."""


class VariantTextBody(Body):
    """A text or a call as it will arrive, with a sample token in its link if it has one."""

    model_config = ConfigDict(from_attributes=True)

    kind: Literal[
        TextKind.ALERT, TextKind.REMINDER, TextKind.CALL, SpeechKind.ALERT, SpeechKind.CALL
    ]
    """The purpose of the text."""
    body: str
    """Its words."""
    segments: int
    """0 for a call."""
    cost: float
    """The price of one such text."""


class VariantBody(Body):
    """The texts and calls in one language, to households of one village and to officers."""

    model_config = ConfigDict(from_attributes=True)

    language: str
    """The code of the language."""
    division: str
    """The village or grid whose name is the longest; empty if only officers read the language."""
    place: str
    """The name by which its people know it, in this language."""
    texts: list[VariantTextBody]
    """Its texts and calls."""


class PreviewWarningBody(Body):
    """A warning: its reason, the language that it concerns, a number, and the first examples."""

    model_config = ConfigDict(from_attributes=True)

    code: WarningCode
    """The reason."""
    language: str | None
    """The code of the language; null: it concerns no single one."""
    count: int
    """How many villages, words or texts it concerns."""
    examples: tuple[str, ...]
    """At most three, each of at most 40 characters: names of villages, or words."""


class HeldBackBody(Body):
    """The open alerts that hold an alert back, as sending it would say with 409 `already_open`."""

    model_config = ConfigDict(from_attributes=True)

    reason: HoldBack
    """Whether sending can be confirmed with `again`, or is refused until they are closed."""
    numbers: tuple[str, ...]
    """Their numbers, such as #27."""


class PreviewBody(Body):
    """An alert's audience, its texts, and the forecast of its sending."""

    households: int
    """Number of households in the area."""
    people: int
    """Number of people in them."""
    vulnerable_households: int
    """Number of households with a vulnerable person."""
    households_without_phone: int
    """Number of households that no text reaches."""
    households_in_care: int
    """Households that a neighbour looks after, who is asked when they are silent."""
    officers: int
    """Number of officers who would be called."""
    languages: dict[str, int]
    """Number of texts by language, officers' texts included."""
    variants: list[VariantBody]
    """The texts as they will arrive, by language."""
    warnings: list[PreviewWarningBody]
    """Texts that some people cannot act on, or that cost more; empty if there are none."""
    held_back: HeldBackBody | None
    """Open alerts that hold this one back; null: none does."""
    segments: int
    """Number of text segments, which providers count and charge."""
    predicted_finish: datetime
    """When the last text is expected to leave."""
    finishes_late: bool
    """True if that is later than the policy allows."""
    cost: float
    """The price of all texts."""
    currency: str
    """The currency of the cost, by its ISO 4217 code."""
    waits_for_approval: tuple[str, ...]
    """Divisions that would wait for approval; they are not counted here."""
    calls_by_phone: bool
    """False: no provider calls, so that doors take the calls' times."""
    door_after: float
    """Seconds of silence after which somebody is sent to a household's door."""
    unplaced: list[UnplacedBody]
    """Villages with households that a drawn area may miss; they are not counted here.

    These are the villages that it touches, and those of the same towns in which no household has
    coordinates.
    """

    @classmethod
    def of(cls, preview: Preview, currency: str) -> Self:
        """Return the body for a preview; its cost is in `currency`."""
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
    """Why not; null if it is allowed."""


def allowed_actions(alert: StoredAlert, caller: Officer, now: datetime) -> list[AlertActionBody]:
    """Return every action on an alert, and whether the caller may take it now."""
    by = Acting(caller.id, caller.role, caller.division)
    acted_on = ActedOn(alert.state, alert.expires, alert.divisions, alert.raised_by)
    reasons = {action: against(action, by, acted_on, now) for action in AlertAction}
    return [
        AlertActionBody(action=action, allowed=reason is None, reason=reason)
        for action, reason in reasons.items()
    ]


class ListedAlertBody(AlertBody):
    """An alert in a list."""

    place_names: dict[str, str]
    """The everyday name of its area by language."""
    counts: CountsBody
    """Counts over the caller's division."""
    allowed_actions: list[AlertActionBody]
    """Every action on the alert, and whether the caller may take it now."""

    @classmethod
    def on_list(cls, listed: Listed, actions: list[AlertActionBody]) -> Self:
        """Return the body for a listed alert, with what the caller may do."""
        return cls(
            **AlertBody.of(listed.alert).model_dump(),
            place_names=listed.place_names,
            counts=CountsBody.of(listed.tally),
            allowed_actions=actions,
        )


class ObstacleBody(Body):
    """A reason why the alert cannot be closed yet."""

    model_config = ConfigDict(from_attributes=True)

    reason: NotClear
    """The kind of obstacle."""
    number: int
    """How many households or people it concerns."""


class AlertStateBody(AlertBody):
    """An alert's state: counts in the caller's division, deliveries, obstacles to the close."""

    description: str
    """The description, in the raiser's words."""
    instruction: str
    """The instruction to people."""
    assembly_point: str | None
    """Where everybody is to go; null: each village's people go to its own assembly point."""
    assembly_point_here: str | None
    """Where the people of the caller's village are to go, or of the only village of the area.

    Null: the villages have several, or the roster names none.
    """
    hazard_location: Point | None
    """[latitude, longitude] in degrees WGS 84."""
    geometry: Geometry | None
    """The polygons that the alert was raised for, as GeoJSON; null if none were drawn."""
    circles: Circles
    """The circles that the alert was raised for."""
    hazard_point: str | None
    """The number of the hazard point that the alert was raised for; null: for none."""
    area_name: str | None
    """The name of the drawn area, such as the hazard point's; null if it has none."""
    counts: CountsBody
    """Counts over the caller's division."""
    deliveries: list[ProgressBody]
    """Counts of texts and calls in the caller's division."""
    officers_confirmed: int
    """Number of officers of the caller's division who confirmed their call."""
    not_clear: list[ObstacleBody]
    """Reasons why the caller's division is not zero-unaccounted; empty if it is."""
    allowed_actions: list[AlertActionBody]
    """Every action on the alert, and whether the caller may take it now; a close needs more: see
    `not_clear`."""
