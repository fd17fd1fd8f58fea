"""Rules for webhook messages about security events: which are wanted, and what they contain."""

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
    """Return the kinds of security events that a webhook wants; without `kinds` it wants none."""
    return tuple(kind for kind in SecurityKind if webhook.wants(type_of(kind)))


def type_of(kind: SecurityKind) -> str:
    """Return the name of a kind of security event in webhook messages."""
    return f"security.{kind}"


def is_for(webhook: Webhook, counted: Counted) -> bool:
    """Return whether events concern the webhook's division or the service as a whole."""
    of = counted.event.division
    return webhook.division is None or not of or covers(webhook.division, of)


def identity(counted: Counted) -> str:
    """Return the idempotency key by which a receiver recognises a repeated message."""
    written = json.dumps([counted.minute.isoformat(), _fields(counted)])
    return f"security_{hashlib.sha256(written.encode()).hexdigest()[:_ID_LENGTH]}"


def message_of(counted: Counted, *, personal: bool) -> bytes:
    """Return the message as JSON. Without `personal`, it contains no officer and no sender."""
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
