"""The fields of an event's payload for readers: name, type in words, and meaning."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from alerting.ledger.events.payload import Payload


class Field(NamedTuple):
    """A field of a payload; `shape` is its type in words, with possible values in backticks."""

    name: str
    shape: str
    meaning: str


def fields_of(payload: type[Payload]) -> Iterator[Field]:
    """Yield the fields of a payload class, in declaration order."""
    schema = payload.model_json_schema(mode="serialization")
    types = schema.get("$defs", {})
    for name, field in schema["properties"].items():
        yield Field(name, _type(field, types), one_line(field["description"]))


def one_line(text: str) -> str:
    """Return the text with each run of white space replaced by one space."""
    return re.sub(r"\s+", " ", text).strip()


def _type(schema: dict[str, Any], types: dict[str, Any]) -> str:
    """Return the words for a JSON schema's type, with its possible values or items."""
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
