"""The kinds of security events, and how equal events within a minute become one counted row.

Strangers can cause refusals as often as they like, so the number of rows is limited too.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

MOST_AN_HOUR: Final = 500
"""The maximum number of rows of one kind per process and hour; further events are only counted.

Each kind has its own limit, so that a flood of one kind cannot hide another.
"""

_MOST_OF_A_FIELD: Final = 200

_MINUTE: Final = timedelta(minutes=1)


class SecurityKind(StrEnum):
    """The kind of a security event."""

    SIGN_IN_ASKED = "sign_in_asked"
    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    ACCESS_REFUSED = "access_refused"
    SESSION_ENDED = "session_ended"
    CREDENTIAL_ISSUED = "credential_issued"
    CREDENTIAL_REVOKED = "credential_revoked"
    WRONG_DOOR_CODE = "wrong_door_code"
    BAD_SIGNATURE = "bad_signature"
    LIMIT_REACHED = "limit_reached"
    EXPORTED = "exported"
    ROSTER_IMPORTED = "roster_imported"
    POLICY_CHANGED = "policy_changed"
    PERSONAL_DATA_REDUCED = "personal_data_reduced"


HARMLESS: Final = frozenset(
    {SecurityKind.SIGN_IN_ASKED, SecurityKind.SIGNED_IN, SecurityKind.SESSION_ENDED}
)
"""The kinds that occur in everyday work; the others are logged as warnings."""


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """A security event. Fields that do not apply are empty."""

    kind: SecurityKind
    division: str = ""
    """The officer's division; empty if the event concerns the service as a whole."""
    officer: str = ""
    """The id of the officer concerned."""
    sender: str = ""
    """Where the event came from: a network address, a machine, or a masked phone."""
    route: str = ""
    """The route with placeholders, because the full address may contain a token."""
    detail: str = ""
    """The response status, or what was exported, imported or changed."""


Folded = tuple[datetime, SecurityEvent]
"""An event and the minute in which it happened."""


class Fold:
    """Counts equal events within a minute, until the counts are taken."""

    def __init__(self, most_an_hour: int = MOST_AN_HOUR) -> None:
        self._most = most_an_hour
        self._hour: datetime | None = None
        self._begun: defaultdict[SecurityKind, set[Folded]] = defaultdict(set)
        self._waiting: Counter[Folded] = Counter()

    def add(self, event: SecurityEvent, now: datetime) -> None:
        """Count an event."""
        minute = now.replace(second=0, microsecond=0)
        hour = minute.replace(minute=0)
        if hour != self._hour:
            self._hour = hour
            self._begun.clear()
        begun, row = self._begun[event.kind], (minute, _bounded(event))
        if row not in begun and len(begun) >= self._most:
            row = (minute, SecurityEvent(event.kind, detail=MORE))
        else:
            begun.add(row)
        self._waiting[row] += 1

    def take(self) -> Mapping[Folded, int]:
        """Return the counts since the last call, and start anew."""
        taken, self._waiting = self._waiting, Counter()
        return taken


MORE: Final = "more"
"""The detail of a row that counts the events beyond the limit for their kind."""


def _bounded(event: SecurityEvent) -> SecurityEvent:
    """Return the event with its texts cut and without NUL, because senders choose some of them."""
    texts = {
        name: getattr(event, name)[:_MOST_OF_A_FIELD].replace("\0", "")
        for name in ("division", "officer", "sender", "route", "detail")
    }
    return replace(event, **texts)


def settled_before(now: datetime) -> datetime:
    """Return the minute before which rows no longer change if the database was reachable."""
    return now.replace(second=0, microsecond=0) - _MINUTE
