"""docs/events.md, generated from the kinds of events and their payloads.

`python scripts/events_page.py` writes it.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.payload import Payload, Whose
from alerting.ledger.events.registry import BESIDE_THE_LOG, PAYLOADS

PAGE: Final = Path(__file__).parents[1] / "docs/events.md"

_HEAD: Final = """\
# Events

An alert's log is made of events. Each has `seq` (its number in the alert's log, from 1), `at`,
`kind`, `division` (where it happened; empty: the whole alert), `subject` (whom it concerns, by id
or code; empty: nobody) and `payload`. This page is written by `python scripts/events_page.py`
from `alerting.ledger.events`; a payload always has all its fields.

The feed and the log page show all kinds except those of evidence and deliveries, whose effects the
households, the tallies and the progress show.
"""

_SUBJECTS: Final = {
    Whose.OFFICER: "an officer's id",
    Whose.HOUSEHOLD: "a household's code",
    Whose.RECIPIENT: "an officer's id or a household's code",
}


def page() -> str:
    """Return the text of the page."""
    return "\n".join([_HEAD, *(_section(kind) for kind in EventKind)])


def _section(kind: EventKind) -> str:
    payload = PAYLOADS[kind]
    facts = []
    if payload.subject in _SUBJECTS:
        facts.append(f"`subject`: {_SUBJECTS[payload.subject]}.")
    if kind in BESIDE_THE_LOG:
        facts.append("Neither the feed nor the log page shows it.")
    parts = [f"## {kind}", _one_line(payload.__doc__ or ""), " ".join(facts), _fields(payload)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _fields(payload: type[Payload]) -> str:
    rows = list(_rows(payload.model_json_schema(mode="serialization")))
    return "\n".join(["| field | type | meaning |", "| --- | --- | --- |", *rows]) if rows else ""


def _rows(schema: dict[str, Any]) -> Iterator[str]:
    types = schema.get("$defs", {})
    for name, field in schema["properties"].items():
        shape = _type(field, types).replace("|", "\\|")
        yield f"| `{name}` | {shape} | {_one_line(field['description'])} |"


def _type(schema: dict[str, Any], types: dict[str, Any]) -> str:
    """Return the name of a field's JSON type, with its values or items."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _type({"title": name} | types[name], types)
    if "anyOf" in schema:
        return " | ".join(_type(each, types) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(f"`{value}`" for value in schema["enum"])
    if schema["type"] == "array":
        return f"list of {_type(schema['items'], types)}"
    if schema["type"] == "object":
        return _object(schema, types)
    return str(schema.get("format", schema["type"]))


def _object(schema: dict[str, Any], types: dict[str, Any]) -> str:
    if "properties" in schema:
        return f"{schema['title']} ({', '.join(f'`{name}`' for name in schema['properties'])})"
    return f"{_type(schema['additionalProperties'], types)} by name"


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
