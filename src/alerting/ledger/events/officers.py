"""Payloads of events about officers: their calls, door tasks, dark villages."""

from typing import ClassVar

from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.payload import OfficerId, OfficerIdOrNone, Payload, Whose


class OfficerCalled(Payload):
    """An officer did not confirm the call, so a deputy is called. The subject is the deputy."""

    kind: ClassVar = EventKind.OFFICER_CALLED
    subject: ClassVar = Whose.OFFICER

    deputy_of: OfficerIdOrNone
    """The officer who did not confirm."""


class OfficerConfirmed(Payload):
    """An officer confirmed the call, or raised the alert. The subject is that officer."""

    kind: ClassVar = EventKind.OFFICER_CONFIRMED
    subject: ClassVar = Whose.OFFICER

    channel: str
    """The channel of the confirmation: `sms`, `voice` or `web`; `alert.raised` for the raiser."""


class OfficerNotWoken(Payload):
    """An officer answered no call, so the tier above is told. The subject is that officer."""

    kind: ClassVar = EventKind.OFFICER_NOT_WOKEN
    subject: ClassVar = Whose.OFFICER

    told: tuple[OfficerId, ...]
    """The ids of the officers told in the tier above; empty if it has none on duty."""


class OfficersCalledAgain(Payload):
    """Officers who have not confirmed were called once more, by one channel."""

    kind: ClassVar = EventKind.OFFICERS_CALLED_AGAIN

    websocket: int = 0
    """The number of officers who see the call again on their boards."""
    sms: int = 0
    """The number of officers texted again."""
    voice: int = 0
    """The number of officers called by phone."""


class OfficerWakeAsked(Payload):
    """An officer asked for a new call to an unwoken officer. The subject is the officer called."""

    kind: ClassVar = EventKind.OFFICER_WAKE_ASKED
    subject: ClassVar = Whose.OFFICER
    words: ClassVar = frozenset({"key"})

    by: OfficerId
    """The officer who asked for the call."""
    key: str | None = None
    """The idempotency key of the request."""


class TaskOpened(Payload):
    """A door task was opened for a household. The subject is the household."""

    kind: ClassVar = EventKind.TASK_OPENED
    subject: ClassVar = Whose.HOUSEHOLD

    officer: OfficerIdOrNone
    """The officer assigned; null if there is nobody to send."""
    cause: str
    """The reason: silence, household out of reach, refusal, call for help, or task handed on."""


class TaskTaken(Payload):
    """An officer is on the way to a door. The subject is the household."""

    kind: ClassVar = EventKind.TASK_TAKEN
    subject: ClassVar = Whose.HOUSEHOLD

    officer: OfficerIdOrNone
    """The officer on the way."""


class TaskClosed(Payload):
    """A door task is closed. The subject is the household."""

    kind: ClassVar = EventKind.TASK_CLOSED
    subject: ClassVar = Whose.HOUSEHOLD

    officer: OfficerIdOrNone
    """The officer to whom the task was assigned."""
    by: OfficerIdOrNone
    """The officer whose report closed the task; null if something else settled the household."""


class TasksTold(Payload):
    """An officer was texted a list of door tasks. The subject is the officer."""

    kind: ClassVar = EventKind.TASKS_TOLD
    subject: ClassVar = Whose.OFFICER

    doors: int
    """The number of doors in the text."""


class VillageDark(Payload):
    """Texts do not reach a village, so officers visit all doors.

    The subject is the officer who reported it; empty if the receipts showed it.
    """

    kind: ClassVar = EventKind.VILLAGE_DARK
    subject: ClassVar = Whose.OFFICER

    share: float | None
    """Share of the village's texts that arrived, from 0 to 1; null if an officer reported it."""
    neighbours_share: float | None
    """Share of texts that arrived in the neighbour villages, from 0 to 1; null if not compared."""
    together: bool = False
    """True if texts arrived in no village of the town or county, as in a carrier outage."""


class DarkTold(Payload):
    """The officers above a dark village were told of it."""

    kind: ClassVar = EventKind.DARK_TOLD


class WatchdogForgotten(Payload):
    """The watchdog found an unaccounted household without any planned step, and sends somebody.

    The subject is the household.
    """

    kind: ClassVar = EventKind.WATCHDOG_FORGOTTEN
    subject: ClassVar = Whose.HOUSEHOLD
