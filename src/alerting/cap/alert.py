"""Models of the Common Alerting Protocol 1.2 (OASIS, 2010).

Only the parts that this service sends are modelled. An alert contains the fields of its first info
block. For other languages, an alert has only the translated words, because the rest is the same.
"""

from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from alerting.cap.area_forms import (
    MOST_CORNERS,
    Circles,
    Geometry,
    GeoMultiPolygon,
    GeoPolygon,
    Latitude,
    Longitude,
    polygon_of,
)
from alerting.cap.exercise import Exercise, ExerciseSize
from contacts import shapes
from contacts.bounds import Body, CellError, Moment
from contacts.division import DivisionCode


class Status(StrEnum):
    """CAP's status. Only Actual is meant for the public; Exercise and Test are for drills."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    TEST = "Test"


class MsgType(StrEnum):
    """CAP's msgType without Ack, because an Ack comes from a system and not from a person."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"


class Scope(StrEnum):
    """CAP's scope: who may see the alert."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class Category(StrEnum):
    """CAP's category of the event."""

    GEO = "Geo"
    MET = "Met"
    SAFETY = "Safety"
    SECURITY = "Security"
    RESCUE = "Rescue"
    FIRE = "Fire"
    HEALTH = "Health"
    ENV = "Env"
    TRANSPORT = "Transport"
    INFRA = "Infra"
    CBRNE = "CBRNE"
    OTHER = "Other"


class Urgency(StrEnum):
    """CAP's urgency: when to act."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(StrEnum):
    """CAP's severity: how severe the threat is."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Certainty(StrEnum):
    """CAP's certainty: how certain the event is."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


class ResponseType(StrEnum):
    """CAP's responseType: the recommended action."""

    SHELTER = "Shelter"
    EVACUATE = "Evacuate"
    PREPARE = "Prepare"
    EXECUTE = "Execute"
    AVOID = "Avoid"
    MONITOR = "Monitor"
    ASSESS = "Assess"
    ALL_CLEAR = "AllClear"
    NONE = "None"


class Colour(StrEnum):
    """The four colours of Chinese warnings: 红, 橙, 黄, 蓝."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"


SEVERITY: Final = {
    Colour.RED: Severity.EXTREME,
    Colour.ORANGE: Severity.SEVERE,
    Colour.YELLOW: Severity.MODERATE,
    Colour.BLUE: Severity.MINOR,
}

_CORNERS_AT_LEAST: Final = 3

_MOST_DIVISIONS: Final = 2_000
"""More than the 1,953 divisions of a city such as Bazhong."""

_MOST_REFERENCES: Final = 100

MOST_TRANSLATIONS: Final = 20

MOST_EVENT: Final = 30

MOST_PLACE: Final = 40

MOST_DESCRIBED: Final = 1000
"""Maximum characters of a description or an instruction."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[^\s,<&]+$", max_length=120)]

LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$", max_length=3)]

Point = tuple[Latitude, Longitude]


class _Model(Body):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


HazardPointCode = Annotated[
    str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]*$", max_length=40)
]
"""The code that the office gave to a hazard point."""


class Area(_Model):
    """The area of an alert: divisions, a drawing, or a saved hazard point.

    A drawing is the union of its circles and its polygons. Polygons are given as a GeoJSON geometry
    or, for one without holes, as a list of (latitude, longitude) corners. Exactly one of divisions,
    drawing and hazard point must be given, because an area is never widened by default. An accepted
    alert keeps a copy of its hazard point's area and name.
    """

    divisions: tuple[DivisionCode, ...] = Field(
        default=(),
        max_length=_MOST_DIVISIONS,
        description="codes of divisions, such as 511921100208 for a village; at most 2,000",
    )
    polygon: tuple[Point, ...] = Field(
        default=(),
        max_length=MOST_CORNERS,
        description="three to 500 corners, each [latitude, longitude] in degrees",
    )
    geometry: Geometry | None = Field(
        default=None,
        description="a GeoJSON Polygon or MultiPolygon of at most 500 positions, each "
        "[longitude, latitude] in degrees",
    )
    circles: Circles = Field(
        default=(), description="circles, each with its centre [longitude, latitude] and radius_km"
    )
    hazard_point: HazardPointCode | None = Field(
        default=None, description="the code of a saved hazard point, without divisions or a drawing"
    )
    name: str | None = Field(
        default=None,
        min_length=1,
        max_length=MOST_PLACE,
        description="the name of the drawn area; a hazard point has its own name",
    )

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        if bool(self.divisions) == bool(self.is_drawn or self.hazard_point):
            raise ValueError(
                "area: give divisions, a drawing or a hazard point, exactly one of the three; an "
                "alert without an area is refused, because an area is never widened by default"
            )
        if self.polygon and len(set(self.polygon)) < _CORNERS_AT_LEAST:
            raise ValueError("polygon: give at least three different corners")
        if self.polygon and self.geometry:
            raise ValueError("geometry: give a polygon or a geometry, not both")
        return self

    @property
    def is_drawn(self) -> bool:
        """Whether the area is a drawing."""
        return bool(self.polygon or self.geometry or self.circles)

    @property
    def drawn(self) -> GeoPolygon | GeoMultiPolygon | None:
        """The drawn polygons as GeoJSON; None if there are none."""
        return polygon_of(self.polygon) if self.polygon else self.geometry

    @property
    def shape(self) -> shapes.Shape:
        """The drawing, in the form used for geometry calculations."""
        circles = (shapes.Circle(c.centre[1], c.centre[0], c.radius_km) for c in self.circles)
        return shapes.Shape(self.drawn.polygons if self.drawn else (), tuple(circles))


class Info(_Model):
    """The event, the area and the action to take: CAP's info block with its area."""

    event: str = Field(
        min_length=1,
        max_length=MOST_EVENT,
        description="what happens, in at most 30 characters, such as 滑坡 or landslide",
    )
    category: Category = Field(Category.GEO, description="CAP's category, such as Geo or Met")
    colour: Colour = Field(Colour.RED, description="red, orange, yellow or blue")
    urgency: Urgency = Field(Urgency.IMMEDIATE, description="CAP's urgency, such as Immediate")
    certainty: Certainty = Field(Certainty.OBSERVED, description="CAP's certainty: Observed ...")
    response_type: ResponseType = Field(
        ResponseType.EVACUATE, description="CAP's responseType, such as Evacuate"
    )
    headline: str | None = Field(
        default=None,
        min_length=1,
        max_length=160,
        description="one line for boards, in at most 160 characters; may be left out",
    )
    description: str = Field(
        min_length=1,
        max_length=MOST_DESCRIBED,
        description="what was seen and what threatens, in at most 1,000 characters",
    )
    instruction: str = Field(
        min_length=1,
        max_length=MOST_DESCRIBED,
        description="what people are to do, in at most 1,000 characters",
    )
    area: Area = Field(
        description="divisions by code or a polygon; an alert without an area is refused"
    )
    hazard_location: Point | None = Field(
        None, description="where the hazard is, [latitude, longitude] in degrees"
    )
    assembly_point: str | None = Field(
        default=None,
        min_length=1,
        max_length=MOST_PLACE,
        description="the assembly point for everybody, in at most 40 characters; if omitted, "
        "each village uses its own",
    )
    effective: Moment | None = Field(
        None, description="when it takes effect, with time zone; if omitted, when it is sent"
    )
    expires: Moment | None = Field(
        None, description="when it ends, with time zone; if omitted, after the policy's validity"
    )

    @property
    def severity(self) -> Severity:
        """CAP's severity, derived from the colour."""
        return SEVERITY[self.colour]

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.effective and self.expires and self.expires <= self.effective:
            raise ValueError("expires: give a time after effective")
        return self


class InfoText(_Model):
    """The words of an alert in another language.

    Omitted words are taken from the phrase library if it has the event, else from the alert itself.
    """

    event: str | None = Field(
        None, min_length=1, max_length=MOST_EVENT, description="the event in this language"
    )
    headline: str | None = Field(
        None, min_length=1, max_length=160, description="the headline in this language"
    )
    description: str | None = Field(
        None,
        min_length=1,
        max_length=MOST_DESCRIBED,
        description="the description in this language",
    )
    instruction: str | None = Field(
        None,
        min_length=1,
        max_length=MOST_DESCRIBED,
        description="the instruction in this language",
    )
    assembly_point: str | None = Field(
        None, min_length=1, max_length=MOST_PLACE, description="the place's name in this language"
    )


Translations = Annotated[dict[LanguageCode, InfoText], Field(max_length=MOST_TRANSLATIONS)]


class AlertRequest(Info):
    """A request to send an alert."""

    language: LanguageCode | None = Field(
        None,
        description="language of these fields, such as zh; if omitted, the home language",
    )
    translations: Translations = Field(
        default={},
        description="the words in further languages, by language code such as en; may be omitted",
    )

    status: Status = Field(description="Actual for a real alert, else Exercise or Test")
    exercise: Exercise | None = Field(
        None,
        description="the size of an Exercise; if omitted, it reaches everybody in the area",
    )
    scope: Scope = Field(
        Scope.PUBLIC,
        description="Public; or Restricted or Private, which keep it out of the public feed",
    )
    msg_type: MsgType = Field(MsgType.ALERT, description="Alert, Update or Cancel")
    references: tuple[Identifier, ...] = Field(
        default=(),
        max_length=_MOST_REFERENCES,
        description="identifiers of the alerts that an Update or Cancel is about",
    )

    @property
    def exercise_size(self) -> ExerciseSize | None:
        """The size of the exercise; None if the status is not Exercise."""
        if self.status is not Status.EXERCISE:
            return None
        return self.exercise.size if self.exercise else ExerciseSize.EVERYBODY

    @property
    def reaches_all_households(self) -> bool:
        """Whether the alert reaches all households of its area."""
        return self.exercise is None or self.exercise.reaches_all_households

    @property
    def tells_no_household(self) -> bool:
        """Whether the alert is an exercise that reaches only officers."""
        return not self.reaches_all_households and not (self.exercise and self.exercise.household)

    def reaches_officer(self, officer: str) -> bool:
        """Return whether the alert may call this officer of its area."""
        return self.exercise is None or self.exercise.reaches_officer(officer)

    @model_validator(mode="after")
    def _is_narrowed_in_exercises_only(self) -> Self:
        if self.exercise and self.status is not Status.EXERCISE:
            raise CellError(
                "exercise: leave it out, because only an Exercise has a size",
                "只有演练才有规模：请去掉",
            )
        return self

    @model_validator(mode="after")
    def _refers_if_it_corrects(self) -> Self:
        if bool(self.references) == (self.msg_type is MsgType.ALERT):
            raise ValueError(
                "references: list the alerts that an Update or Cancel is about; "
                "an Alert has no references"
            )
        return self


class Alert(AlertRequest):
    """An accepted alert; people refer to it by `number`, which has two digits."""

    identifier: Identifier
    sender: Identifier
    sent: Moment
    number: int = Field(ge=10, le=99)
    effective: Moment
    expires: Moment

    @property
    def code(self) -> str:
        """The number as people read and type it, for example '#27'."""
        return f"#{self.number}"

    @model_validator(mode="after")
    def _ends_after_it_is_sent(self) -> Self:
        if self.expires <= self.sent:
            raise ValueError("expires: give a time after sent")
        return self
