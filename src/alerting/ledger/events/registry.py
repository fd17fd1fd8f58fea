"""The payload class of each kind of event, and the kinds that people do not see in the log."""

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
"""The payload class by kind."""

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
"""Kinds that the feed and the log page omit, because other parts of the board show their effect.
"""


@dataclass(frozen=True)
class Event:
    """A stored entry of an alert's log.

    `kind` is an `EventKind`, or a kind unknown to this version if a newer process wrote the entry.
    """

    alert: int
    seq: int
    at: datetime
    kind: str
    division: str
    subject: str
    payload: str
    """The payload as JSON text."""

    def mentioned(self) -> Mentioned:
        """Return the ids in the entry; none if its kind is unknown or its payload is damaged."""
        made = _BY_NAME.get(self.kind)
        payload = made.read_if_whole(self.payload) if made else None
        return mentioned(self.subject, payload) if payload else NOBODY_MENTIONED


_BY_NAME: Final[Mapping[str, type[Payload]]] = {str(kind): made for kind, made in PAYLOADS.items()}
