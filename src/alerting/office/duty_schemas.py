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
    """The day on which it begins, from Monday, 1."""
    begins: _TimeOfDay
    """When it begins, such as 20:00."""
    ends: _TimeOfDay
    """When it ends, at most a day later."""

    @classmethod
    def of(cls, turn: Turn) -> "DutyTurnBody":
        """Return the body of a turn."""
        ends = turn.begins + turn.minutes
        return cls(weekday=turn.weekday + 1, begins=_clock(turn.begins), ends=_clock(ends))

    def turn(self, officer: str, zone: str) -> Turn:
        """Return the turn of an officer."""
        begins, ends = _minutes(self.begins), _minutes(self.ends)
        return Turn(officer, self.weekday - 1, begins, length(begins, ends), zone)


class DutyTurnsBody(Body):
    """The new weekly turns of an officer."""

    model_config = ConfigDict(extra="forbid")

    turns: list[DutyTurnBody] = Field(max_length=_MOST_TURNS)
    """The turns; none: the rota says nothing of the officer, who serves always."""
    version: Annotated[str, StringConstraints(pattern=VERSION, max_length=64)]
    """The version of the turns that was changed."""


class DutyPeriodBody(Body):
    """A dated shift or leave of an officer."""

    model_config = ConfigDict(extra="forbid")

    officer: OfficerId
    """The id of the officer who serves, or is on leave."""
    kind: PeriodKind
    """The kind of the period."""
    begins: WallTime
    """When it begins, by the clock of the policy's time zone."""
    ends: WallTime
    """When it ends."""
    in_place_of: OfficerId | None = None
    """Of a shift: the id of the officer in whose place it is."""

    def period(self, zone: ZoneInfo) -> Period:
        """Return the period."""
        begins, ends = self.begins.replace(tzinfo=zone), self.ends.replace(tzinfo=zone)
        of = self.in_place_of if self.kind is PeriodKind.SHIFT else None
        return Period(self.officer, self.kind, begins, ends, of)


class StoredPeriodBody(Body):
    """An entry of the rota that is not over."""

    id: int
    """Its id."""
    officer: str
    """The id of the officer who serves, or is on leave."""
    kind: PeriodKind
    """The kind of the period."""
    begins: str
    """When it begins, by the clock of the policy's time zone."""
    ends: str
    """When it ends."""
    in_place_of: str | None
    """The id of the officer in whose place it is."""

    @classmethod
    def of(cls, period: StoredPeriod, zone: ZoneInfo) -> "StoredPeriodBody":
        """Return the body of a period."""
        return cls(
            id=period.id,
            officer=period.officer,
            kind=PeriodKind(period.kind),
            begins=_written(period.begins_at, zone),
            ends=_written(period.ends_at, zone),
            in_place_of=period.in_place_of,
        )


class DutyOfficerBody(Body):
    """An officer of the division."""

    id: str
    """The id."""
    name: str
    """The name."""
    role: Role
    """The role."""
    deputy_of: str | None
    """The id of the officer for whom this one stands in."""
    turns: list[DutyTurnBody]
    """The weekly turns."""
    version: str
    """The version of the turns; a change names the version that it was made to."""


class OnDutyBody(Body):
    """An officer on duty."""

    officer: str
    """The id."""
    duty: Duty
    """Why the officer is on duty."""


class WatchBody(Body):
    """A stretch of time in which the same officers serve."""

    begins: str
    """When it begins, by the clock of the policy's time zone."""
    ends: str
    """When it ends."""
    officers: list[OnDutyBody]
    """Those on duty; empty: a gap, in which an alert calls all of the post who are not on leave."""

    @classmethod
    def of(cls, watch: Watch, zone: ZoneInfo) -> "WatchBody":
        """Return the body of a watch."""
        officers = [OnDutyBody(officer=id_, duty=duty) for id_, duty in watch.officers]
        begins, ends = _written(watch.begins_at, zone), _written(watch.ends_at, zone)
        return cls(begins=begins, ends=ends, officers=officers)


class PostBody(Body):
    """The officers of one role in the division."""

    role: Role
    """The role."""
    watches: list[WatchBody]
    """The spells of duty in the coming seven days, in order."""


class DutyWeekBody(Body):
    """The rota of a division."""

    time_zone: str
    """The time zone of its times."""
    officers: list[DutyOfficerBody]
    """The officers of the division itself who are called in an alert."""
    posts: list[PostBody]
    """The officers who serve, by role."""
    periods: list[StoredPeriodBody]
    """Dated entries that are not over, in order."""

    @classmethod
    def of(cls, week: DutyWeek, zone: ZoneInfo) -> "DutyWeekBody":
        """Return the body of a week."""
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
    """An entry of the rota was stored."""

    id: int
    """Its id."""


def _minutes(text: str) -> int:
    of_day = time.fromisoformat(text)
    return of_day.hour * 60 + of_day.minute


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _written(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime(_WRITTEN)
