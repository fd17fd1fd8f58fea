"""JSON bodies for the sensor routes."""

from datetime import datetime
from typing import Annotated, Final, Self

from pydantic import (
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from alerting.deliveries.rules.delivery import DeliveryState
from alerting.sensors.listing import Listed
from alerting.sensors.receive import Received
from alerting.sensors.rules import NO_TIME, Level, News, Reading, Verdict
from contacts.bounds import Body, Moment

_MOST: Final = 100

_LARGEST: Final = 1e12

# Larger values, infinities and NaN are stored but never count. They are not refused, because the
# good readings in the same request would be refused too.
_Value = Annotated[float, Field(json_schema_extra={"minimum": -_LARGEST, "maximum": _LARGEST})]

_LONGEST: Final = 40

_Word = Annotated[str, StringConstraints(max_length=_LONGEST)]


def _or_no_time(said: object, check: ValidatorFunctionWrapHandler) -> datetime:
    """Return the time that a machine sent, or `NO_TIME` if it is impossible.

    A time without a zone or a value of another type is refused, because the machine is set up
    wrongly.
    """
    try:
        return check(said)  # type: ignore[no-any-return]
    except ValidationError as refusal:
        is_set_up_wrong = refusal.errors()[0]["type"] in {"timezone_aware", "datetime_type"}
        if is_set_up_wrong or len(str(said)) > _LONGEST:
            raise
        return NO_TIME


# A dead clock must not make the service refuse the readings.
_Time = Annotated[Moment, WrapValidator(_or_no_time)]


class SensorReadingBody(Body):
    """A reading from a sensor. It counts only if its status is 'ok'."""

    model_config = ConfigDict(extra="forbid")

    value: _Value | None = Field(description="the measured number; null and NaN never count")
    unit: _Word = Field(description="the unit, which must be the one in the policy")
    at: _Time = Field(
        description="when it was measured, with time zone; an impossible time means a wrong clock"
    )
    status: _Word = Field("ok", description="'ok', or what is wrong with the sensor")

    def reading(self, now: datetime) -> Reading:
        """Return the reading, with `now` as the time of its arrival."""
        is_number = self.value is not None and abs(self.value) <= _LARGEST
        return Reading(self.value if is_number else None, self.unit, self.at, self.status, now)


class SensorReadingsBody(Body):
    """Readings from one sensor."""

    model_config = ConfigDict(extra="forbid")

    readings: Annotated[tuple[SensorReadingBody, ...], Field(max_length=_MOST)] = Field(
        description="at most 100"
    )


class TakenBody(Body):
    """The outcome of the readings in a request."""

    level: Level
    """The sensor's level after the readings."""
    verdicts: tuple[Verdict, ...]
    """The verdict on each reading, in the order of the request."""

    @classmethod
    def of(cls, received: Received) -> Self:
        """Return the sensor's level and the verdicts."""
        return cls(level=received.level, verdicts=received.verdicts)


class SensorTextBody(Body):
    """A text to an officer about a sensor's news, and what became of it."""

    model_config = ConfigDict(from_attributes=True)

    officer: str
    """The officer's id."""
    name: str
    """The officer's name."""
    state: DeliveryState
    """The state of the text's delivery."""
    at: datetime | None
    """When a provider accepted the text; null if none did."""


class SensorNoteBody(Body):
    """News from a sensor that the service acted on."""

    model_config = ConfigDict(from_attributes=True)

    news: News
    """The kind of news."""
    at: datetime
    """When the service acted on the news."""
    value: float | None
    """The value of the reading that caused the news; null if no reading did."""
    alert: int | None
    """The alert that the news raised or proposed, or the sensor's alert at that time."""
    detail: str
    """Why a red reading had less effect than the policy states; empty if it had the full effect."""
    told: tuple[SensorTextBody, ...]
    """The texts to officers about the news."""


class SensorBody(Body):
    """A sensor, its last reading, and its latest news."""

    name: str
    """The sensor's name in the policy."""
    hazard: str
    """The hazard that it measures."""
    place: str
    """The code of the village or grid where the sensor stands."""
    unit: str
    """The unit of its readings."""
    level: Level
    """The sensor's present level."""
    since: datetime | None
    """Since when the sensor has had this level."""
    value: float | None
    """The value of the last reading that counted."""
    at: datetime | None
    """The time of the last reading that counted."""
    heard_at: datetime | None
    """When the last reading came, whether it counted or not; null if none came."""
    silent: bool
    """True if no reading came for longer than the policy allows."""
    clock_wrong: bool
    """True if the time of the last counted reading was implausible."""
    alert: int | None
    """The alert that the sensor last raised or proposed."""
    approval: int | None
    """The approval that the sensor's proposal waits for."""
    may_decide: bool
    """True if the caller may approve or decline the proposal."""
    suppressed: int
    """How many items of news the rate limit has held back."""
    notes: tuple[SensorNoteBody, ...]
    """The latest news, newest first."""

    @classmethod
    def of(cls, listed: Listed) -> Self:
        """Return a sensor with its state; the level is NORMAL if the sensor has no state yet."""
        sensor, followed = listed.sensor, listed.followed
        state = followed.state if followed else None
        return cls(
            name=sensor.name,
            hazard=sensor.hazard,
            place=sensor.place,
            unit=sensor.unit,
            level=state.level if state else Level.NORMAL,
            since=state and state.since,
            value=state and state.value,
            at=state and state.counted_at,
            heard_at=state and state.heard_at,
            silent=state is not None and state.is_silent,
            clock_wrong=state is not None and state.is_clock_wrong,
            alert=followed and followed.alert,
            approval=listed.approval and listed.approval.id,
            may_decide=listed.may_decide,
            suppressed=followed.suppressed if followed else 0,
            notes=tuple(SensorNoteBody.model_validate(each) for each in listed.notes),
        )
