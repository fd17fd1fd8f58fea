"""The AsyncAPI document of the websockets: a board's feed and an officer's inbox."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import TypeAdapter
from starlette.routing import BaseRoute

from alerting.access.browser import COOKIE, PREFIX
from alerting.api.document import VERSION, document_of
from alerting.feed.routes import CLOSE_BEYOND, CLOSE_SIGNED_OUT, CLOSE_TOO_SLOW, CLOSE_TRY_AGAIN
from alerting.feed.websocket_channel import InboxMessage

_SCHEMA: Final = "#/components/schemas/"

FRAMES: Final = ("FeedSnapshot", "FeedFrame", "FeedHeartbeat", "FeedReset")
"""Schema names of the feed's messages."""

INBOX: Final = "InboxMessage"

CLOSES: Final = {
    CLOSE_TRY_AGAIN: "The database cannot be read at the moment: resume with `after`.",
    CLOSE_SIGNED_OUT: "The caller is signed out: sign in again.",
    CLOSE_BEYOND: "The division is no longer within the caller's own.",
    CLOSE_TOO_SLOW: "The client read too slowly: resume with `after`.",
}
"""The websocket close codes that this service adds to the codes of RFC 6455."""

_ABOUT: Final = """\
A handshake is refused with 401 without a valid token or session, with 404 for an alert or division
that the caller may not see, and with 429 if the caller has too many open websockets. Each refusal
is a problem detail (RFC 9457). The service ignores what a client sends. Numbers in a frame are
absolute: they replace the old values.
"""

_QUERY: Final = {
    "type": "object",
    "properties": {
        "division": {
            "type": "string",
            "description": "The division to show; if omitted, the caller's own.",
        },
        "after": {
            "type": "integer",
            "description": "The `seq` of the last frame received, after which the feed resumes. If "
            "it is omitted or too old, a snapshot comes first.",
        },
    },
}


def feed_document_of(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document of the websockets."""
    schemas = document_of(routes)["components"]["schemas"]
    schemas[INBOX] = TypeAdapter(InboxMessage).json_schema(mode="serialization")
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Evacuation alerting: live feeds",
            "version": VERSION,
            "description": f"{_ABOUT}\n{_closes()}",
        },
        "defaultContentType": "application/json",
        "channels": {
            "feed": _channel("/api/alerts/{alert_id}/feed", FRAMES, _FEED),
            "inbox": _channel("/api/inbox", (INBOX,), {}),
        },
        "operations": {"sendFrames": _sends("feed"), "sendAlerts": _sends("inbox")},
        "components": {
            "messages": {name: _message(name, schemas[name]) for name in (*FRAMES, INBOX)},
            "schemas": _reachable(schemas, (*FRAMES, INBOX)),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "session": {"type": "httpApiKey", "in": "cookie", "name": PREFIX + COOKIE},
            },
        },
    }


_FEED: Final = {
    "parameters": {"alert_id": {"description": "The alert's id."}},
    "bindings": {"ws": {"method": "GET", "query": _QUERY}},
}


def _closes() -> str:
    return "\n".join(["Closed with:", "", *(f"- {code}: {why}" for code, why in CLOSES.items())])


def _channel(address: str, messages: Sequence[str], more: Mapping[str, Any]) -> dict[str, Any]:
    named = {name: {"$ref": f"#/components/messages/{name}"} for name in messages}
    return {"address": address, "messages": named, **more}


def _sends(channel: str) -> dict[str, Any]:
    security = [{"$ref": f"#/components/securitySchemes/{name}"} for name in ("bearer", "session")]
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{channel}"},
        "security": security,
    }


def _message(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    payload = {"$ref": f"{_SCHEMA}{name}"}
    return {"name": name, "summary": schema["description"], "payload": payload}


def _reachable(schemas: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return the named schemas and all schemas that they refer to, by name."""
    found: dict[str, Any] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = schemas[name]
            waiting += _references(schemas[name])
    return dict(sorted(found.items()))


def _references(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [str(part["$ref"]).removeprefix(_SCHEMA)] if "$ref" in part else []
        return own + [name for each in part.values() for name in _references(each)]
    if isinstance(part, list):
        return [name for each in part for name in _references(each)]
    return []
