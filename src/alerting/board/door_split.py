"""Split an officer's open door tasks among the officers on duty nearby."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy import Connection

from alerting.access.command import Command, carry_out
from alerting.access.rules import Act, Ruling, rule
from alerting.access.scope import alert_for, refusal
from alerting.doors.listing import count_doors, open_doors
from alerting.doors.rules import PENDING, Cause, Walker, split_doors
from alerting.doors.tasks import Door, Task, assign
from alerting.errors import ConflictError, ForbiddenError
from alerting.officer_calls.listing import calls_within
from alerting.officer_calls.rules import CallState
from alerting.runtime import Runtime
from contacts.directory import Officer
from contacts.division import Tier, tier_of
from contacts.duty.officers import officers_on_duty
from contacts.people import Role

_WALKS: Final = frozenset({Role.INFORMANT, Role.GRID_OFFICER, Role.DUTY_OFFICER})

_TIERS: Final = frozenset({Tier.TOWN, Tier.VILLAGE, Tier.GRID})
"""Tiers whose officers are near enough to walk to a door."""


@dataclass(frozen=True)
class Share:
    """An officer's number of split doors, and of all pending doors after the split."""

    officer: Officer
    doors: int
    total: int


@dataclass(frozen=True)
class Split:
    """The split doors, the new officer by household, and the share of each officer."""

    doors: Sequence[Task]
    sent: Mapping[str, str]
    shares: Sequence[Share]
    has_others: bool
    """Whether another officer is near enough to take doors."""


async def preview_split(runtime: Runtime, caller: Officer, alert_id: int, of: str) -> Split:
    """Return how the open doors of the officer `of` would be split now, without changes.

    Raises:
        NotFoundError: if the alert does not touch the caller's division.
        ForbiddenError: if the caller may not send officers.
    """

    def look(connection: Connection) -> Split:
        alert_for(connection, alert_id, caller)
        return _split(connection, runtime, caller, alert_id, of)

    return await runtime.database.read(look)


async def split_among(runtime: Runtime, caller: Officer, alert_id: int, of: str) -> Split:
    """Split the open doors of the officer `of`; a repeated call moves nothing more.

    Raises:
        NotFoundError: if the alert does not touch the caller's division.
        ForbiddenError: if the caller may not send officers.
        ConflictError: if no other officer is near enough.
    """
    return await carry_out(runtime, caller, alert_id, partial(_carry_out, runtime=runtime, of=of))


def _carry_out(command: Command, runtime: Runtime, of: str) -> Split:
    split = _split(command.connection, runtime, command.caller, command.alert.id, of)
    if split.doors and not split.has_others:
        raise ConflictError(
            f"no other officer is on duty near these doors: call {of} or send a neighbour",
            chinese=f"附近没有其他在岗责任人：请给{of}打电话，或派邻居去",
        )
    handed_on = [
        Door(
            each.alert,
            each.household,
            each.division,
            split.sent[each.household],
            Cause.HANDED_ON,
            each.due_at,
        )
        for each in split.doors
        if each.household in split.sent
    ]
    assign(command.transaction, handed_on, command.now)
    return split


def _split(connection: Connection, runtime: Runtime, caller: Officer, alert: int, of: str) -> Split:
    if rule(caller.role, caller.division, Act.SEND, caller.division) is not Ruling.ALLOWED:
        raise ForbiddenError(*refusal(caller, Act.SEND))
    home = caller.division
    doors = open_doors(connection, alert, home, of)
    candidates = _candidates(connection, runtime, alert, home, doors, of)
    waiting = _waiting(connection, alert, home)
    before = waiting - Counter({of: len(doors)})
    sent = split_doors(
        [(each.household, each.division) for each in doors],
        [Walker(each.id, each.division, before[each.id]) for each in candidates],
    )
    given = Counter(sent.values())
    shares = [
        Share(each, given[each.id], before[each.id] + given[each.id])
        for each in candidates
        if given[each.id]
    ]
    return Split(doors, sent, shares, has_others=any(each.id != of for each in candidates))


def _candidates(
    connection: Connection, runtime: Runtime, alert: int, home: str, doors: Sequence[Task], of: str
) -> list[Officer]:
    """Return `of` and the nearby officers who visit doors; omit officers who answered no call."""
    calls = calls_within(connection, alert, home, runtime.policy.officer)
    places = {door.division for door in doors}
    asleep = {each.officer for each in calls if each.state is CallState.NOT_WOKEN}
    return [
        each
        for each in officers_on_duty(connection, places, runtime.clock.now())
        if each.id == of
        or (each.role in _WALKS and tier_of(each.division) in _TIERS and each.id not in asleep)
    ]


def _waiting(connection: Connection, alert: int, home: str) -> Counter[str]:
    """Return the number of pending doors by officer id, including doors that were taken."""
    counted: Counter[str] = Counter()
    for each in count_doors(connection, alert, home):
        if each.officer is not None and each.state in PENDING:
            counted[each.officer] += each.count
    return counted
