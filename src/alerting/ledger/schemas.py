"""JSON body for the summary of an alert."""

from datetime import datetime
from typing import Self

from alerting.cap.alert import Colour, Severity, Status
from alerting.cap.exercise import ExerciseSize
from alerting.cap.lifecycle import AlertState
from alerting.ledger.alerts import StoredAlert
from alerting.messages.info import event_names
from contacts.bounds import Body


class AlertBody(Body):
    """Summary of an alert."""

    id: int
    """The id by which routes name it."""
    identifier: str
    """The identifier of its first CAP message."""
    number: int
    """Alert code that people type after '#'."""
    status: Status
    """CAP's status: an exercise or a test is not meant for the public."""
    exercise_size: ExerciseSize | None
    """Whom an exercise reaches; null: it is none."""
    state: AlertState
    """Its state in the lifecycle."""
    event: str
    """The hazard, in the raiser's words."""
    event_names: dict[str, str]
    """The event by language, as pages name it: a generic word has the given one beside it."""
    colour: Colour
    """The level of the warning."""
    severity: Severity
    """CAP's severity, which follows from the colour."""
    origin: str
    """The division of the officer who raised it."""
    divisions: tuple[str, ...]
    """The divisions of its area; those that a drawn area touches."""
    sent: datetime
    """When it was raised."""
    expires: datetime
    """When it stops sending; those unaccounted are followed on."""
    raised_by: str
    """The id of the officer who raised it."""
    seq: int
    """Sequence number of its last log entry; the cursor from which a feed can resume."""

    @classmethod
    def of(cls, alert: StoredAlert) -> Self:
        """Return the body for a stored alert."""
        return cls(
            **vars(alert),
            status=alert.status,
            exercise_size=alert.request.exercise_size,
            event=alert.request.event,
            event_names=event_names(alert.request),
            colour=alert.request.colour,
            severity=alert.request.severity,
            seq=alert.last_seq,
        )
