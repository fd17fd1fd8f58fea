"""The HTML page of the websockets: messages, close codes, and every kind of event."""

from collections.abc import Mapping
from typing import Any, Final

from alerting.api.event_fields import Field, fields_of, one_line
from alerting.api.feed_document import CLOSES, FRAMES, INBOX
from alerting.ledger.events.payload import Whose
from alerting.ledger.events.registry import OMITTED_FROM_LOG, PAYLOADS
from alerting.messages.pages import Pages

_TEMPLATE: Final = "feed.html"

_PAGES: Final = Pages("alerting.api")

HEADERS: Final = {
    "Content-Security-Policy": _PAGES.security_policy(_TEMPLATE, "img-src 'self'"),
    "Referrer-Policy": "same-origin",
}

_SUBJECTS: Final = {
    Whose.OFFICER: "an officer's id",
    Whose.HOUSEHOLD: "a household's code",
    Whose.RECIPIENT: "an officer's id or a household's code",
    Whose.NOBODY: "empty",
}


def feed_page(document: Mapping[str, Any]) -> str:
    """Return the HTML page for an AsyncAPI document."""
    schemas = document["components"]["schemas"]
    return _PAGES.render(
        _TEMPLATE,
        feed=[_message(schemas[name]) for name in FRAMES],
        inbox=_message(schemas[INBOX]),
        parameters=_query(document),
        closes=CLOSES,
        events=[
            {
                "kind": kind,
                "about": one_line(payload.__doc__ or ""),
                "subject": _SUBJECTS[payload.subject],
                "fields": [_plain(field) for field in fields_of(payload)],
            }
            for kind, payload in PAYLOADS.items()
            if kind not in OMITTED_FROM_LOG
        ],
    )


def _message(schema: Mapping[str, Any]) -> dict[str, Any]:
    kind = schema["properties"]["type"]["const"]
    names = [name for name in schema["properties"] if name != "type"]
    required = schema.get("required", ())
    fields = [name if name in required else f"{name} (may be missing)" for name in names]
    return {"type": kind, "about": one_line(schema["description"]), "fields": fields}


def _query(document: Mapping[str, Any]) -> dict[str, str]:
    asked = document["channels"]["feed"]["bindings"]["ws"]["query"]["properties"]
    return {name: schema["description"] for name, schema in asked.items()}


def _plain(field: Field) -> Field:
    return field._replace(
        shape=field.shape.replace("`", ""), meaning=field.meaning.replace("`", "")
    )
