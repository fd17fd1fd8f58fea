"""Standard Webhooks: an event's message, its signature, and when a failed one is tried again."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from alerting.ledger.events.registry import OMITTED_FROM_LOG, PAYLOADS, Event
from alerting.policy.webhooks import Webhook
from contacts.division import covers

GIVE_UP_AFTER: Final = timedelta(days=3)
"""Time for which an event is tried before it is a dead letter."""

_FIRST_WAIT: Final = timedelta(seconds=5)

_LONGEST_WAIT: Final = timedelta(hours=1)

_MOST_DOUBLINGS: Final = 10

_PAYLOADS: Final = {str(kind): payload for kind, payload in PAYLOADS.items()}


def is_known(event: Event) -> bool:
    """Return whether this process knows the kind; during an upgrade a newer one may not be."""
    return event.kind in _PAYLOADS


def is_wanted(webhook: Webhook, event: Event, divisions: Sequence[str]) -> bool:
    """Return whether a webhook is told of an event of an alert for these divisions."""
    if not (webhook.wants(event.kind) if webhook.kinds else event.kind not in OMITTED_FROM_LOG):
        return False
    home = webhook.division
    if home is None or covers(home, event.division):
        return True
    # An event of the whole alert, or of a division above, concerns every part of it.
    return covers(event.division, home) and any(
        covers(home, each) or covers(each, home) for each in divisions
    )


def message_id(event: Event) -> str:
    """Return the id by which a receiver knows that an event came before."""
    return f"alert_{event.alert}_{event.seq}"


def message_of(event: Event, identifier: str, *, personal: bool) -> bytes:
    """Return the message of an event; `identifier` is its alert's in CAP.

    Without `personal`, no officer, household or word of a person is in it.
    """
    payload = _PAYLOADS[event.kind]
    said: dict[str, Any] = json.loads(event.payload)
    if not personal:
        said = {name: value for name, value in said.items() if name not in payload.personal()}
    shows_subject = personal or payload.names_nobody()
    body = {
        "type": event.kind,
        "timestamp": event.at.isoformat(),
        "data": {
            "alert": event.alert,
            "identifier": identifier,
            "seq": event.seq,
            "division": event.division,
            "subject": event.subject if shows_subject else "",
            "payload": said,
        },
    }
    return json.dumps(body, ensure_ascii=False).encode()


def headers_of(key: bytes, event: Event, body: bytes, at: datetime) -> dict[str, str]:
    """Return the headers of a message sent at an instant, its signature among them."""
    return signed(key, message_id(event), body, at)


def signed(key: bytes, name: str, body: bytes, at: datetime) -> dict[str, str]:
    """Return the headers of a message with this id, sent at an instant."""
    seconds = int(at.timestamp())
    digest = hmac.digest(key, b"%s.%d.%s" % (name.encode(), seconds, body), hashlib.sha256)
    return {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def wait_after(failures: int) -> timedelta:
    """Return how long to wait after so many failures in a row, from 1: 5 s, doubled, up to 1 h."""
    return min(_FIRST_WAIT * (1 << min(failures - 1, _MOST_DOUBLINGS)), _LONGEST_WAIT)
