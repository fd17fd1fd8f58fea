"""HTTP route for a division to alert: its name, parts and assembly point."""

from typing import Annotated, Self

from fastapi import APIRouter, Path
from pydantic import ConfigDict

from alerting.access.callers import Caller, RuntimeDep
from alerting.areas.places import Locality, locality
from alerting.errors import NotFoundError
from contacts.bounds import Body
from contacts.division import DivisionCode, Tier

router = APIRouter(prefix="/api/divisions", tags=["divisions"])


class PlaceBody(Body):
    """A division with its everyday name."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    """The division's code."""
    name: str
    """The division's name."""
    tier: Tier
    """Its tier."""
    middle: tuple[float, float] | None
    """Mean [latitude, longitude] of its homes, in degrees WGS 84; null if unknown."""


class LocalityBody(PlaceBody):
    """A division and its parts one tier below."""

    parts: list[PlaceBody]
    """Its parts one tier below."""
    assembly_point: str | None
    """The roster's assembly point of this village or grid; null for wider divisions."""

    @classmethod
    def whole(cls, found: Locality) -> Self:
        """Return the body for a locality."""
        return cls(
            **vars(found.place),
            parts=[PlaceBody.model_validate(part) for part in found.parts],
            assembly_point=found.assembly_point,
        )


@router.get("/{code}")
async def get_division(
    code: Annotated[DivisionCode, Path(description="The division's code.")],
    _caller: Caller,
    runtime: RuntimeDep,
) -> LocalityBody:
    """Return a division and its parts; every caller may read them, since names are public."""
    found = await runtime.database.read(lambda db: locality(db, code))
    if found is None:
        raise NotFoundError(f"there is no division {code}", f"没有区划{code}")
    return LocalityBody.whole(found)
