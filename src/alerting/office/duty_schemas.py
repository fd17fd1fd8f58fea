"""JSON bodies of the duty rota.

Times are local wall-clock times in the policy's time zone, as people write a rota.
"""

from datetime import datetime, time
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, StringConstraints

from alerting.office.duty_week import DutyWeek, StoredPeriod, version_of_turns
from alerting.office.edits import VERSION
from contacts.bounds import Body, OfficerId, WallTime
from contacts.duty.rota import Period, PeriodKind, Turn, length
from contacts.duty.rules import Duty, Watch
from contacts.people import Role

_MOST_TURNS: Final = 28

_WRITTEN: Final = "%Y-%m-%dT%H:%M"

_OF_DAY: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"

_Weekday = Annotated[int, Field(ge=1, le=7)]

_TimeOfDay = Annotated[str, StringConstraints(pattern=_OF_DAY, max_length=5)]


class DutyTurnBody(Body):
    """A weekly turn."""

    model_config = ConfigDict(extra="forbid")

    weekday: _Weekday
    """The weekday on which the turn begins; 1 is Monday."""
    begins: _TimeOfDay
    """The time at which the turn begins, such as 20:00."""
    ends: _TimeOfDay
    """The time at which the turn ends, at most a day later."""

    @classmethod
    def of(cls, turn: Turn) -> "DutyTurnBody":
        """Convert a turn to weekdays from 1 and times such as 20:00."""
        ends = turn.begins + turn.minutes
        return cls(weekday=turn.weekday + 1, begins=_clock(turn.begins), ends=_clock(ends))

    def turn(self, officer: str, zone: str) -> Turn:
        """Return this turn for the officer with this id."""
        begins, ends = _minutes(self.begins), _minutes(self.ends)
        return Turn(officer, self.weekday - 1, begins, length(begins, ends), zone)


class DutyTurnsBody(Body):
    """The new weekly turns of an officer."""

    model_config = ConfigDict(extra="forbid")

    turns: list[DutyTurnBody] = Field(max_length=_MOST_TURNS)
    """The turns; an officer without turns is always on duty."""
    version: Annotated[str, StringConstraints(pattern=VERSION, max_length=64)]
    """The version of the turns on which the change is based."""


class DutyPeriodBody(Body):
    """A dated shift or leave of an officer."""

    model_config = ConfigDict(extra="forbid")

    officer: OfficerId
    """The id of the officer who serves or is on leave."""
    kind: PeriodKind
    """The kind of the period."""
    begins: WallTime
    """When the period begins, in local time of the policy's time zone."""
    ends: WallTime
    """When the period ends, in local time."""
    in_place_of: OfficerId | None = None
    """The id of the officer for whom this officer stands in, if any; for shifts only."""

    def period(self, zone: ZoneInfo) -> Period:
        """Return the period with its times in the given time zone."""
        begins, ends = self.begins.replace(tzinfo=zone), self.ends.replace(tzinfo=zone)
        of = self.in_place_of if self.kind is PeriodKind.SHIFT else None
        return Period(self.officer, self.kind, begins, ends, of)


class StoredPeriodBody(Body):
    """A dated shift or leave that is not over."""

    id: int
    """The period's id."""
    officer: str
    """The id of the officer who serves or is on leave."""
    kind: PeriodKind
    """The kind of the period."""
    begins: str
    """When the period begins, in local time of the policy's time zone."""
    ends: str
    """When the period ends, in local time."""
    in_place_of: str | None
    """The id of the officer for whom this officer stands in, if any."""

    @classmethod
    def of(cls, period: StoredPeriod, zone: ZoneInfo) -> "StoredPeriodBody":
        """Convert a period to local times in `zone`."""
        return cls(
            id=period.id,
            officer=period.officer,
            kind=PeriodKind(period.kind),
            begins=_written(period.begins_at, zone),
            ends=_written(period.ends_at, zone),
            in_place_of=period.in_place_of,
        )


class DutyOfficerBody(Body):
    """An officer of the division and their weekly turns."""

    id: str
    """The officer's id."""
    name: str
    """The officer's name."""
    role: Role
    """The officer's role."""
    deputy_of: str | None
    """The id of the officer whose deputy this officer is."""
    turns: list[DutyTurnBody]
    """The officer's weekly turns."""
    version: str
    """The version of the turns, to send with a change."""


class OnDutyBody(Body):
    """An officer on duty, and the reason."""

    officer: str
    """The officer's id."""
    duty: Duty
    """Why the officer is on duty."""


class WatchBody(Body):
    """A span of time in which the same officers are on duty."""

    begins: str
    """When the span begins, in local time of the policy's time zone."""
    ends: str
    """When the span ends, in local time."""
    officers: list[OnDutyBody]
    """The officers on duty; if empty, an alert calls everybody of the role who is not on leave."""

    @classmethod
    def of(cls, watch: Watch, zone: ZoneInfo) -> "WatchBody":
        """Convert a span of duty to local times in `zone`."""
        officers = [OnDutyBody(officer=id_, duty=duty) for id_, duty in watch.officers]
        begins, ends = _written(watch.begins_at, zone), _written(watch.ends_at, zone)
        return cls(begins=begins, ends=ends, officers=officers)


class PostBody(Body):
    """The officers on duty in one role of the division, over time."""

    role: Role
    """The role of the officers."""
    watches: list[WatchBody]
    """Spans of duty in the next seven days, in order of time."""


class DutyWeekBody(Body):
    """The duty rota of a division."""

    time_zone: str
    """The IANA time zone of all times here."""
    officers: list[DutyOfficerBody]
    """The officers of the division itself who are called in an alert."""
    posts: list[PostBody]
    """Who is on duty, by role."""
    periods: list[StoredPeriodBody]
    """Dated shifts and leaves that are not over, by beginning."""

    @classmethod
    def of(cls, week: DutyWeek, zone: ZoneInfo) -> "DutyWeekBody":
        """Convert a rota to local times in `zone`, with a version of each officer's turns."""
        officers = [
            DutyOfficerBody(
                id=each.id,
                name=each.name,
                role=each.role,
                deputy_of=each.deputy_of,
                turns=[DutyTurnBody.of(turn) for turn in week.turns.get(each.id, ())],
                version=version_of_turns(week.turns.get(each.id, ())),
            )
            for each in week.officers
        ]
        posts = [
            PostBody(role=role, watches=[WatchBody.of(each, zone) for each in found])
            for role, found in week.posts.items()
        ]
        periods = [StoredPeriodBody.of(each, zone) for each in week.periods]
        return cls(time_zone=zone.key, officers=officers, posts=posts, periods=periods)


class AddedPeriodBody(Body):
    """The stored period."""

    id: int
    """The period's id."""


def _minutes(text: str) -> int:
    of_day = time.fromisoformat(text)
    return of_day.hour * 60 + of_day.minute


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _written(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime(_WRITTEN)
