"""HTTP routes that list, count, assign, take and hand on door tasks."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Query, status
from pydantic import ConfigDict
from sqlalchemy import Connection

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.openapi import refuses
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
from contacts.bounds import Body, OfficerId
from contacts.division import DivisionCode, HouseholdCode

router = APIRouter(tags=["tasks"])


class LastWordBody(Body):
    """The latest evidence about a household."""

    report: Report
    """The report about the household."""
    people: int | None
    """Number of people that the report is about; null means the whole household."""
    rung: str
    """Who reported: `own`, `neighbour`, `officer` or `shelter`."""
    given_at: datetime
    """When it was reported."""
    note: str
    """A note that came with the report; empty if there is none."""

    @classmethod
    def of(cls, word: LastWord) -> Self:
        """Return these fields of the evidence."""
        return cls(**vars(word) | {"rung": word.rung.name.lower()})


class TaskBody(Body):
    """A door task: its officer, its state, and the household at the door."""

    id: int
    """The task's id, for the routes that take the task or hand it on."""
    alert: int
    """The id of the alert."""
    household: str
    """The household's code."""
    division: str
    """The village or grid in which the household lives."""
    officer: str | None
    """The id of the assigned officer; null if nobody is assigned."""
    officer_name: str | None
    """The name of the assigned officer; null if nobody is assigned."""
    cause: Cause
    """Why an officer must go to the door."""
    state: TaskState
    """Whether the task is open, taken or over."""
    due_at: datetime
    """When the task became due."""
    opened_at: datetime
    """When the task was assigned to this officer."""
    taken_at: datetime | None
    """When the officer set out; null if no officer has."""
    closed_at: datetime | None
    """When the task ended; null if it is pending."""
    closed_by: str | None
    """The officer or phone whose report settled the household; null without such a report."""
    head: str
    """The name of the household's head."""
    address: str
    """The home's address, in the roster's words."""
    headcount: int
    """Number of people in the household."""
    vulnerable: str
    """The kinds of vulnerable people in the household, separated by ';'."""
    persons: tuple[str, ...]
    """Names of the household members whom the roster lists by name."""
    standing: Standing
    """The household's standing."""
    unaccounted: int
    """Number of household members who are unaccounted."""
    phone: str | None
    """The household's first phone; null if the roster has none."""
    latitude: float | None
    """Latitude of the home in degrees WGS 84; null if the roster has none."""
    longitude: float | None
    """Longitude of the home in degrees WGS 84; null if the roster has none."""
    last_word: LastWordBody | None
    """The latest evidence about the household; null if there is none."""

    @classmethod
    def of(cls, listed: ListedDoor) -> Self:
        """Return these fields of a door task and its household."""
        lives_there = {name: value for name, value in vars(listed).items() if name != "task"}
        word = listed.last_word and LastWordBody.of(listed.last_word)
        return cls(**vars(listed.task), **lives_there | {"last_word": word})


class HandOnBody(Body):
    """The officer who takes the task over."""

    model_config = ConfigDict(extra="forbid")

    officer: OfficerId
    """The officer's id."""


class SendBody(HandOnBody):
    """The household to visit, and the officer to send."""

    household: HouseholdCode
    """The household's code."""


class DoorCountBody(Body):
    """The number of an officer's door tasks in one village or grid and one state."""

    model_config = ConfigDict(from_attributes=True)

    division: str
    """The code of the village or grid."""
    officer: str | None
    """The officer's id; null if nobody is assigned to these tasks."""
    officer_name: str | None
    """The officer's name; null if nobody is assigned."""
    state: TaskState
    """The tasks' state."""
    count: int
    """Number of tasks."""
    oldest_due_at: datetime
    """The earliest due time of these tasks."""


@router.get("/api/tasks")
async def get_my_tasks(caller: Caller, runtime: RuntimeDep) -> list[TaskBody]:
    """List the caller's pending door tasks, the households in most danger first."""
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
    """List an alert's door tasks in a division, pending tasks first, then by danger."""
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
    """Record that the caller is on the way; a task of another officer passes to the caller."""
    return TaskBody.of(await take_task(runtime, caller, task_id))


@router.post("/api/tasks/{task_id}/hand-on", openapi_extra=refuses(403))
async def post_hand_on(
    task_id: RowId, body: HandOnBody, caller: Caller, runtime: RuntimeDep
) -> TaskBody:
    """Hand a door task on to another officer."""
    found = await runtime.database.read(lambda db: door(db, task_id))
    if found is None:
        raise NotFoundError(
            f"there is no task {task_id} within your divisions",
            f"您管理范围内没有入户任务{task_id}",
        )
    task = found.task
    return TaskBody.of(await hand_on(runtime, caller, task.alert, task.household, body.officer))
