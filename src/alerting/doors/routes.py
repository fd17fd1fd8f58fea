"""Doors to knock on over HTTP: listed, taken, and handed on; what is found there is evidence."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Query, status
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.scope import alert_for, scope_for
from alerting.database.tables import RowId
from alerting.doors.listing import (
    DoorCount,
    LastWord,
    ListedDoor,
    count_doors,
    door,
    doors_in,
    doors_of,
)
from alerting.doors.rules import Cause, TaskState
from alerting.doors.take import hand_on, take_task
from alerting.errors import NotFoundError
from alerting.roll.rules.evidence import Report
from alerting.roll.rules.standing import Standing
from contacts.division import DivisionCode, HouseholdCode

router = APIRouter(tags=["tasks"])


class LastWordBody(BaseModel):
    """What was said last of a household."""

    report: Report
    people: int | None
    rung: str
    """Who said it: own, neighbour, officer or shelter."""
    given_at: datetime
    note: str

    @classmethod
    def of(cls, word: LastWord) -> Self:
        """Return the body for a word."""
        return cls(**vars(word) | {"rung": word.rung.name.lower()})


class TaskBody(BaseModel):
    """A door to knock on, whose it is, and who lives there."""

    id: int
    alert: int
    household: str
    division: str
    officer: str | None
    officer_name: str | None
    cause: Cause
    state: TaskState
    due_at: datetime
    opened_at: datetime
    taken_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    head: str
    address: str
    headcount: int
    vulnerable: str
    persons: tuple[str, ...]
    """The names of those the roster names."""
    standing: Standing
    unaccounted: int
    phone: str | None
    latitude: float | None
    longitude: float | None
    """In degrees WGS 84."""
    last_word: LastWordBody | None

    @classmethod
    def of(cls, listed: ListedDoor) -> Self:
        """Return the body for a task."""
        lives_there = {name: value for name, value in vars(listed).items() if name != "task"}
        word = listed.last_word and LastWordBody.of(listed.last_word)
        return cls(**vars(listed.task), **lives_there | {"last_word": word})


class HandOnBody(BaseModel):
    """Who is to go there."""

    model_config = ConfigDict(extra="forbid")

    officer: str


class SendBody(HandOnBody):
    """Who is to go to which household."""

    household: HouseholdCode


class DoorCountBody(BaseModel):
    """How many doors of a village or grid are an officer's, in a state."""

    division: str
    officer: str | None
    officer_name: str | None
    state: TaskState
    count: int
    oldest_due_at: datetime
    """When somebody should have been at the first of them."""


@router.get("/api/tasks")
async def get_my_tasks(caller: Caller, runtime: RuntimeDep) -> list[TaskBody]:
    """List the caller's own doors, those in most danger first."""
    listed = await runtime.database.read(lambda db: doors_of(db, caller.id))
    return [TaskBody.of(one) for one in listed]


@router.get("/api/alerts/{alert_id}/tasks")
async def get_tasks(
    alert_id: RowId,
    caller: Caller,
    runtime: RuntimeDep,
    division: DivisionCode | None = None,
    limit: Annotated[int, Query(ge=1, le=5000)] = 1000,
) -> list[TaskBody]:
    """List an alert's tasks in a division: the pending first, those in most danger first."""
    scope = scope_for(caller, division)

    def look(db: Connection) -> list[ListedDoor]:
        alert_for(db, alert_id, caller)
        return doors_in(db, alert_id, scope, limit)

    return [TaskBody.of(one) for one in await runtime.database.read(look)]


@router.get("/api/alerts/{alert_id}/door-counts")
async def get_door_counts(
    alert_id: RowId, caller: Caller, runtime: RuntimeDep, division: DivisionCode | None = None
) -> list[DoorCountBody]:
    """Count an alert's tasks in a division, by village, officer and state."""
    scope = scope_for(caller, division)

    def look(db: Connection) -> list[DoorCount]:
        alert_for(db, alert_id, caller)
        return count_doors(db, alert_id, scope)

    return [DoorCountBody(**vars(one)) for one in await runtime.database.read(look)]


@router.post("/api/alerts/{alert_id}/tasks", status_code=status.HTTP_201_CREATED)
async def post_task(
    alert_id: RowId, body: SendBody, caller: Caller, runtime: RuntimeDep
) -> TaskBody:
    """Send an officer to a household's door."""
    return TaskBody.of(await hand_on(runtime, caller, alert_id, body.household, body.officer))


@router.post("/api/tasks/{task_id}/take")
async def post_take(task_id: RowId, caller: Caller, runtime: RuntimeDep) -> TaskBody:
    """Say that the caller is on the way there."""
    return TaskBody.of(await take_task(runtime, caller, task_id))


@router.post("/api/tasks/{task_id}/hand-on")
async def post_hand_on(
    task_id: RowId, body: HandOnBody, caller: Caller, runtime: RuntimeDep
) -> TaskBody:
    """Hand a door on to another officer."""
    found = await runtime.database.read(lambda db: door(db, task_id))
    if found is None:
        raise NotFoundError(f"there is no task {task_id} within your divisions")
    task = found.task
    return TaskBody.of(await hand_on(runtime, caller, task.alert, task.household, body.officer))
