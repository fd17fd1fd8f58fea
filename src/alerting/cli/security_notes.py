"""Record the security events of commands, in the transaction of the command."""

from typing import Final

from sqlalchemy import Connection

from alerting.runtime import wall_clock
from alerting.security_log.rules import SecurityEvent, SecurityKind
from alerting.security_log.store import note
from contacts.directory import officer

_SENDER: Final = "alerting"


def note_officer(connection: Connection, kind: SecurityKind, officer_id: str, detail: str) -> None:
    """Record that a command changed an officer's access."""
    found = officer(connection, officer_id)
    division = found.division if found else ""
    event = SecurityEvent(kind, division, officer_id, _SENDER, detail=detail)
    note(connection, event, wall_clock())


def note_machine(connection: Connection, kind: SecurityKind, name: str, detail: str) -> None:
    """Record that a command changed a machine's access."""
    note(connection, SecurityEvent(kind, sender=name, detail=detail), wall_clock())


def note_import(connection: Connection, rows: str, within: str, told: str) -> None:
    """Record that a command imported rows of the kind `rows`; `told` summarises the changes."""
    kind, detail = SecurityKind.ROSTER_IMPORTED, f"{rows}: {told}"
    event = SecurityEvent(kind, within, sender=_SENDER, detail=detail)
    note(connection, event, wall_clock())


def note_export(connection: Connection, what: str, within: str = "") -> None:
    """Record that a command exported a log, a roster or a backup to a file."""
    event = SecurityEvent(SecurityKind.EXPORTED, within, sender=_SENDER, detail=what)
    note(connection, event, wall_clock())
