"""The payload of each kind of event, and the kinds that are not shown to people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Final

from alerting.ledger.events import alerts, households, officers, sending
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.payload import NOBODY_MENTIONED, Mentioned, Payload, mentioned


def _payloads(module: ModuleType) -> Iterator[type[Payload]]:
    for one in vars(module).values():
        if isinstance(one, type) and issubclass(one, Payload) and "kind" in vars(one):
            yield one


PAYLOADS: Final[Mapping[EventKind, type[Payload]]] = {
    payload.kind: payload
    for module in (alerts, officers, households, sending)
    for payload in _payloads(module)
}
"""The class of each kind's payload."""

OMITTED_FROM_LOG: Final = frozenset(
    {
        EventKind.EVIDENCE_GIVEN,
        EventKind.DELIVERIES_ATTEMPTED,
        EventKind.DELIVERIES_RECEIPTED,
        EventKind.DELIVERIES_EXPIRED,
        EventKind.GROUPS_ATTEMPTED,
        EventKind.LOG_REDUCED,
    }
)
"""Kinds that the feed and the log page leave out: households, tallies and progress show them.
"""


@dataclass(frozen=True)
class Event:
    """An entry of an alert's log, as it is stored.

    `kind` is an `EventKind`, unless a newer process wrote the entry: then it may be unknown here.
    """

    alert: int
    seq: int
    at: datetime
    kind: str
    division: str
    subject: str
    payload: str
    """JSON of the kind's payload."""

    def mentioned(self) -> Mentioned:
        """Return the ids that it names; none if its kind is unknown or its payload damaged."""
        made = _BY_NAME.get(self.kind)
        payload = made.read_if_whole(self.payload) if made else None
        return mentioned(self.subject, payload) if payload else NOBODY_MENTIONED


_BY_NAME: Final[Mapping[str, type[Payload]]] = {str(kind): made for kind, made in PAYLOADS.items()}
