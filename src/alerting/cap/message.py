"""Build the CAP message of each step of an alert, from the facts of the alert."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from alerting.cap.alert import AlertRequest, Area, MsgType, ResponseType, Scope, Status, Urgency
from alerting.cap.document import AreaPart, Info, Message, Reference

COLOUR: Final = "colour"
"""valueName of the parameter that holds the colour of the warning."""

ASSEMBLY_POINT: Final = "assembly-point"

HAZARD_LOCATION: Final = "hazard-location"
"""valueName of the parameter with the hazard's position: 'latitude,longitude'."""

GEOMETRY: Final = "geometry"
"""valueName of the parameter with a drawn area with holes as GeoJSON; CAP has no holes."""

_MOST_REFERENCES: Final = 100
"""Maximum number of references: to the first message, and to the newest others."""


class Step(StrEnum):
    """A step of an alert of which other systems are informed."""

    RAISED = "raised"
    WIDENED = "widened"
    UPDATED = "updated"
    CANCELLED = "cancelled"
    ALL_CLEAR = "all_clear"


_MSG_TYPES: Final = {
    Step.RAISED: MsgType.ALERT,
    Step.WIDENED: MsgType.UPDATE,
    Step.UPDATED: MsgType.UPDATE,
    Step.CANCELLED: MsgType.CANCEL,
    # Not Cancel, which would mean that the warning was wrong.
    Step.ALL_CLEAR: MsgType.UPDATE,
}

_ENDINGS: Final = frozenset({Step.CANCELLED, Step.ALL_CLEAR})

_RESTRICTION: Final = (
    "仅限所列地区的应急人员和住户 / only for the officers and households addressed"
)


@dataclass(frozen=True)
class ReachedArea:
    """An area that was alerted in one step."""

    divisions: tuple[str, ...]
    drawn: Area | None
    """The drawing, if only the households in it were alerted."""


@dataclass(frozen=True)
class Spoken:
    """The words of a message in one language."""

    language: str
    """Language tag, such as zh-CN."""
    event: str
    headline: str | None
    description: str | None
    instruction: str | None
    sender_name: str | None
    """Name of the issuer; None if the policy has none in this language."""
    assembly_point: str | None
    names: Mapping[str, str]
    """Names of the alerted divisions, by code."""
    comma: str
    """Separator between names."""
    as_drawn: str
    """Template that describes a drawn area in `{places}`."""
    with_holes: str
    """Template that describes a drawn area with holes in `{places}`."""


@dataclass(frozen=True)
class Facts:
    """The facts about an alert at one step, from which its message is built."""

    step: Step
    request: AlertRequest
    identifier: str
    """Identifier of the message to build."""
    sender: str
    number: int
    at: datetime
    expires: datetime
    zone: ZoneInfo
    earlier: tuple[Reference, ...]
    """Earlier messages of the alert, oldest first."""
    reached: tuple[ReachedArea, ...]
    """Areas alerted so far, in order."""
    spoken: tuple[Spoken, ...]
    counts: tuple[tuple[str, int], ...]


def scope_of(request: AlertRequest) -> Scope:
    """Return the scope of an alert's messages; it is never public for an exercise or test."""
    rehearsed = request.status is not Status.ACTUAL
    return Scope.RESTRICTED if rehearsed and request.scope is Scope.PUBLIC else request.scope


def message_of(facts: Facts) -> Message:
    """Return the CAP message of one step."""
    request, scope, is_over = facts.request, scope_of(facts.request), facts.step in _ENDINGS
    is_public = scope is Scope.PUBLIC
    divisions = _codes(facts.reached)
    return Message(
        identifier=facts.identifier,
        sender=facts.sender,
        sent=facts.at.astimezone(facts.zone),
        status=request.status,
        msg_type=_MSG_TYPES[facts.step],
        scope=scope,
        restriction=_RESTRICTION if scope is Scope.RESTRICTED else None,
        addresses=() if is_public else divisions,
        code=f"#{facts.number}",
        references=_latest(facts.earlier, facts.zone),
        infos=tuple(_info(facts, each) for each in facts.spoken),
        category=request.category,
        response_type=ResponseType.ALL_CLEAR if is_over else request.response_type,
        urgency=Urgency.PAST if is_over else request.urgency,
        severity=request.severity,
        certainty=request.certainty,
        effective=request.effective and request.effective.astimezone(facts.zone),
        expires=facts.expires.astimezone(facts.zone),
    )


def _latest(earlier: tuple[Reference, ...], zone: ZoneInfo) -> tuple[Reference, ...]:
    kept = (*earlier[:1], *earlier[1:][1 - _MOST_REFERENCES :])
    return tuple(Reference(e.sender, e.identifier, e.sent.astimezone(zone)) for e in kept)


def _info(facts: Facts, spoken: Spoken) -> Info:
    return Info(
        language=spoken.language,
        event=spoken.event,
        headline=spoken.headline,
        description=spoken.description,
        instruction=spoken.instruction,
        sender_name=spoken.sender_name,
        parameters=_parameters(facts, spoken),
        areas=_areas(facts.reached, spoken),
    )


def _parameters(facts: Facts, spoken: Spoken) -> tuple[tuple[str, str], ...]:
    request = facts.request
    found = [(COLOUR, str(request.colour))]
    # An empty value clears the assembly point of an earlier message.
    if spoken.assembly_point or facts.step is Step.UPDATED:
        found.append((ASSEMBLY_POINT, spoken.assembly_point or ""))
    if request.hazard_location:
        latitude, longitude = request.hazard_location
        found.append((HAZARD_LOCATION, f"{latitude},{longitude}"))
    if shape := _geometry(facts.reached):
        found.append((GEOMETRY, shape))
    return (*found, *((name, str(count)) for name, count in facts.counts))


def _geometry(reached: tuple[ReachedArea, ...]) -> str | None:
    """Return the polygons of drawings with holes as one GeoJSON MultiPolygon, or None."""
    polygons = [polygon for each in _with_holes(reached) for polygon in each.shape.polygons]
    if not polygons:
        return None
    shape = {"type": "MultiPolygon", "coordinates": polygons}
    return json.dumps(shape, separators=(",", ":"))


def _areas(reached: tuple[ReachedArea, ...], spoken: Spoken) -> tuple[AreaPart, ...]:
    """Return CAP's area elements for all alerted areas.

    A drawing without holes has its own element with polygons and circles. All drawings with holes
    share the first element, which has the codes of the divisions that they touch, because CAP would
    count the holes as part of the area. The divisions of all other areas share one element.
    """
    with_holes = _with_holes(reached)
    touched = _codes(each for each in reached if each.drawn in with_holes)
    circles = tuple(circle for each in with_holes for circle in each.shape.circles)
    without = AreaPart(
        spoken.with_holes.format(places=_names(touched, spoken)), (), circles, touched
    )
    named = _codes(each for each in reached if each.drawn is None)
    whole = AreaPart(_names(named, spoken), divisions=named)
    drawn = (
        _drawn(each.divisions, each.drawn, spoken)
        for each in reached
        if each.drawn and each.drawn not in with_holes
    )
    return (*([without] if touched else []), *([whole] if named else []), *drawn)


def _drawn(divisions: tuple[str, ...], area: Area, spoken: Spoken) -> AreaPart:
    rings = tuple(rings[0] for rings in area.shape.polygons)
    description = spoken.as_drawn.format(places=_names(divisions, spoken))
    if area.name:
        description = f"{area.name} ({description})"
    return AreaPart(description, rings, area.shape.circles)


def _codes(reached: Iterable[ReachedArea]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for each in reached for code in each.divisions))


def _names(divisions: tuple[str, ...], spoken: Spoken) -> str:
    return spoken.comma.join(spoken.names.get(code, code) for code in divisions)


def _with_holes(reached: tuple[ReachedArea, ...]) -> list[Area]:
    drawn = (each.drawn for each in reached if each.drawn)
    return [area for area in drawn if any(len(rings) > 1 for rings in area.shape.polygons)]
