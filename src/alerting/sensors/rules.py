"""Rules for a sensor's readings: which of them count, which level follows, and what is news."""

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
"""The stored time of a reading whose own time is impossible. It is later than any other time."""

OK: Final = "ok"
"""The status of a reading from a healthy sensor."""


class Level(StrEnum):
    """The level of danger that a sensor measures."""

    NORMAL = "normal"
    YELLOW = "yellow"
    RED = "red"


class Verdict(StrEnum):
    """The verdict on a reading."""

    UNREAD = "unread"
    COUNTED = "counted"
    CLOCK_WRONG = "clock_wrong"
    """The reading's time is implausible, so it counts by the time of its arrival."""
    STORED = "stored"
    """The reading is older than an hour and came with newer ones, so it does not count."""
    OUT_OF_ORDER = "out_of_order"
    """The reading is older than one that has counted, so it does not count."""
    DUPLICATE = "duplicate"
    WRONG_UNIT = "wrong_unit"
    NO_NUMBER = "no_number"
    NOT_OK = "not_ok"


UNFIT: Final = frozenset({Verdict.WRONG_UNIT, Verdict.NO_NUMBER, Verdict.NOT_OK})
"""The verdicts on readings that show a faulty sensor and say nothing about the hazard."""


class News(StrEnum):
    """The kinds of news from a sensor."""

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
"""The minimum time between two news items of one kind from a sensor. BACK has no limit."""


@dataclass(frozen=True)
class Reading:
    """A reading from a sensor; `value` is None if it is not a finite number."""

    value: float | None
    unit: str
    at: datetime
    status: str
    received_at: datetime

    @property
    def key(self) -> tuple[object, ...]:
        """The key by which repeated readings are recognised."""
        return self.at, self.value, self.unit, self.status

    @property
    def is_ahead(self) -> bool:
        """True if the reading's time is more than 2 minutes after its arrival."""
        return self.at > self.received_at + _AHEAD

    @property
    def is_old(self) -> bool:
        """True if the reading's time is more than an hour before its arrival."""
        return self.at < self.received_at - _BEHIND

    @property
    def counts_from(self) -> datetime:
        """The reading's own time if it is plausible, otherwise the time of its arrival."""
        is_wrong = self.is_ahead or self.is_old
        return self.received_at if is_wrong else min(self.at, self.received_at)


@dataclass(frozen=True)
class SensorState:
    """What the readings of a sensor say about its level and its health."""

    level: Level
    since: datetime
    heard_at: datetime
    value: float | None = None
    counted_at: datetime | None = None
    """The `counts_from` of the last reading that counted."""
    is_silent: bool = False
    is_clock_wrong: bool = False


@dataclass(frozen=True)
class Told:
    """An item of news, and the value of the reading that caused it."""

    news: News
    value: float | None = None


@dataclass(frozen=True)
class Judged:
    """The verdicts on readings in the order given, the state after them, and the news."""

    verdicts: tuple[Verdict, ...]
    changed: tuple[bool, ...]
    """For each reading, whether it changed the level."""
    state: SensorState
    news: tuple[Told, ...]


def judge(
    sensor: Sensor,
    before: SensorState,
    readings: Sequence[Reading],
    seen: AbstractSet[tuple[object, ...]] = frozenset(),
) -> Judged:
    """Judge readings that came in one request; `seen` holds the keys of earlier ones.

    A red reading is news even if a later one in the same request is normal again.
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
    # Every impossible time is stored as `NO_TIME`, so an equal time does not prove a repeat.
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
        # A repeated reading does not show that the sensor works: a broken one may repeat forever.
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
    """Return the level after a reading. A level ends only when the value falls below its `end`."""
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
    """Return whether the rate limit allows this kind of news; `last` is when each was last told."""
    told = last.get(news)
    return told is None or news not in _EVERY or now - told >= _EVERY[news]


def holds(news: News, state: SensorState) -> bool:
    """Return whether held-back news is still true. News about a single reading never is."""
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
