"""A report's words in one language: times, durations, places, and names of kinds."""

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
        """The language's files."""
        return LANGUAGES[self.code]

    def __getitem__(self, key: str) -> str:
        return self.spoken.report[key]

    def kind(self, name: str) -> str:
        """Return the word for a channel or a state; an unknown one is shown as it is."""
        return self.spoken.report.get(name, name)

    def event(self, kind: str) -> str:
        """Return what an entry of the log says; an unknown kind is shown as it is."""
        return self.spoken.events.get(kind, kind)

    def place(self, division: str) -> str:
        """Return a division's everyday name; empty for the whole alert."""
        return self.places.short(division, self.code) if division else ""

    def day(self, at: datetime) -> str:
        """Return an instant with its day, in local time."""
        return self["day"].format(at=at.astimezone(self.zone))

    def clock(self, at: datetime | None) -> str:
        """Return an instant's hour and minute, in local time; empty for None."""
        return f"{at.astimezone(self.zone):%H:%M}" if at else ""

    def lasting(self, time: timedelta) -> str:
        """Return a duration in hours and whole minutes."""
        hours, minutes = divmod(max(int(time.total_seconds()), 0) // 60, 60)
        return self["hours" if hours else "minutes"].format(hours=hours, minutes=minutes)
