"""HTTP route for the outlines that a map draws: those of a division and of the tier below."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response

from alerting.access.callers import Caller
from alerting.cap_messages.conditional import Content, answer
from alerting.config import Settings
from alerting.errors import NotFoundError
from contacts.bounds import Body
from contacts.division import DivisionCode, covers, town_of

router = APIRouter(prefix="/api/divisions", tags=["divisions"])

_CACHE: Final = "private, max-age=3600"
"""The outlines change only when the service starts."""

_NONE: Final = b'{"outlines":[]}'


class OutlineBody(Body):
    """The outline of a division, simplified for a map."""

    code: str
    """The division's code."""
    polygons: list[list[list[tuple[float, float]]]]
    """Its polygons: the outer ring, then those of the holes; [longitude, latitude] in WGS 84."""


class OutlinesBody(Body):
    """Outlines for a map, with at most 5,000 corners in all."""

    outlines: list[OutlineBody]
    """Those that are known of the division itself and of those one tier below, by code."""


@router.get("/{code}/outlines", response_model=OutlinesBody)
async def get_outlines(
    code: Annotated[DivisionCode, Path(description="The division's code.")],
    caller: Caller,
    request: Request,
) -> Response:
    """Return the outlines of a division and those one tier below, within the caller's town.

    Officers of a wider division see those within it. The list is empty if none are known.
    """
    # The map of a village's officer shows the whole town, to which a hazard may spread.
    if not covers(town_of(caller.division), code):
        raise NotFoundError(
            f"there is no division {code} within your town or division",
            f"您的乡镇或区划内没有{code}",
        )
    settings: Settings = request.app.state.settings
    if settings.outlines is None:
        return Response(_NONE, media_type="application/json")
    content = Content(settings.outlines.around(code), settings.outlines.changed)
    return answer(content, request.headers, "application/json", _CACHE)
