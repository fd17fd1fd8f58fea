"""Reads a sensor's readings: which of them count, which level follows, and what is told."""

import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from alerting.policy.sensors import Sensor

_AHEAD: Final = timedelta(minutes=2)

_BEHIND: Final = timedelta(hours=1)

NO_TIME: Final = datetime(2100, 1, 1, tzinfo=UTC)
"""Stands for the time of a reading that names none that is kept; it lies ahead of every arrival."""

OK: Final = "ok"
"""The status of a reading that may count."""


class Level(StrEnum):
    """The level of what a sensor measures."""

    NORMAL = "normal"
    YELLOW = "yellow"
    RED = "red"


class Verdict(StrEnum):
    """The outcome of a reading."""

    UNREAD = "unread"
    COUNTED = "counted"
    CLOCK_WRONG = "clock_wrong"
    """It counts by the time of its arrival, because its own time cannot be."""
    STORED = "stored"
    """Older than an hour and sent along with newer readings: it says nothing of now."""
    OUT_OF_ORDER = "out_of_order"
    """Older than one that counted."""
    DUPLICATE = "duplicate"
    WRONG_UNIT = "wrong_unit"
    NO_NUMBER = "no_number"
    NOT_OK = "not_ok"


UNFIT: Final = frozenset({Verdict.WRONG_UNIT, Verdict.NO_NUMBER, Verdict.NOT_OK})
"""Verdicts on readings that say nothing of the hazard, but that the sensor is broken."""


class News(StrEnum):
    """Kind of a sensor's news."""

    YELLOW = "yellow"
    RED = "red"
    SILENT = "silent"
    BACK = "back"
    CLOCK_WRONG = "clock_wrong"
    UNFIT = "unfit"


_EVERY: Final = {
    News.YELLOW: timedelta(minutes=10),
    News.RED: timedelta(minutes=30),
    News.SILENT: timedelta(minutes=10),
    News.CLOCK_WRONG: timedelta(minutes=30),
    News.UNFIT: timedelta(minutes=30),
}
"""The least time between two equal news of a sensor; being back is told each time."""


@dataclass(frozen=True)
class Reading:
    """A reading; `value` is None if it was no finite number."""

    value: float | None
    unit: str
    at: datetime
    status: str
    received_at: datetime

    @property
    def key(self) -> tuple[object, ...]:
        """The key that identifies a repeat."""
        return self.at, self.value, self.unit, self.status

    @property
    def is_ahead(self) -> bool:
        """Whether its time lies in the future."""
        return self.at > self.received_at + _AHEAD

    @property
    def is_old(self) -> bool:
        """Whether its time lies too far in the past."""
        return self.at < self.received_at - _BEHIND

    @property
    def counts_from(self) -> datetime:
        """The time of the reading if it is plausible, otherwise the time of its arrival."""
        is_wrong = self.is_ahead or self.is_old
        return self.received_at if is_wrong else min(self.at, self.received_at)


@dataclass(frozen=True)
class SensorState:
    """The state of a sensor."""

    level: Level
    since: datetime
    heard_at: datetime
    value: float | None = None
    counted_at: datetime | None = None
    """The time of the last reading that counted."""
    is_silent: bool = False
    is_clock_wrong: bool = False


@dataclass(frozen=True)
class Told:
    """News, and the reading that made them."""

    news: News
    value: float | None = None


@dataclass(frozen=True)
class Judged:
    """The verdict on each reading in the order given, the state after them, and the news."""

    verdicts: tuple[Verdict, ...]
    changed: tuple[bool, ...]
    """Whether each reading changed the level."""
    state: SensorState
    news: tuple[Told, ...]


def judge(
    sensor: Sensor,
    before: SensorState,
    readings: Sequence[Reading],
    seen: AbstractSet[tuple[object, ...]] = frozenset(),
) -> Judged:
    """Judge readings that came together; `seen` are the keys of earlier ones.

    A red reading is news even if a later one of the same request is normal again.
    """
    known = set(seen)
    has_current = any(not each.is_ahead and not each.is_old for each in readings)
    verdicts, changed = [Verdict.UNREAD] * len(readings), [False] * len(readings)
    state, news = before, list[Told]()
    order = sorted(range(len(readings)), key=lambda place: readings[place].counts_from)
    for place in order:
        reading = readings[place]
        verdict = _verdict(sensor, state, reading, known, has_current=has_current)
        known.add(reading.key)
        after = _after(sensor, state, reading, verdict)
        news += _news(state, after, reading, verdict)
        changed[place] = after.level is not state.level
        state, verdicts[place] = after, verdict
    return Judged(tuple(verdicts), tuple(changed), state, tuple(news))


def _verdict(
    sensor: Sensor,
    state: SensorState,
    reading: Reading,
    known: AbstractSet[tuple[object, ...]],
    *,
    has_current: bool,
) -> Verdict:
    # A dead clock gives every reading the same time, which therefore identifies no repeat.
    is_repeat = reading.key in known and reading.at != NO_TIME
    is_late = state.counted_at is not None and reading.counts_from < state.counted_at
    found = (
        (is_repeat, Verdict.DUPLICATE),
        (reading.status != OK, Verdict.NOT_OK),
        (reading.value is None or not math.isfinite(reading.value), Verdict.NO_NUMBER),
        (reading.unit != sensor.unit, Verdict.WRONG_UNIT),
        (reading.is_old and has_current, Verdict.STORED),
        (is_late, Verdict.OUT_OF_ORDER),
        (reading.is_ahead or reading.is_old, Verdict.CLOCK_WRONG),
    )
    return next((verdict for holds, verdict in found if holds), Verdict.COUNTED)


def _after(sensor: Sensor, state: SensorState, reading: Reading, verdict: Verdict) -> SensorState:
    if verdict is Verdict.DUPLICATE:
        # A machine that repeats one reading for ever must become silent.
        return state
    heard = max(state.heard_at, reading.received_at)
    after = replace(state, heard_at=heard, is_silent=False)
    if verdict not in {Verdict.COUNTED, Verdict.CLOCK_WRONG} or reading.value is None:
        return after
    level = level_after(sensor, state.level, reading.value)
    return replace(
        after,
        level=level,
        since=state.since if level is state.level else reading.counts_from,
        value=reading.value,
        counted_at=reading.counts_from,
        is_clock_wrong=verdict is Verdict.CLOCK_WRONG,
    )


def level_after(sensor: Sensor, level: Level, value: float) -> Level:
    """Return the level after a reading; a level ends only below its `end`."""
    yellow, red = sensor.yellow, sensor.red
    if value >= red.reach or (level is Level.RED and value >= red.end):
        return Level.RED
    if value >= yellow.reach or (level is not Level.NORMAL and value >= yellow.end):
        return Level.YELLOW
    return Level.NORMAL


def _news(
    before: SensorState, after: SensorState, reading: Reading, verdict: Verdict
) -> list[Told]:
    is_raised = after.level is not before.level
    found = (
        (before.is_silent and not after.is_silent, News.BACK),
        (after.is_clock_wrong and not before.is_clock_wrong, News.CLOCK_WRONG),
        (verdict in UNFIT, News.UNFIT),
        (is_raised and after.level is Level.RED, News.RED),
        (is_raised and before.level is Level.NORMAL and after.level is Level.YELLOW, News.YELLOW),
    )
    return [Told(news, reading.value) for holds, news in found if holds]


def is_due(news: News, last: Mapping[News, datetime], now: datetime) -> bool:
    """Return whether news may be told again: a sensor that flaps must not flood people."""
    told = last.get(news)
    return told is None or news not in _EVERY or now - told >= _EVERY[news]


def holds(news: News, state: SensorState) -> bool:
    """Return whether news that was held back is still true; that of one reading never is."""
    found = {
        News.YELLOW: state.level is Level.YELLOW,
        News.RED: state.level is Level.RED,
        News.SILENT: state.is_silent,
        News.CLOCK_WRONG: state.is_clock_wrong,
    }
    return found.get(news, False)


def is_silent(sensor: Sensor, state: SensorState, now: datetime) -> bool:
    """Return whether a sensor has newly become silent."""
    return not state.is_silent and now - state.heard_at >= sensor.silent_after
