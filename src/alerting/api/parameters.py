"""Descriptions of parameters that several operations share; others are described at their route."""

from typing import Any, Final

_MEANINGS: Final = {
    "alert_id": "The alert's id.",
    "approval_id": "The approval's id.",
    "code": "The household's code.",
    "division": "A division within the caller's; left out: the caller's own.",
    "idempotency-key": "Chosen by the client: a repeat with the same key counts once.",
    "limit": "How many are listed at most.",
    "message_id": "The id under which the document is kept.",
    "passkey_id": "The passkey's id.",
    "period_id": "The id of the entry of the duty rota.",
    "provider_id": "The provider's id of the text.",
    "seq": "The entry of the alert's log.",
    "session_id": "The session's id.",
    "skip": "How many are left out before the first one listed.",
    "task_id": "The task's id.",
}


def describe_parameters(operation: dict[str, Any]) -> None:
    """Give each parameter that its route does not describe the meaning of its name."""
    for parameter in operation.get("parameters", ()):
        meaning = _MEANINGS.get(parameter["name"])
        if meaning is not None:
            parameter.setdefault("description", meaning)
