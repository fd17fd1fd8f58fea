"""A report's words in one language: labels, times, durations and places."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from alerting.messages.languages import LANGUAGES, Language
from alerting.messages.places import Places


@dataclass(frozen=True)
class Words:
    """The words of one language for one alert's report."""

    code: str
    zone: ZoneInfo
    places: Places

    @property
    def spoken(self) -> Language:
        """The contents of the language's files."""
        return LANGUAGES[self.code]

    def __getitem__(self, key: str) -> str:
        return self.spoken.report[key]

    def kind(self, name: str) -> str:
        """Return the word for a channel or state, or `name` itself if it has none."""
        return self.spoken.report.get(name, name)

    def event(self, kind: str) -> str:
        """Return the description of a kind of log entry, or `kind` itself if it has none."""
        return self.spoken.events.get(kind, kind)

    def place(self, division: str) -> str:
        """Return a division's short name; empty for the empty code."""
        return self.places.short(division, self.code) if division else ""

    def day(self, at: datetime) -> str:
        """Return the date and time of an instant, in local time."""
        return self["day"].format(at=at.astimezone(self.zone))

    def clock(self, at: datetime | None) -> str:
        """Return the hour and minute of an instant, in local time; empty for None."""
        return f"{at.astimezone(self.zone):%H:%M}" if at else ""

    def lasting(self, time: timedelta) -> str:
        """Return a duration in hours and whole minutes."""
        hours, minutes = divmod(max(int(time.total_seconds()), 0) // 60, 60)
        return self["hours" if hours else "minutes"].format(hours=hours, minutes=minutes)
