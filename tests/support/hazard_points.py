"""A hazard point that threatens households 1 to 3 of its village, and one listed by hand."""

from typing import Any, Final

from sqlalchemy import Executable, insert

from alerting.cap.alert import Area
from contacts.tables import HAZARD_POINT_HOUSEHOLDS, HAZARD_POINTS
from tests.support.city import QIANFO, household_code
from tests.support.running import Json, Running

CODE: Final = "511921-0208-01"
LISTED: Final = household_code(QIANFO, 8)
RING: Final = [[107.1, 31.9005], [107.3, 31.9005], [107.3, 31.9035], [107.1, 31.9035]]
GEOMETRY: Final = {"type": "Polygon", "coordinates": [[*RING, RING[0]]]}
INSIDE: Final = [household_code(QIANFO, number) for number in (1, 2, 3)]
SAID: Final[dict[str, Any]] = {
    "name": "大梁滑坡",
    "division": QIANFO,
    "hazard": "landslide",
    "watcher": "informant",
    "assembly_point": "村小学操场",
    "route": "沿水泥路向上",
    "households": [LISTED],
    "geometry": GEOMETRY,
    "version": 0,
}


def stored_point() -> tuple[Executable, Executable]:
    """Return the statements that store the point; `NEXT_VILLAGE` has the same coordinates."""
    area = Area.model_validate({"geometry": GEOMETRY}).model_dump_json(exclude_defaults=True)
    row = {name: SAID[name] for name in ("name", "division", "hazard", "watcher")}
    places = {name: SAID[name] for name in ("assembly_point", "route")}
    return (
        insert(HAZARD_POINTS).values(code=CODE, area=area, version=1, **row | places),
        insert(HAZARD_POINT_HOUSEHOLDS).values(point=CODE, household=LISTED),
    )


async def save(service: Running, caller: str = "administrator", **changes: Any) -> int:
    """Save the point over HTTP, with changed fields, and return the status."""
    return (await put(service, caller, **changes))[0]


async def put(service: Running, caller: str = "administrator", **changes: Any) -> tuple[int, Json]:
    """Save the point over HTTP, with changed fields; return the status and any refusal."""
    url = f"{service.url}/api/office/hazard-points/{changes.pop('code', CODE)}"
    headers = {"Authorization": f"Bearer {service.tokens[caller]}"}
    async with service.session.put(url, json=SAID | changes, headers=headers) as answer:
        return answer.status, {} if answer.status == 204 else await answer.json()
