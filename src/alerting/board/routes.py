"""Routes for the data that a board loads once: curve, divisions, homes, courtyards and log."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Query
from pydantic import ConfigDict
from sqlalchemy import Connection
from starlette.requests import HTTPConnection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.scope import alert_for, scope_for
from alerting.board.curve import Curves
from alerting.board.log import log_before, names_of
from alerting.board.places import divisions_of, homes_of
from alerting.board.rules import Point
from alerting.database.tables import RowId
from alerting.errors import InvalidError
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.registry import Event
from alerting.roll.rules.tally import Tally
from alerting.roll.schemas import CourtyardTallyBody
from alerting.roll.tallies import tallies_by_courtyard
from contacts.bounds import Body
from contacts.division import Division, DivisionCode, Tier, tier_of

log_router = APIRouter(prefix="/api/alerts", tags=["alerts"])


class EventBody(Body):
    """An entry of the alert's log."""

    seq: int
    """Sequence number in the alert's log, from 1."""
    at: datetime
    """When it happened, by the alerts' clock; in a drill, by the drill's clock."""
    kind: str
    """Kind of event."""
    division: str
    """Code of the division concerned; empty: the whole alert."""
    subject: str
    """Id of the officer or household concerned; empty: none."""
    payload: dict[str, object]
    """The other fields of the entry, which depend on its kind."""
    names: dict[str, str]
    """Names of the officers and households that the entry mentions, by id and code."""

    @classmethod
    def of(cls, event: Event, names: Mapping[str, str]) -> Self:
        """Return the body of a log entry."""
        officers, households = event.mentioned()
        ids = officers | households
        return cls(
            seq=event.seq,
            at=event.at,
            kind=event.kind,
            division=event.division,
            subject=event.subject,
            payload=json.loads(event.payload),
            names={id_: names[id_] for id_ in sorted(ids & names.keys())},
        )


@log_router.get("/{alert_id}/log")
async def get_log(
    alert_id: RowId,
    caller: Caller,
    runtime: RuntimeDep,
    division: DivisionCode | None = None,
    before: Annotated[
        RowId | None,
        Query(description="Only entries before this `seq`; if omitted, the last ones."),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    kind: Annotated[
        list[EventKind] | None,
        Query(
            max_length=len(EventKind), description="Only entries of these kinds; if omitted, all."
        ),
    ] = None,
) -> list[EventBody]:
    """List the log entries of a division, newest first.

    With `before`, only entries with a lower `seq` are listed. With `kind`, which may be repeated,
    only entries of these kinds are listed.
    """
    scope = scope_for(caller, division)

    def look(db: Connection) -> tuple[list[Event], dict[str, str]]:
        alert_for(db, alert_id, caller)
        log = log_before(db, alert_id, scope, before, limit, kind or ())
        return log, names_of(db, alert_id, caller.division, log)

    log, names = await runtime.database.read(look)
    return [EventBody.of(event, names) for event in log]


router = APIRouter(prefix="/api/alerts", tags=["alerts"])


async def _curves(connection: HTTPConnection) -> Curves:
    """Return this process's cache of curves."""
    curves: Curves = connection.app.state.curves
    return curves


class PointBody(Body):
    """The numbers of people at a time; people in danger count only in `total`."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    """Time of these numbers."""
    total: int
    """Number of people on the roll."""
    accounted: int
    """Number of people accounted for."""
    unaccounted: int
    """Number of people unaccounted for."""


class DivisionBody(Body):
    """A division's name and its place in the tree of divisions."""

    division: str
    """The division's code."""
    name: str
    """Name of the division."""
    tier: Tier
    """Tier of the division."""
    parent: str | None
    """Code of the division one tier above; null: there is none."""

    @classmethod
    def of(cls, place: Division) -> Self:
        """Return the body of a division."""
        return cls(division=place.code, name=place.name, tier=place.tier, parent=place.parent)


class HomesBody(Body):
    """The positions of the homes of a division; households without coordinates are omitted."""

    homes: dict[str, tuple[float, float]]
    """[latitude, longitude] in degrees, WGS 84, by household code."""


@router.get("/{alert_id}/curve")
async def get_curve(
    alert_id: RowId,
    caller: Caller,
    runtime: RuntimeDep,
    curves: Annotated[Curves, Depends(_curves)],
    division: DivisionCode | None = None,
) -> list[PointBody]:
    """Return the numbers of people accounted for since the alert, in about 200 points."""
    scope = scope_for(caller, division)

    def look(db: Connection) -> list[Point]:
        alert_for(db, alert_id, caller)
        return curves.of(db, alert_id, scope)

    return [PointBody.model_validate(point) for point in await runtime.database.read(look)]


@router.get("/{alert_id}/divisions")
async def get_divisions(
    alert_id: RowId, caller: Caller, runtime: RuntimeDep, division: DivisionCode | None = None
) -> list[DivisionBody]:
    """List a division, and the divisions below it with households on the alert's roll, by code."""
    scope = scope_for(caller, division)

    def look(db: Connection) -> list[Division]:
        alert_for(db, alert_id, caller)
        return divisions_of(db, alert_id, scope)

    return [DivisionBody.of(place) for place in await runtime.database.read(look)]


@router.get("/{alert_id}/homes")
async def get_homes(
    alert_id: RowId, caller: Caller, runtime: RuntimeDep, division: DivisionCode | None = None
) -> HomesBody:
    """Return the coordinates of a division's homes, for a map."""
    scope = scope_for(caller, division)

    def look(db: Connection) -> dict[str, tuple[float, float]]:
        alert_for(db, alert_id, caller)
        return homes_of(db, alert_id, scope)

    return HomesBody(homes=await runtime.database.read(look))


@router.get("/{alert_id}/courtyards")
async def get_courtyards(
    alert_id: RowId,
    caller: Caller,
    runtime: RuntimeDep,
    division: Annotated[DivisionCode, Query(description="The code of a village or grid.")],
) -> list[CourtyardTallyBody]:
    """Return the counts of each courtyard and building of a village or grid, by name."""
    scope = scope_for(caller, division)
    if tier_of(scope) not in {Tier.VILLAGE, Tier.GRID}:
        raise InvalidError(
            "division",
            f"{scope} is larger than a village: name a village",
            f"{scope}大于村：请选一个村",
        )

    def look(db: Connection) -> dict[str | None, Tally]:
        alert_for(db, alert_id, caller)
        return tallies_by_courtyard(db, alert_id, scope)

    counted = await runtime.database.read(look)
    return [CourtyardTallyBody.of_courtyard(*each) for each in counted.items()]
