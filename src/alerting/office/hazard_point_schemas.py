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
    """The fields of a hazard point, without its drawing."""

    name: Annotated[_Words, Field(max_length=MOST_PLACE)]
    """Its name, in at most 40 characters; CAP messages name it."""
    division: DivisionCode
    """The code of the village or town that it belongs to."""
    hazard: Annotated[_Words, Field(max_length=30)]
    """The hazard that threatens, by its id in the phrase library, such as landslide."""
    watcher: OfficerId | None = None
    """The id of the officer who watches it; they find it first when they raise an alert."""
    assembly_point: Annotated[_Words, Field(max_length=MOST_PLACE)] | None = None
    """Where everybody is to go; if omitted, to each village's own assembly point."""
    route: Annotated[_Words, Field(max_length=200)] | None = None
    """The way there, in words."""
    households: list[HouseholdCode] = Field(default=[], max_length=MOST_LISTED)
    """Codes of households that it threatens though the roster does not place them in the area."""

    def draft(self, code: str, area: Area) -> Draft:
        """Return the draft of a point of this number and drawing."""
        fields = self.model_dump(include=set(HazardPointFields.model_fields))
        households = tuple(sorted(set(self.households)))
        return Draft(code=code, area=area, **fields | {"households": households})


class SaveHazardPointBody(HazardPointFields):
    """The new fields of a hazard point."""

    model_config = ConfigDict(extra="forbid")

    geometry: Geometry | None = None
    """The polygons of its area, as GeoJSON; a circle is enough as well."""
    circles: Circles = ()
    """The circles of its area."""
    version: Version
    """The version that is changed; 0 for a new hazard point."""
    confirmed: bool = False
    """Whether to store an area that is very large or far from households: 409 `doubtful`."""


class RetireHazardPointBody(Body):
    """Why a hazard point is taken out of use."""

    model_config = ConfigDict(extra="forbid")

    version: Version
    """The version that is retired."""
    reason: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    """Why, such as 'the slope was secured'."""


class OfficeHazardPointBody(Body):
    """A hazard point as its office keeps it."""

    model_config = ConfigDict(from_attributes=True)

    code: HazardPointCode
    """The number by which its office knows it."""
    name: str
    """Its name."""
    division: str
    """The code of the village or town that it belongs to."""
    hazard: str
    """The hazard that threatens, by its id in the phrase library."""
    watcher: str | None
    """The id of the officer who watches it."""
    assembly_point: str | None
    """Where everybody is to go."""
    route: str | None
    """The way there, in words."""
    households: list[str]
    """Codes of the households listed by hand."""
    version: int
    """The version to name in a change."""
    geometry: Geometry | None
    """The polygons of its area, as GeoJSON; null if there are none."""
    circles: Circles
    """The circles of its area."""
    threatened_households: int
    """How many households it threatens: those placed in its area, and those listed by hand."""
    threatened_people: int
    """How many people live in them."""

    @classmethod
    def of(cls, point: HazardPoint, households: int, people: int) -> Self:
        """Return the body of a point that threatens so many."""
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
    """By number."""
    after: str | None
    """Where the next page begins; null: there is no more."""
