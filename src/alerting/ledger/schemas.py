"""JSON body for the summary of an alert."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel

from alerting.cap.alert import Colour, Severity, Status
from alerting.cap.lifecycle import AlertState
from alerting.ledger.alerts import StoredAlert
from alerting.messages.info import event_names


class AlertBody(BaseModel):
    """Summary of an alert."""

    id: int
    identifier: str
    number: int
    """Alert code that people type after '#'."""
    status: Status
    state: AlertState
    event: str
    event_names: dict[str, str]
    """The event by language, as pages name it: a generic word has the given one beside it."""
    colour: Colour
    severity: Severity
    origin: str
    divisions: tuple[str, ...]
    sent: datetime
    expires: datetime
    raised_by: str
    seq: int
    """Sequence number of its last log entry; the cursor from which a feed can resume."""

    @classmethod
    def of(cls, alert: StoredAlert) -> Self:
        """Return the body for a stored alert."""
        return cls(
            **vars(alert),
            status=alert.status,
            event=alert.request.event,
            event_names=event_names(alert.request),
            colour=alert.request.colour,
            severity=alert.request.severity,
            seq=alert.last_seq,
        )
