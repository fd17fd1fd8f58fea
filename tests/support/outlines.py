"""A GeoJSON file with the outlines of the tests' town and its two villages."""

import json
from pathlib import Path
from typing import Any

from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN


def square(west: float, south: float, side: float) -> list[list[float]]:
    """Return a closed ring."""
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(code: Any, *rings: list[list[float]], name: str = "code") -> dict[str, Any]:
    """Return the outline of a division as a feature."""
    geometry = {"type": "Polygon", "coordinates": rings}
    return {"type": "Feature", "properties": {name: code}, "geometry": geometry}


def collection(*features: Any, **members: Any) -> bytes:
    """Return features as the content of a GeoJSON file."""
    return json.dumps({"type": "FeatureCollection", "features": features, **members}).encode()


TOWN_AND_VILLAGES = (
    feature(TOWN, square(107.19, 31.9, 0.04)),
    feature(QIANFO, square(107.19, 31.9, 0.02), name="编号"),
    feature(int(NEXT_VILLAGE), square(107.21, 31.9, 0.02), name="区划"),
)


def outlines_file(folder: Path) -> Path:
    """Write the outlines of the town and its villages, and return the file."""
    file = folder / "outlines.geojson"
    file.write_bytes(collection(*TOWN_AND_VILLAGES))
    return file
