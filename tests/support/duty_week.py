"""The week used in tests of the duty rota: from Monday, 30 November 2026, Shanghai time."""

from datetime import UTC, datetime, timedelta
from typing import Final

from contacts.duty.rota import Turn

ZONE: Final = "Asia/Shanghai"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a time in this week."""
    return datetime(2026, 11, 30, tzinfo=UTC) + timedelta(days=day, hours=hour - 8, minutes=minute)


def turn(weekday: int, begins: int, hours: int, officer: str = "a") -> Turn:
    """Return a turn that begins at a full hour."""
    return Turn(officer, weekday, begins * 60, hours * 60, ZONE)
