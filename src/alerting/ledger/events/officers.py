"""Payloads of events about officers: calls made and confirmed, doors, dark villages."""

from typing import ClassVar

from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.payload import OfficerId, OfficerIdOrNone, Payload, Whose


class OfficerCalled(Payload):
    """An officer is silent, so a deputy is called. The subject is the deputy."""

    kind: ClassVar = EventKind.OFFICER_CALLED
    subject: ClassVar = Whose.OFFICER

    deputy_of: OfficerIdOrNone
    """The officer whose deputy it is."""


class OfficerConfirmed(Payload):
    """An officer heard the call, or raised the alert. The subject is that officer."""

    kind: ClassVar = EventKind.OFFICER_CONFIRMED
    subject: ClassVar = Whose.OFFICER

    channel: str
    """The channel: `sms`, `voice`, `web`; `alert.raised` if the officer raised the alert."""


class OfficerNotWoken(Payload):
    """An officer could not be woken, and the tier above is told. The subject is that officer."""

    kind: ClassVar = EventKind.OFFICER_NOT_WOKEN
    subject: ClassVar = Whose.OFFICER

    told: tuple[OfficerId, ...]
    """The officers of the tier above who are told; empty if it has none on duty."""


class OfficersCalledAgain(Payload):
    """Officers who have not confirmed are called once more, by one channel."""

    kind: ClassVar = EventKind.OFFICERS_CALLED_AGAIN

    websocket: int = 0
    """Officers shown the call again on their boards."""
    sms: int = 0
    """Officers texted again."""
    voice: int = 0
    """Officers called by phone."""


class OfficerWakeAsked(Payload):
    """An officer had one who could not be woken called again. The subject is the one called."""

    kind: ClassVar = EventKind.OFFICER_WAKE_ASKED
    subject: ClassVar = Whose.OFFICER
    words: ClassVar = frozenset({"key"})

    by: OfficerId
    """The officer who asked for it."""
    key: str | None = None
    """The idempotency key of the request."""


class TaskOpened(Payload):
    """A door task was opened for a household. The subject is the household."""

    kind: ClassVar = EventKind.TASK_OPENED
    subject: ClassVar = Whose.HOUSEHOLD

    officer: OfficerIdOrNone
    """The officer assigned; null if there is nobody to send."""
    cause: str
    """The reason: silence, no way to reach the household, refusal, help, or handed on."""


class TaskTaken(Payload):
    """An officer is on the way to a door. The subject is the household."""

    kind: ClassVar = EventKind.TASK_TAKEN
    subject: ClassVar = Whose.HOUSEHOLD

    officer: OfficerIdOrNone
    """The officer on the way."""


class TaskClosed(Payload):
    """A door task ended. The subject is the household."""

    kind: ClassVar = EventKind.TASK_CLOSED
    subject: ClassVar = Whose.HOUSEHOLD

    officer: OfficerIdOrNone
    """The officer to whom it was assigned."""
    by: OfficerIdOrNone
    """That officer, if their report ended it; null if the household was settled otherwise."""


class TasksTold(Payload):
    """An officer was texted a list of doors. The subject is the officer."""

    kind: ClassVar = EventKind.TASKS_TOLD
    subject: ClassVar = Whose.OFFICER

    doors: int
    """Doors in the text."""


class VillageDark(Payload):
    """A village is dark: all doors are visited. The subject is the officer who said so, if any."""

    kind: ClassVar = EventKind.VILLAGE_DARK
    subject: ClassVar = Whose.OFFICER

    share: float | None
    """Share of its texts that arrived, from 0 to 1; null if an officer decided."""
    neighbours_share: float | None
    """The same share in its neighbour villages; null if it was not compared."""
    together: bool = False
    """True if texts arrived in no village of its town or county, as when a carrier fails."""


class DarkTold(Payload):
    """The officers above a dark village were told of it."""

    kind: ClassVar = EventKind.DARK_TOLD


class WatchdogForgotten(Payload):
    """A household was unaccounted and nothing was planned for it: somebody is sent there now.

    The subject is the household.
    """

    kind: ClassVar = EventKind.WATCHDOG_FORGOTTEN
    subject: ClassVar = Whose.HOUSEHOLD
