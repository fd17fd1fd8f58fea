"""JSON bodies of the routes for sensors."""

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

# Larger values, infinities and NaN are kept and never count: one of them must not make the service
# refuse the good readings beside it.
_Value = Annotated[float, Field(json_schema_extra={"minimum": -_LARGEST, "maximum": _LARGEST})]

_LONGEST: Final = 40

_Word = Annotated[str, StringConstraints(max_length=_LONGEST)]


def _or_no_time(said: object, check: ValidatorFunctionWrapHandler) -> datetime:
    """Return the time that a machine's clock says, or `NO_TIME` if it is impossible.

    A time without a zone and a value of another type are mistakes of the one who set it up.
    """
    try:
        return check(said)  # type: ignore[no-any-return]
    except ValidationError as refusal:
        is_set_up_wrong = refusal.errors()[0]["type"] in {"timezone_aware", "datetime_type"}
        if is_set_up_wrong or len(str(said)) > _LONGEST:
            raise
        return NO_TIME


# A clock that is dead must not make the service refuse its reading, nor the readings beside it.
_Time = Annotated[Moment, WrapValidator(_or_no_time)]


class SensorReadingBody(Body):
    """A reading; a status other than 'ok' says that it must not count."""

    model_config = ConfigDict(extra="forbid")

    value: _Value | None = Field(description="the number read; null or NaN never counts")
    unit: _Word = Field(description="the unit, which must be the policy's")
    at: _Time = Field(
        description="when it was read, with time zone; an impossible time means a wrong clock"
    )
    status: _Word = Field("ok", description="'ok', or what is wrong with the sensor")

    def reading(self, now: datetime) -> Reading:
        """Return the reading, received now."""
        is_number = self.value is not None and abs(self.value) <= _LARGEST
        return Reading(self.value if is_number else None, self.unit, self.at, self.status, now)


class SensorReadingsBody(Body):
    """Readings of one sensor."""

    model_config = ConfigDict(extra="forbid")

    readings: Annotated[tuple[SensorReadingBody, ...], Field(max_length=_MOST)] = Field(
        description="at most 100"
    )


class TakenBody(Body):
    """The outcome of readings."""

    level: Level
    """The sensor's level after them."""
    verdicts: tuple[Verdict, ...]
    """One for each reading, in the order of the request."""

    @classmethod
    def of(cls, received: Received) -> Self:
        """Return the body for readings that were received."""
        return cls(level=received.level, verdicts=received.verdicts)


class SensorTextBody(Body):
    """An officer who is texted of a sensor's news, and the text's outcome."""

    model_config = ConfigDict(from_attributes=True)

    officer: str
    """The officer's id."""
    name: str
    """The officer's name."""
    state: DeliveryState
    """How far the text has come."""
    at: datetime | None
    """When a provider took the text; null if none did."""


class SensorNoteBody(Body):
    """News of a sensor, as it was told."""

    model_config = ConfigDict(from_attributes=True)

    news: News
    """The kind of news."""
    at: datetime
    """When it was told."""
    value: float | None
    """The reading that it is about; null: none."""
    alert: int | None
    """The alert that it raised or proposed, or that was followed then."""
    detail: str
    """Why red brought about less than the policy says; empty if it did not."""
    told: tuple[SensorTextBody, ...]
    """The officers who are texted of it."""


class SensorBody(Body):
    """A sensor, its last reading, and its latest news."""

    name: str
    """The sensor's name in the policy."""
    hazard: str
    """The hazard that it measures."""
    place: str
    """The code of the village or grid where it stands."""
    unit: str
    """The unit of its readings."""
    level: Level
    """Its level."""
    since: datetime | None
    """Since when it has this level."""
    value: float | None
    """The last reading that counted."""
    at: datetime | None
    """The time of that reading."""
    heard_at: datetime | None
    """When a reading last came, counted or not; null if none came."""
    silent: bool
    """Whether no reading came for longer than the policy allows."""
    clock_wrong: bool
    """Whether the last reading that counted named a time that cannot be."""
    alert: int | None
    """The alert that it last raised or proposed."""
    approval: int | None
    """The approval that its proposal waits for."""
    may_decide: bool
    """Whether the caller may approve or decline the proposal."""
    suppressed: int
    """How much news the rate limit has held back."""
    notes: tuple[SensorNoteBody, ...]
    """The latest news, newest first."""

    @classmethod
    def of(cls, listed: Listed) -> Self:
        """Return the body for a sensor."""
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
