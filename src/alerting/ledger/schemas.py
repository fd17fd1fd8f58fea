"""JSON body of an alert."""

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
    """The alert's id, used in paths."""
    identifier: str
    """CAP's identifier of the alert's first message."""
    number: int
    """The short code that people type after '#' to name the alert."""
    status: Status
    """CAP's status: Actual; or Exercise or Test, which are not meant for the public."""
    exercise_size: ExerciseSize | None
    """Whom the exercise reaches; null if the alert is not an exercise."""
    state: AlertState
    """The alert's state in its lifecycle."""
    event: str
    """The hazard, in the raiser's words."""
    event_names: dict[str, str]
    """The event's name by language; a generic name is followed by the raiser's words."""
    colour: Colour
    """The colour of the warning level."""
    severity: Severity
    """CAP's severity, derived from the colour."""
    origin: str
    """The code of the division whose officer raised the alert."""
    divisions: tuple[str, ...]
    """The codes of the divisions in the alert's area, or of all that a drawn area touches."""
    sent: datetime
    """When the alert was raised."""
    expires: datetime
    """When the alert stops sending; officers still follow up on people unaccounted for."""
    raised_by: str
    """The id of the officer who raised the alert."""
    seq: int
    """Sequence number of the alert's last log entry: the cursor from which a feed can resume."""

    @classmethod
    def of(cls, alert: StoredAlert) -> Self:
        """Summarise a stored alert, with the event's name in every language."""
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
