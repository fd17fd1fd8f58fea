"""Reads hazard points from the features of a GeoJSON file (RFC 7946)."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import Field, ValidationError

from alerting.cap.alert import Area, HazardPointCode
from alerting.hazard_points.store import Draft
from alerting.messages.info import WORDS
from alerting.office.hazard_point_schemas import HazardPointFields
from contacts.roster.problems import Problem, RosterError

MOST_FEATURES: Final = 1_000

_DEEPEST: Final = 4
"""Maximum depth of lists in coordinates, which is that of a MultiPolygon."""

_DEGREES: Final = ("CRS84", "4326", "4490")
"""Endings of names of coordinate systems that agree with WGS 84 within a metre."""

_NAMES: Final = {
    "编号": "code",
    "统一编号": "code",
    "名称": "name",
    "区划": "division",
    "区划代码": "division",
    "灾种": "hazard",
    "责任人": "watcher",
    "监测人": "watcher",
    "避险点": "assembly_point",
    "安置点": "assembly_point",
    "路线": "route",
    "撤离路线": "route",
    "住户": "households",
    "半径": "radius_m",
}

_REMEDIES: Final = {
    "code": (
        "the point's number, at most 40 letters, digits, dots and dashes",
        "统一编号，最多40个字母、数字、点或横线",
    ),
    "name": ("its name, at most 40 characters", "名称，最多40个字"),
    "division": ("the code of its village or town", "所在村或乡镇的区划代码"),
    "hazard": ("the hazard, such as landslide", "灾种，如滑坡"),
    "watcher": ("the id of an officer, or leave it out", "责任人的编号，或留空"),
    "assembly_point": ("a place of at most 40 characters", "避险点，最多40个字"),
    "route": ("the way in at most 200 characters", "路线，最多200个字"),
    "households": ("codes of households, separated by ';'", "户编码，用“;”分开，最多500户"),
    "radius_m": ("the radius in metres for a Point, up to 500000", "以米为单位的半径（点状要素）"),
    "geometry": (
        "a Polygon or MultiPolygon of at most 500 positions, or a Point with radius_m; "
        "longitude first, in degrees WGS 84",
        "多边形（最多500个点），或带半径的点；先经度后纬度，WGS 84度数",
    ),
}


class _Properties(HazardPointFields):
    """The known properties of a feature; others are ignored."""

    code: HazardPointCode
    radius_m: float | None = Field(default=None, gt=0, le=500_000)


@dataclass(frozen=True, slots=True)
class PlacedDraft:
    """A draft and the number of its feature in the file, which counts from 1."""

    draft: Draft
    feature: int


@dataclass(frozen=True, slots=True)
class PointsFile:
    """The valid hazard points of a file, and the problems of the others."""

    drafts: list[PlacedDraft]
    problems: list[Problem]


def read_points(content: bytes) -> PointsFile:
    """Return the hazard points of a file, and the problems of single features.

    Raises:
        RosterError: if it is not a file of hazard points at all.
    """
    found: list[PlacedDraft] = []
    problems: list[Problem] = []
    codes: dict[str, int] = {}
    for number, feature in enumerate(features_in(content), 1):
        try:
            draft = _draft(feature)
        except ValidationError as wrong:
            problems += _problems(number, wrong)
            continue
        first = codes.setdefault(draft.code, number)
        if first != number:
            problems.append(_twice(number, draft.code, first))
        found.append(PlacedDraft(draft, number))
    return PointsFile(found, problems)


def features_in(content: bytes) -> list[Mapping[str, Any]]:
    """Return the features of a GeoJSON file as JSON objects.

    Raises:
        RosterError: if the file is not a FeatureCollection in degrees, or has too many features.
    """
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        raise _unreadable("it is not JSON", "不是JSON文件") from None
    features = told.get("features") if isinstance(told, dict) else None
    if not isinstance(features, list) or not all(isinstance(each, dict) for each in features):
        raise _unreadable("it is not a FeatureCollection", "不是GeoJSON要素集（FeatureCollection）")
    if not 1 <= len(features) <= MOST_FEATURES:
        raise _unreadable(
            f"it has {len(features)} features instead of 1 to {MOST_FEATURES:,}",
            f"要素数为{len(features)}，应为1至{MOST_FEATURES}个",
        )
    system = json.dumps(told.get("crs"))
    if told.get("crs") and not any(each in system for each in _DEGREES):
        raise _unreadable(
            "its coordinates are not degrees WGS 84", "坐标系不是WGS 84（或CGCS2000）经纬度"
        )
    return features


def named_properties(feature: Mapping[str, Any]) -> dict[str, Any]:
    """Return the non-empty properties of a feature by English name."""
    given = feature.get("properties")
    said = given.items() if isinstance(given, dict) else ()
    return {str(_NAMES.get(name, name)): value for name, value in said if value not in (None, "")}


def flat_geometry(feature: Mapping[str, Any]) -> Any:
    """Return a feature's geometry without altitudes."""
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict):
        return None
    return {"type": geometry.get("type"), "coordinates": _flat(geometry.get("coordinates"))}


def _draft(feature: Mapping[str, Any]) -> Draft:
    said = named_properties(feature)
    for name in ("code", "division"):
        if isinstance(said.get(name), int):
            said[name] = str(said[name])
    if isinstance(said.get("households"), str):
        listed = said["households"].replace("；", ";").split(";")
        said["households"] = [each for each in map(str.strip, listed) if each]
    if isinstance(said.get("hazard"), str):
        _, said["hazard"] = WORDS.get(said["hazard"].strip(), ("", said["hazard"]))
    fields = _Properties.model_validate(said)
    return fields.draft(fields.code, _area(feature, fields.radius_m))


def _area(feature: Mapping[str, Any], radius_m: float | None) -> Area:
    geometry = flat_geometry(feature)
    if geometry and geometry["type"] == "Point" and radius_m:
        circle = {"centre": geometry["coordinates"], "radius_km": radius_m / 1000}
        return Area.model_validate({"circles": [circle]})
    return Area.model_validate({"geometry": geometry})


def _flat(coordinates: Any, depth: int = _DEEPEST) -> Any:
    if not isinstance(coordinates, list) or depth == 0:
        return coordinates
    if coordinates and not isinstance(coordinates[0], list):
        return coordinates[:2]
    return [_flat(each, depth - 1) for each in coordinates]


def _problems(number: int, wrong: ValidationError) -> Iterator[Problem]:
    for error in wrong.errors(include_url=False, include_context=False, include_input=False):
        places = [place for place in error["loc"] if place in _REMEDIES]
        column = str(places[0]) if places and wrong.title == _Properties.__name__ else "geometry"
        english, chinese = _REMEDIES[column]
        told = str(error["msg"]).removeprefix("Value error, ")
        yield Problem(number, column, f"{told}: give {english}", f"不能这样填：请填写{chinese}")


def _twice(number: int, code: str, first: int) -> Problem:
    return Problem(
        number,
        "code",
        f"{code} is the number of feature {first} already: give each its own",
        f"编号{code}与第{first}个要素相同：请分别编号",
    )


def _unreadable(english: str, chinese: str) -> RosterError:
    remedy = "export it as GeoJSON in WGS 84", "请导出为WGS 84的GeoJSON"
    return RosterError([Problem(1, "", f"{english}: {remedy[0]}", f"{chinese}：{remedy[1]}")])
