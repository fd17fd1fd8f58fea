"""Rules of Standard Webhooks: an event's message, its signature, and the wait after failures."""

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
"""How long an event is tried before it becomes a dead letter."""

_FIRST_WAIT: Final = timedelta(seconds=5)

_LONGEST_WAIT: Final = timedelta(hours=1)

_MOST_DOUBLINGS: Final = 10

_PAYLOADS: Final = {str(kind): payload for kind, payload in PAYLOADS.items()}


def is_known(event: Event) -> bool:
    """Return whether this process knows the event's kind.

    During an upgrade, newer processes may write kinds that this one does not know.
    """
    return event.kind in _PAYLOADS


def is_wanted(webhook: Webhook, event: Event, divisions: Sequence[str]) -> bool:
    """Return whether a webhook wants an event; `divisions` is the area of the event's alert."""
    if not (webhook.wants(event.kind) if webhook.kinds else event.kind not in OMITTED_FROM_LOG):
        return False
    home = webhook.division
    if home is None or covers(home, event.division):
        return True
    # An event for the whole alert or for a higher division concerns the divisions below too.
    return covers(event.division, home) and any(
        covers(home, each) or covers(each, home) for each in divisions
    )


def message_id(event: Event) -> str:
    """Return the idempotency key by which a receiver recognises a repeated event."""
    return f"alert_{event.alert}_{event.seq}"


def message_of(event: Event, identifier: str, *, personal: bool) -> bytes:
    """Return the message for an event as JSON; `identifier` is the alert's CAP identifier.

    Without `personal`, the message names no officer or household, and quotes nobody.
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
    """Return the HTTP headers, including the signature, of an event's message sent at `at`."""
    return signed(key, message_id(event), body, at)


def signed(key: bytes, name: str, body: bytes, at: datetime) -> dict[str, str]:
    """Return the HTTP headers, including the signature, of the message `name`, sent at `at`."""
    seconds = int(at.timestamp())
    digest = hmac.digest(key, b"%s.%d.%s" % (name.encode(), seconds, body), hashlib.sha256)
    return {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def wait_after(failures: int) -> timedelta:
    """Return how long to wait after `failures` in a row: 5 s after 1, then doubled, up to 1 h."""
    return min(_FIRST_WAIT * (1 << min(failures - 1, _MOST_DOUBLINGS)), _LONGEST_WAIT)
