"""JSON bodies of the hazard points that an office keeps."""

from typing import Annotated, Final, Self

from pydantic import ConfigDict, Field, StringConstraints

from alerting.cap.alert import MOST_PLACE, Area, HazardPointCode
from alerting.cap.area_forms import Circles, Geometry
from alerting.database.tables import LARGEST_ID
from alerting.hazard_points.store import Draft, HazardPoint
from contacts.bounds import NO_NUL, Body, OfficerId
from contacts.division import DivisionCode, HouseholdCode

MOST_LISTED: Final = 500

PAGE: Final = 20

_Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True, pattern=NO_NUL)]

Version = Annotated[int, Field(ge=0, lt=LARGEST_ID)]


class HazardPointFields(Body):
    """The fields of a hazard point, except for its area."""

    name: Annotated[_Words, Field(max_length=MOST_PLACE)]
    """The point's name, at most 40 characters; CAP messages include it."""
    division: DivisionCode
    """The code of the village or town in which the point lies."""
    hazard: Annotated[_Words, Field(max_length=30)]
    """The id of the hazard in the phrase library, such as landslide."""
    watcher: OfficerId | None = None
    """The id of the officer who watches the point; the page to raise alerts lists it first."""
    assembly_point: Annotated[_Words, Field(max_length=MOST_PLACE)] | None = None
    """Where everybody should go; if omitted, each village goes to its own assembly point."""
    route: Annotated[_Words, Field(max_length=200)] | None = None
    """A description of the way to the assembly point."""
    households: list[HouseholdCode] = Field(default=[], max_length=MOST_LISTED)
    """Codes of threatened households that the roster does not locate in the area."""

    def draft(self, code: str, area: Area) -> Draft:
        """Return a draft with these fields, this number and this area."""
        fields = self.model_dump(include=set(HazardPointFields.model_fields))
        households = tuple(sorted(set(self.households)))
        return Draft(code=code, area=area, **fields | {"households": households})


class SaveHazardPointBody(HazardPointFields):
    """The new fields of a hazard point."""

    model_config = ConfigDict(extra="forbid")

    geometry: Geometry | None = None
    """The polygons of the area, as GeoJSON; optional if there are circles."""
    circles: Circles = ()
    """The circles of the area."""
    version: Version
    """The version on which the change is based; 0 for a new hazard point."""
    confirmed: bool = False
    """Whether to accept an area that is very large or far from households (see 409 `doubtful`)."""


class RetireHazardPointBody(Body):
    """The version of a hazard point to retire, and the reason."""

    model_config = ConfigDict(extra="forbid")

    version: Version
    """The version that the caller saw."""
    reason: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    """The reason, such as 'the slope was secured'."""


class OfficeHazardPointBody(Body):
    """A hazard point, for the office that keeps it."""

    model_config = ConfigDict(from_attributes=True)

    code: HazardPointCode
    """The point's number, given by its office."""
    name: str
    """The point's name."""
    division: str
    """The code of the village or town in which the point lies."""
    hazard: str
    """The id of the hazard in the phrase library."""
    watcher: str | None
    """The id of the officer who watches the point; null if nobody does."""
    assembly_point: str | None
    """Where everybody should go; null if each village goes to its own assembly point."""
    route: str | None
    """A description of the way to the assembly point."""
    households: list[str]
    """Codes of the threatened households that were listed by hand."""
    version: int
    """The version to send with a change."""
    geometry: Geometry | None
    """The polygons of the area, as GeoJSON; null if there are none."""
    circles: Circles
    """The circles of the area."""
    threatened_households: int
    """The number of threatened households: those in its area, and those listed by hand."""
    threatened_people: int
    """The number of people in these households."""

    @classmethod
    def of(cls, point: HazardPoint, households: int, people: int) -> Self:
        """Convert a point; `households` and `people` are the numbers that it threatens."""
        fields = {name: getattr(point, name) for name in HazardPointFields.model_fields}
        return cls(
            **fields | {"households": list(point.households)},
            code=point.code,
            version=point.version,
            geometry=point.area.drawn,
            circles=point.area.circles,
            threatened_households=households,
            threatened_people=people,
        )


class OfficeHazardPointsBody(Body):
    """A page of hazard points."""

    points: list[OfficeHazardPointBody] = Field(max_length=PAGE)
    """The hazard points, sorted by number."""
    after: str | None
    """The cursor of the next page; null on the last page."""
