"""Curves of people accounted for, cached per process and updated from new log entries."""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Integer, and_, bindparam, func, select

from alerting.accounting.evidence import evidence_of, readable
from alerting.board.rules import Count, Curve, Point, count
from alerting.ledger.tables import events
from alerting.roll.rules.evidence import Evidence
from alerting.roll.tables import evidence, roll
from alerting.roll.tallies import EVERYWHERE, tally_of
from contacts.directory import names_in
from contacts.division import covers

_T = TypeVar("_T")

_POINTS: Final = 200

_ALERTS_KEPT: Final = 16

_JOINED: Final = (
    select(
        roll.c.division,
        roll.c.seq,
        func.count().label("households"),
        func.sum(roll.c.headcount).cast(Integer).label("people"),
    )
    .where(roll.c.alert == bindparam("of_alert"), roll.c.seq > bindparam("after"))
    .group_by(roll.c.division, roll.c.seq)
    .order_by(roll.c.seq)
)

# A separate query: in a join, SQLite may scan the whole roll for each log entry.
_WHEN: Final = select(events.c.seq, events.c.at).where(
    events.c.alert == bindparam("of_alert"), events.c.seq.in_(bindparam("seqs", expanding=True))
)

_SAID: Final = (
    select(evidence, roll.c.division, roll.c.headcount, roll.c.persons.label("named"))
    .join(roll, and_(roll.c.alert == evidence.c.alert, roll.c.household == evidence.c.household))
    .where(evidence.c.alert == bindparam("of_alert"), evidence.c.id > bindparam("after"))
    .order_by(evidence.c.seq)
)


@dataclass(frozen=True, slots=True)
class Step:
    """A change in the counts of a village or grid."""

    at: datetime
    division: str
    change: Count


class Curves:
    """LRU cache of the curves of alerts, one per process."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, _Followed] = OrderedDict()
        self._lock = Lock()

    def of(self, connection: Connection, alert: int, division: str) -> list[Point]:
        """Return the curve of a division in about 200 points."""
        return self._follow(alert).read(connection, division, _points)

    def reached(
        self, connection: Connection, alert: int, division: str, percents: Collection[int]
    ) -> dict[int, datetime | None]:
        """Return when each percentage of a division's people was known; see `Curve.reached`."""
        return self._follow(alert).read(connection, division, lambda each: each.reached(percents))

    def steps(self, connection: Connection, alert: int, division: str) -> list[Step]:
        """Return every change in the counts of villages and grids of a division, in log order."""
        return self._follow(alert).steps(connection, division)

    def _follow(self, alert: int) -> "_Followed":
        with self._lock:
            followed = self._kept.pop(alert, None) or _Followed(alert)
            self._kept[alert] = followed
            while len(self._kept) > _ALERTS_KEPT:
                self._kept.popitem(last=False)
        return followed


def _points(curve: Curve) -> list[Point]:
    return curve.points(_POINTS)


class _Followed:
    """The cached steps of one alert, up to the last log entry read."""

    def __init__(self, alert: int) -> None:
        self._alert = alert
        self._lock = Lock()
        self._steps: list[Step] = []
        self._curves: dict[str, tuple[Curve, int]] = {}
        """By division: the curve, and the number of steps that it includes."""
        self._households = 0
        self._last_joined = 0
        self._last_word = 0
        self._standing: dict[str, tuple[datetime, Count]] = {}
        """By household with evidence: the time of its last step, and its count since then."""

    def read(self, connection: Connection, division: str, take: Callable[[Curve], _T]) -> _T:
        with self._lock:
            self._read_on(connection)
            curve, seen = self._curves.get(division) or (Curve(), 0)
            for step in self._steps[seen:]:
                if covers(division, step.division):
                    curve.add(step.at, step.change)
            self._curves[division] = curve, len(self._steps)
            return take(curve)

    def steps(self, connection: Connection, division: str) -> list[Step]:
        with self._lock:
            self._read_on(connection)
            return [step for step in self._steps if covers(division, step.division)]

    def _read_on(self, connection: Connection) -> None:
        # Read evidence before the roll, so that the roll has every household of the evidence.
        words = connection.execute(_SAID, self._from(self._last_word)).all()
        self._take_joined(connection)
        self._take_words(connection, words)
        self._last_word = max([self._last_word, *(row.id for row in words)])

    def _from(self, after: int) -> dict[str, int]:
        return {"of_alert": self._alert, "after": after}

    def _take_joined(self, connection: Connection) -> None:
        if tally_of(connection, self._alert, EVERYWHERE).households == self._households:
            return  # No household joined, so skip the roll, which may be large.
        rows = connection.execute(_JOINED, self._from(self._last_joined)).all()
        asked = {"of_alert": self._alert, "seqs": sorted({row.seq for row in rows})}
        when = {row.seq: row.at for row in connection.execute(_WHEN, asked)}
        for row in rows:
            here = Count(total=row.people, unaccounted=row.people)
            self._steps.append(Step(when[row.seq], row.division, here))
            self._households += row.households
            self._last_joined = row.seq

    def _take_words(self, connection: Connection, words: Sequence[Any]) -> None:
        said = self._said_before(connection, {row.household for row in words})
        for row, each in readable(words):
            places = frozenset(range(len(names_in(row.named))))
            said[row.household].append(each)
            now = count(said[row.household], row.headcount, places)
            missing = Count(row.headcount, 0, row.headcount)
            since, before = self._standing.get(row.household, (row.recorded_at, missing))
            # A household's step is never earlier than its previous one, so that steps keep the
            # order of the log.
            at = max(since, row.recorded_at)
            self._standing[row.household] = at, now
            self._steps.append(Step(at, row.division, now - before))

    def _said_before(
        self, connection: Connection, households: set[str]
    ) -> dict[str, list[Evidence]]:
        known = [(self._alert, code) for code in households if code in self._standing]
        found = evidence_of(connection, known) if known else {}
        said: dict[str, list[Evidence]] = defaultdict(list)
        for (_, code), items in found.items():
            said[code] = [item for item in items if int(item.id) <= self._last_word]
        return said
