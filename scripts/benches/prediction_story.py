"""An evacuation played in this process: the drill's people and officers, the service's own steps.

Nothing is sent over a network. A household hears its text ten seconds after it is on the roll. It
answers by keys, and officers walk, as in the drill. Time is story time and advances in ticks.
"""

import heapq
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Select, select

from alerting.accounting.evidence import NewEvidence
from alerting.accounting.record import record_evidence
from alerting.accounting.report import Finding, report
from alerting.board.curve import Curves
from alerting.clock_file import FixedPace
from alerting.doors.listing import ListedDoor, doors_in, doors_of
from alerting.doors.rules import PENDING, TaskState
from alerting.doors.take import take_task
from alerting.drill.city.handsets import behaviour_of
from alerting.drill.city.people import officer_behaviour
from alerting.drill.city.roster import City
from alerting.errors import ConflictError
from alerting.escalation.loop import STEPS, Step
from alerting.ledger.alerts import stored
from alerting.officer_calls.confirm import CalledOfficer, confirm
from alerting.officer_calls.tables import officer_calls
from alerting.prediction.outlook import outlook_of
from alerting.prediction.rules.zero import Outlook
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll.tables import roll
from alerting.runtime import Clock, Runtime
from contacts.directory import officer

ALERT: Final = 1
BEGAN: Final = datetime(2026, 8, 29, 5, 10, tzinfo=UTC)
_TICK: Final = 5
_HEARD_SECONDS: Final = 10.0
_CALL_SECONDS: Final = 320.0
_WOKEN_SECONDS: Final = 210.0
_LEFT_ALONE: Final = 120.0
_LEFT_OVER: Final = timedelta(seconds=60)
_REPORTS: Final = {
    "1": Report.EVACUATED,
    "2": Report.NEEDS_HELP,
    "3": Report.STAYING,
    "4": Report.ELSEWHERE,
}

Action = Callable[[], Awaitable[None]]


class StoryClock(Clock):
    """The story's clock, which only moves when it is told to."""

    def __init__(self) -> None:
        super().__init__(FixedPace(1.0, BEGAN))
        self.second = 0.0

    def now(self) -> datetime:
        """Return the story instant."""
        return BEGAN + timedelta(seconds=self.second)


@dataclass
class Story:
    """A running story of one alert, with a queue of future actions."""

    runtime: Runtime
    clock: StoryClock
    city: City
    officers: list[str]
    """The officers who visit doors."""
    curves: Curves = field(default_factory=Curves)
    _due: list[tuple[float, int, Action]] = field(default_factory=list)
    _places: "itertools.count[int]" = field(default_factory=itertools.count)
    _known: set[str] = field(default_factory=set)
    _called: set[str] = field(default_factory=set)
    _busy: set[str] = field(default_factory=set)
    _under_way: set[str] = field(default_factory=set)
    _visited: dict[str, float] = field(default_factory=dict)

    def outlook(self, division: str) -> Outlook:
        """Return the service's present prediction for a division."""
        policy, now = self.runtime.policy, self.clock.now()
        return self.runtime.database.look(
            lambda db: outlook_of(db, stored(db, ALERT), division, self.curves, policy, now)
        )

    def later(self, seconds: float, action: Action) -> None:
        """Queue an action to run after these story seconds."""
        heapq.heappush(self._due, (self.clock.second + seconds, next(self._places), action))

    async def pass_to(self, second: float) -> None:
        """Play until this second of the story."""
        while self.clock.second < second:
            self.clock.second += _TICK
            now = self.clock.second
            while self._due and self._due[0][0] <= now:
                await heapq.heappop(self._due)[2]()
            await self._steps()
            self._tell_new()
            for id_ in self.officers:
                await self._send(id_)

    async def _steps(self) -> None:
        for step in STEPS:
            while await self._take(step):
                pass

    async def _take(self, step: Step) -> int:
        now = self.clock.now()
        return await self.runtime.ledger.write(lambda tx: step(tx, now))

    def _tell_new(self) -> None:
        """Deliver the texts of households that joined the roll, and the calls of officers."""
        homes = self._rows(select(roll.c.household).where(roll.c.alert == ALERT))
        for code in homes:
            if code not in self._known:
                self._known.add(code)
                self._plan(code)
        for id_ in self._rows(select(officer_calls.c.officer)):
            if id_ not in self._called:
                self._called.add(id_)
                self._wake(id_)

    def _rows(self, statement: Select[str]) -> list[str]:
        return self.runtime.database.look(lambda db: list(db.execute(statement).scalars()))

    def _plan(self, code: str) -> None:
        home = self.city.households[code]
        if not home.has_phone:
            return
        plan = behaviour_of(self.city.seed, replace(home, language=""))
        for reply in plan.replies:
            self.later(_HEARD_SECONDS + reply.delay_seconds, self._answering(code, reply.body))
        if plan.call.pick_up == "answers" and plan.call.key:
            factor = self.runtime.policy.household.vulnerable_factor if home.vulnerable else 1
            self.later(_CALL_SECONDS * factor, self._answering(code, plan.call.key))

    def _answering(self, code: str, body: str) -> Action:
        async def answer() -> None:
            key, _, people = body.partition(" ")
            if key not in _REPORTS or code in self._visited:
                return
            number = int(people) if people.isdigit() else None
            now = self.clock.now()
            word = NewEvidence(
                alert=ALERT,
                household=code,
                given_at=now,
                recorded_at=now,
                rung=Rung.OWN,
                given_by=self.city.households[code].phones[0],
                report=_REPORTS[key],
                people=number,
                channel="sms",
                source=f"{code}-{now}-{body}",
            )
            await self.runtime.ledger.write(lambda tx: record_evidence(tx, [word]))

        return answer

    def _wake(self, id_: str) -> None:
        plan = officer_behaviour(self.city.seed, id_)
        if plan.is_silent or id_ not in self.city.officers:
            return
        delay = plan.replies[0].delay_seconds if plan.replies else _WOKEN_SECONDS

        async def answer() -> None:
            place = id_.rpartition("-")[2]
            heard = [CalledOfficer(ALERT, id_, place)]
            now = self.clock.now()
            await self.runtime.ledger.write(lambda tx: confirm(tx, heard, "sms", now))

        self.later(delay, answer)

    async def _send(self, id_: str) -> None:
        """Send an idle officer to the next door."""
        if id_ in self._busy:
            return
        door = self._next(id_) or await self._take_over(id_)
        if door is not None:
            code = door.task.household
            self._busy.add(id_)
            self._under_way.add(code)
            self.later(self.city.knock_seconds(code), self._knocking(id_, code))

    def _next(self, id_: str) -> ListedDoor | None:
        doors = self.runtime.database.look(lambda db: doors_of(db, id_))
        return next((door for door in doors if self._is_free(door)), None)

    async def _take_over(self, id_: str) -> ListedDoor | None:
        place = id_.rpartition("-")[2]
        doors = self.runtime.database.look(lambda db: doors_in(db, ALERT, place, 20))
        caller = self.runtime.database.look(lambda db: officer(db, id_))
        for door in doors:
            if caller and self._is_left_over(door, id_) and self._is_free(door):
                try:
                    return await take_task(self.runtime, caller, door.task.id)
                except ConflictError:
                    return None
        return None

    def _is_free(self, door: ListedDoor) -> bool:
        code = door.task.household
        last = self._visited.get(code, -_LEFT_ALONE)
        return (
            door.task.state in PENDING
            and code not in self._under_way
            and self.clock.second >= last + _LEFT_ALONE
        )

    def _is_left_over(self, door: ListedDoor, id_: str) -> bool:
        holder = door.task.officer or ""
        if door.task.state is not TaskState.OPEN or holder == id_ or holder.startswith("grid"):
            return False
        return self.clock.now() >= door.task.opened_at + _LEFT_OVER

    def _knocking(self, id_: str, code: str) -> Action:
        async def knock() -> None:
            found = self.city.at_door(code)
            people = 0 if found.standing == "staying" else found.people
            said = Finding(
                code, Report(found.standing), people, None, "", f"{code}-{self.clock.now()}"
            )
            caller = self.runtime.database.look(lambda db: officer(db, id_))
            self._busy.discard(id_)
            self._under_way.discard(code)
            self._visited[code] = self.clock.second
            if caller:
                await report(self.runtime, caller, ALERT, said)

        return knock
