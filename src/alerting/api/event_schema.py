"""JSON schemas of log entries, one per kind of event, generated from the payload classes.

The feed and the log page do not validate entries, so they can pass on unknown kinds, which a newer
process may write. The document describes the known kinds.
"""

from typing import Any, Final

from alerting.ledger.events.payload import Payload
from alerting.ledger.events.registry import OMITTED_FROM_LOG, PAYLOADS

_REF: Final = "#/components/schemas/"


def event_schemas(told: dict[str, Any], listed: dict[str, Any]) -> dict[str, Any]:
    """Return the schemas of entries by name, for the feed and for the log page.

    `told` is the general schema of a feed entry, `listed` the general schema of a log page entry.
    """
    schemas: dict[str, Any] = {}
    entries: list[str] = []
    for kind, payload in PAYLOADS.items():
        if kind not in OMITTED_FROM_LOG:
            name = f"Feed{payload.__name__}"
            schemas |= _schemas_of(payload)
            schemas[name] = _entry(told, payload, schemas[name])
            entries.append(name)
    schemas["FeedEventBody"] = {
        "title": told["title"],
        "description": told["description"],
        # Each schema has its own constant `kind`. With a `discriminator`, the TypeScript generator
        # would treat `EventBody`, which extends this schema, as another kind.
        "oneOf": [{"$ref": f"{_REF}{name}"} for name in entries],
    }
    schemas["EventBody"] = {
        "title": listed["title"],
        "description": listed["description"],
        "allOf": [
            {"$ref": f"{_REF}FeedEventBody"},
            {
                "type": "object",
                "properties": {"names": listed["properties"]["names"]},
                "required": ["names"],
            },
        ],
    }
    return schemas


def _schemas_of(payload: type[Payload]) -> dict[str, Any]:
    """Return the schemas of a payload class and of the types of its fields, by name."""
    schema = payload.model_json_schema(mode="serialization", ref_template=f"{_REF}Feed{{model}}")
    parts = {f"Feed{name}": part for name, part in schema.pop("$defs", {}).items()}
    return parts | {f"Feed{payload.__name__}": schema}


def _entry(told: dict[str, Any], payload: type[Payload], schema: dict[str, Any]) -> dict[str, Any]:
    fields = told["properties"]
    said = {name: {"description": fields[name]["description"]} for name in ("kind", "payload")}
    kind = said["kind"] | {"type": "string", "const": str(payload.kind)}
    bare = {key: part for key, part in schema.items() if key not in {"title", "description"}}
    return told | {
        "title": payload.__name__,
        "description": schema["description"],
        "properties": fields | {"kind": kind, "payload": bare | said["payload"]},
    }
