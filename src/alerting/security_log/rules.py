"""Kinds of security events, and their fold: repeats within a minute become one row with a count.

A stranger decides how often something is refused, so the number of rows is bounded too.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

MOST_AN_HOUR: Final = 500
"""Rows of one kind that a process begins within an hour; of further ones only the number is kept.

Bounded by kind, so that a flood of one kind hides nothing of another.
"""

_MOST_OF_A_FIELD: Final = 200

_MINUTE: Final = timedelta(minutes=1)


class SecurityKind(StrEnum):
    """The kind of event."""

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
"""Kinds that everyday work brings; the others are worth a look."""


@dataclass(frozen=True, slots=True)
class SecurityEvent:
    """A security event; a field that does not apply is empty."""

    kind: SecurityKind
    division: str = ""
    """The officer's division; empty: it concerns the service as a whole."""
    officer: str = ""
    """The id of the officer whom it concerns."""
    sender: str = ""
    """The address, the machine, or the masked phone that it came from."""
    route: str = ""
    """The route, with its placeholders: an address may hold a token."""
    detail: str = ""
    """The status of the answer, or what was exported, imported or changed."""


Folded = tuple[datetime, SecurityEvent]
"""An event and the minute in which it happened."""


class Fold:
    """Counts of events by row, until somebody takes them."""

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
        """Return what was counted since the last time."""
        taken, self._waiting = self._waiting, Counter()
        return taken


MORE: Final = "more"
"""The detail of a row that counts what is beyond the bound of its kind."""


def _bounded(event: SecurityEvent) -> SecurityEvent:
    """Return the event with fields that a column holds; senders choose some of them."""
    texts = {
        name: getattr(event, name)[:_MOST_OF_A_FIELD].replace("\0", "")
        for name in ("division", "officer", "sender", "route", "detail")
    }
    return replace(event, **texts)


def settled_before(now: datetime) -> datetime:
    """Return the minute before which no row changes any more, short of an outage."""
    return now.replace(second=0, microsecond=0) - _MINUTE
