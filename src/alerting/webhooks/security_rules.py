"""Messages of the security log: which a webhook wants, and how each reads."""

import hashlib
import json
from dataclasses import replace
from typing import Final

from alerting.policy.webhooks import Webhook
from alerting.security_log.rules import SecurityKind
from alerting.security_log.store import Counted
from contacts.division import covers

_ID_LENGTH: Final = 32


def kinds_for(webhook: Webhook) -> tuple[SecurityKind, ...]:
    """Return the kinds of security events that a webhook names; without `kinds` it wants none."""
    return tuple(kind for kind in SecurityKind if webhook.wants(type_of(kind)))


def type_of(kind: SecurityKind) -> str:
    """Return the kind as webhooks name it."""
    return f"security.{kind}"


def is_for(webhook: Webhook, counted: Counted) -> bool:
    """Return whether events are of the webhook's division, or of the service as a whole."""
    of = counted.event.division
    return webhook.division is None or not of or covers(webhook.division, of)


def identity(counted: Counted) -> str:
    """Return the id by which a receiver knows that a message came before."""
    written = json.dumps([counted.minute.isoformat(), _fields(counted)])
    return f"security_{hashlib.sha256(written.encode()).hexdigest()[:_ID_LENGTH]}"


def message_of(counted: Counted, *, personal: bool) -> bytes:
    """Return the message; without `personal`, no officer and no sender is in it."""
    if not personal:
        counted = replace(counted, event=replace(counted.event, officer="", sender=""))
    body = {
        "type": type_of(counted.event.kind),
        "timestamp": counted.minute.isoformat(),
        "data": {**_fields(counted), "count": counted.count},
    }
    return json.dumps(body, ensure_ascii=False).encode()


def _fields(counted: Counted) -> dict[str, str]:
    event = counted.event
    return {
        "division": event.division,
        "officer": event.officer,
        "sender": event.sender,
        "route": event.route,
        "detail": event.detail,
    }
