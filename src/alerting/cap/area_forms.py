"""The forms of an area: GeoJSON geometries (RFC 7946), circles, and geocodes."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from contacts import shapes
from contacts.bounds import Body

VALUE_NAME: Final = "CN-NBS-CODE"
"""valueName of a geocode whose value is a division code (统计用区划代码).

NBS is the National Bureau of Statistics, which publishes the codes. CAP 1.2 requires acronyms in
capital letters without dots.
"""

_WHOLE: Final = 12
"""Digits of a code as published; codes above the village tier are padded with zeros."""

_LENGTHS: Final = (2, 4, 6, 9)
"""Digits of the codes of a province, city, county and town, without padding."""

MOST_CORNERS: Final = 500
"""A limit, because the time to check whether a home is inside grows with the corners."""

_MOST_CIRCLES: Final = 100

_MOST_KILOMETRES: Final = 500

Latitude = Annotated[float, Field(ge=-90, le=90)]

Longitude = Annotated[float, Field(ge=-180, le=180)]

Position = tuple[Longitude, Latitude]
"""(longitude, latitude), as in RFC 7946."""

_Ring = Annotated[tuple[Position, ...], Field(min_length=4, max_length=MOST_CORNERS)]

_Rings = Annotated[tuple[_Ring, ...], Field(min_length=1, max_length=MOST_CORNERS // 4)]
"""The outer ring, then the rings of the holes."""


class _Geometry(Body):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @property
    def polygons(self) -> tuple[tuple[shapes.Ring, ...], ...]:
        """The polygons, each as its outer ring and the rings of its holes."""
        raise NotImplementedError

    def rings(self) -> Iterator[shapes.Ring]:
        """Yield every ring of every polygon."""
        for polygon in self.polygons:
            yield from polygon

    @model_validator(mode="after")
    def _is_closed_and_bounded(self) -> Self:
        if any(ring[0] != ring[-1] for ring in self.rings()):
            raise ValueError("geometry: end each ring with its first position")
        if sum(map(len, self.rings())) > MOST_CORNERS:
            raise ValueError(f"geometry: give at most {MOST_CORNERS} positions in total")
        return self


class GeoPolygon(_Geometry):
    """A polygon with holes: GeoJSON's Polygon."""

    type: Literal["Polygon"] = Field(description="Polygon")
    coordinates: _Rings = Field(
        description="the outer ring, then the rings of holes; each is a closed list of "
        "[longitude, latitude]"
    )

    @property
    def polygons(self) -> tuple[tuple[shapes.Ring, ...], ...]:
        """A tuple of this one polygon."""
        return (self.coordinates,)


class GeoMultiPolygon(_Geometry):
    """Several polygons with holes: GeoJSON's MultiPolygon."""

    type: Literal["MultiPolygon"] = Field(description="MultiPolygon")
    coordinates: Annotated[
        tuple[_Rings, ...], Field(min_length=1, max_length=MOST_CORNERS // 4)
    ] = Field(description="the coordinates of each polygon; at most 500 positions in total")

    @property
    def polygons(self) -> tuple[tuple[shapes.Ring, ...], ...]:
        """The polygons, in the given order."""
        return self.coordinates


Geometry = Annotated[GeoPolygon | GeoMultiPolygon, Field(discriminator="type")]


class Circle(Body):
    """A circle with its centre and radius."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    centre: Position = Field(description="[longitude, latitude] in degrees")
    radius_km: float = Field(
        gt=0, le=_MOST_KILOMETRES, description="the radius in km, above 0 and at most 500"
    )


Circles = Annotated[tuple[Circle, ...], Field(max_length=_MOST_CIRCLES)]


def polygon_of(corners: tuple[tuple[float, float], ...]) -> GeoPolygon:
    """Return the polygon with these (latitude, longitude) corners, as a closed ring."""
    ring = tuple((longitude, latitude) for latitude, longitude in corners)
    closed = ring if ring[0] == ring[-1] else (*ring, ring[0])
    return GeoPolygon.model_construct(type="Polygon", coordinates=(closed,))


def division_of(code: str) -> str:
    """Return a statistical code without its padding zeros: 511921 for 511921000000."""
    if len(code) != _WHOLE:
        return code
    return next((code[:some] for some in _LENGTHS if not code[some:].strip("0")), code)
