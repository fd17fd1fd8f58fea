"""HTTP route for the outlines on a map: a division and its parts."""

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
"""Cacheable: the outlines change only when the service restarts."""

_NONE: Final = b'{"outlines":[]}'


class OutlineBody(Body):
    """The outline of a division, simplified for a map."""

    code: str
    """The division's code."""
    polygons: list[list[list[tuple[float, float]]]]
    """Polygons: outer ring, then rings of holes; [longitude, latitude] in degrees, WGS 84."""


class OutlinesBody(Body):
    """Outlines for a map, with at most 5,000 corners in total."""

    outlines: list[OutlineBody]
    """The known outlines of the division itself and of the divisions one tier below."""


@router.get("/{code}/outlines", response_model=OutlinesBody)
async def get_outlines(
    code: Annotated[DivisionCode, Path(description="The division's code.")],
    caller: Caller,
    request: Request,
) -> Response:
    """Return the outlines of a division and of the divisions one tier below.

    The division must be within the caller's town, or within the caller's division if that is
    larger. The list is empty if no outlines are known.
    """
    # A village officer's map shows the whole town, because a hazard may spread.
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
