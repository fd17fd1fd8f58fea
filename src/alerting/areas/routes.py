"""HTTP route for a division: its name, parts and assembly point."""

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
    """Everyday name of the division."""
    tier: Tier
    """Tier of the division."""
    middle: tuple[float, float] | None
    """Mean position of its homes: [latitude, longitude] in degrees, WGS 84; null if unknown."""


class LocalityBody(PlaceBody):
    """A division and its parts one tier below."""

    parts: list[PlaceBody]
    """Its parts one tier below."""
    assembly_point: str | None
    """Assembly point of the division in the roster; null if there is none, or several."""

    @classmethod
    def whole(cls, found: Locality) -> Self:
        """Return the body of a division with its parts."""
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
    """Return a division and its parts; every caller may read them, because names are public."""
    found = await runtime.database.read(lambda db: locality(db, code))
    if found is None:
        raise NotFoundError(f"there is no division {code}", f"没有区划{code}")
    return LocalityBody.whole(found)
