"""HTTP routes for door tasks: list, count, assign, take, hand on."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Query, status
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.described import refuses
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
from contacts.bounds import OfficerId
from contacts.division import DivisionCode, HouseholdCode

router = APIRouter(tags=["tasks"])


class LastWordBody(BaseModel):
    """The latest evidence about a household."""

    report: Report
    people: int | None
    rung: str
    """Rung of the source: own, neighbour, officer or shelter."""
    given_at: datetime
    note: str

    @classmethod
    def of(cls, word: LastWord) -> Self:
        """Return the body for the latest evidence."""
        return cls(**vars(word) | {"rung": word.rung.name.lower()})


class TaskBody(BaseModel):
    """A door task: its officer, its state, and the household that lives there."""

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
    """Names of the people whom the roster lists by name."""
    standing: Standing
    unaccounted: int
    phone: str | None
    latitude: float | None
    longitude: float | None
    """Coordinates of the home, in degrees WGS 84; null if the roster has none."""
    last_word: LastWordBody | None

    @classmethod
    def of(cls, listed: ListedDoor) -> Self:
        """Return the body for a door task."""
        lives_there = {name: value for name, value in vars(listed).items() if name != "task"}
        word = listed.last_word and LastWordBody.of(listed.last_word)
        return cls(**vars(listed.task), **lives_there | {"last_word": word})


class HandOnBody(BaseModel):
    """The id of the officer to send."""

    model_config = ConfigDict(extra="forbid")

    officer: OfficerId


class SendBody(HandOnBody):
    """The officer to send, and the household."""

    household: HouseholdCode


class DoorCountBody(BaseModel):
    """Number of an officer's door tasks in one village or grid and one state."""

    model_config = ConfigDict(from_attributes=True)

    division: str
    officer: str | None
    officer_name: str | None
    state: TaskState
    count: int
    oldest_due_at: datetime
    """The earliest due time of these tasks."""


@router.get("/api/tasks")
async def get_my_tasks(caller: Caller, runtime: RuntimeDep) -> list[TaskBody]:
    """List the caller's pending door tasks, most endangered households first."""
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
    """List an alert's door tasks in a division: pending first, then by danger."""
    scope = scope_for(caller, division)

    def look(db: Connection) -> list[ListedDoor]:
        alert_for(db, alert_id, caller)
        return doors_in(db, alert_id, scope, limit)

    return [TaskBody.of(one) for one in await runtime.database.read(look)]


@router.get("/api/alerts/{alert_id}/door-counts")
async def get_door_counts(
    alert_id: RowId, caller: Caller, runtime: RuntimeDep, division: DivisionCode | None = None
) -> list[DoorCountBody]:
    """Count an alert's door tasks in a division, by village or grid, officer and state."""
    scope = scope_for(caller, division)

    def look(db: Connection) -> list[DoorCount]:
        alert_for(db, alert_id, caller)
        return count_doors(db, alert_id, scope)

    return [DoorCountBody.model_validate(one) for one in await runtime.database.read(look)]


@router.post(
    "/api/alerts/{alert_id}/tasks",
    status_code=status.HTTP_201_CREATED,
    openapi_extra=refuses(403),
)
async def post_task(
    alert_id: RowId, body: SendBody, caller: Caller, runtime: RuntimeDep
) -> TaskBody:
    """Send an officer to a household's door."""
    return TaskBody.of(await hand_on(runtime, caller, alert_id, body.household, body.officer))


@router.post("/api/tasks/{task_id}/take", openapi_extra=refuses(409))
async def post_take(task_id: RowId, caller: Caller, runtime: RuntimeDep) -> TaskBody:
    """Record that the caller is on the way; another officer's task becomes the caller's."""
    return TaskBody.of(await take_task(runtime, caller, task_id))


@router.post("/api/tasks/{task_id}/hand-on", openapi_extra=refuses(403))
async def post_hand_on(
    task_id: RowId, body: HandOnBody, caller: Caller, runtime: RuntimeDep
) -> TaskBody:
    """Hand a door task on to another officer."""
    found = await runtime.database.read(lambda db: door(db, task_id))
    if found is None:
        raise NotFoundError(f"there is no task {task_id} within your divisions")
    task = found.task
    return TaskBody.of(await hand_on(runtime, caller, task.alert, task.household, body.officer))
