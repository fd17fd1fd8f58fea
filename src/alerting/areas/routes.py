"""Divisions over HTTP, for whoever is about to alert one: names, parts, where people gather."""

from typing import Annotated, Self

from fastapi import APIRouter, Path
from pydantic import BaseModel

from alerting.access.callers import Caller, RuntimeDep
from alerting.areas.places import Locality, Place, locality
from alerting.errors import NotFoundError
from contacts.division import DivisionCode, Tier

router = APIRouter(prefix="/api/divisions", tags=["divisions"])


class PlaceBody(BaseModel):
    """A division as people call it."""

    code: str
    name: str
    tier: Tier
    middle: tuple[float, float] | None
    """[latitude, longitude] of its homes' middle, in degrees WGS 84; null: not known."""

    @classmethod
    def of(cls, place: Place) -> Self:
        """Return the body for a place."""
        return cls(code=place.code, name=place.name, tier=place.tier, middle=place.middle)


class LocalityBody(PlaceBody):
    """A division and those one tier below."""

    parts: list[PlaceBody]
    assembly_point: str
    """Where its last alert sent people; where there was none, what the policy says."""

    @classmethod
    def whole(cls, found: Locality, assembly_point: str) -> Self:
        """Return the body for a locality; the assembly point holds where there was no alert."""
        return cls(
            **PlaceBody.of(found.place).model_dump(),
            parts=[PlaceBody.of(part) for part in found.parts],
            assembly_point=found.assembly_point or assembly_point,
        )


@router.get("/{code}")
async def get_division(
    code: Annotated[DivisionCode, Path()], _caller: Caller, runtime: RuntimeDep
) -> LocalityBody:
    """Return a division and its parts; their names are public, whoever the caller is."""
    found = await runtime.database.read(lambda db: locality(db, code))
    if found is None:
        raise NotFoundError(f"there is no division {code}")
    return LocalityBody.whole(found, runtime.policy.alert.assembly_point)
