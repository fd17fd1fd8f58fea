"""Routes that show how each past exercise went, and when each village last practised."""

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.scope import scope_for
from alerting.database.tables import RowId
from alerting.exercises.rules import practice_of
from alerting.exercises.schemas import (
    HELD_PAGE,
    PAGE,
    HeldExerciseBody,
    HeldExercisesBody,
    PlacePracticeBody,
    PracticeBody,
)
from alerting.exercises.store import held_exercises, last_held, villages_within
from contacts.directory import short_names
from contacts.division import DivisionCode

router = APIRouter(prefix="/api/exercises", tags=["exercises"])

_Division = Annotated[
    DivisionCode | None, Query(description="The division; if omitted, the caller's.")
]


@router.get("")
async def list_exercises(
    caller: Caller,
    runtime: RuntimeDep,
    division: _Division = None,
    before: Annotated[
        RowId | None, Query(description="`before` from the previous page; if omitted, the latest.")
    ] = None,
) -> HeldExercisesBody:
    """List past exercises that concern a division, ten on a page, with their participation."""
    scope, ladder = scope_for(caller, division), runtime.policy.officer
    found = await runtime.database.read(
        lambda db: held_exercises(db, scope, ladder, HELD_PAGE + 1, before)
    )
    shown = [HeldExerciseBody.of_held(each) for each in found[:HELD_PAGE]]
    return HeldExercisesBody(
        exercises=shown, before=shown[-1].id if len(found) > HELD_PAGE else None
    )


@router.get("/practice")
async def get_practice(
    caller: Caller,
    runtime: RuntimeDep,
    division: _Division = None,
    offset: Annotated[int, Query(ge=0, le=100_000, description="Number of villages to skip.")] = 0,
) -> PracticeBody:
    """Return when each village of a division last had exercises, and which sizes are overdue."""
    scope, rules, now = scope_for(caller, division), runtime.policy.exercise, runtime.clock.now()

    def look(connection: Connection) -> PracticeBody:
        villages = villages_within(connection, scope)
        found = practice_of(villages, last_held(connection, scope), rules, now)
        page = found[offset : offset + PAGE]
        names = short_names(connection, [each.division for each in page])
        return PracticeBody(
            places=len(found),
            overdue=Counter(size for each in found for size in each.overdue),
            page=[PlacePracticeBody.of(each, names) for each in page],
        )

    return await runtime.database.read(look)
