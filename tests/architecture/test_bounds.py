"""Every string, list, number and time in a request has bounds in its type."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.support.api_documents import openapi_document
from tests.support.running import Json

_LOWER: Final = {"minimum", "exclusiveMinimum"}

_UPPER: Final = {"maximum", "exclusiveMaximum"}

_OF_TEXT: Final = ({"maxLength"}, {"enum"}, {"const"}, {"formatMinimum", "formatExclusiveMaximum"})


def unbounded(schema: Json, schemas: Json, where: str, seen: set[str]) -> Iterator[str]:
    """Yield the places in a schema where a value has no bounds."""
    if name := schema.get("$ref", "").split("/")[-1]:
        if name not in seen:
            seen.add(name)
            yield from unbounded(schemas[name], schemas, name, seen)
        return
    keys, kind = set(schema), schema.get("type")
    if kind == "string" and not any(each <= keys for each in _OF_TEXT):
        yield f"{where}: a text"
    if kind == "array" and "maxItems" not in keys:
        yield f"{where}: a list"
    if kind in {"integer", "number"} and not (keys & _LOWER and keys & _UPPER):
        yield f"{where}: a number"
    is_map = "maxProperties" in keys and "maxLength" in schema.get("propertyNames", {})
    if kind == "object" and not is_map and schema.get("additionalProperties") is not False:
        yield f"{where}: an object with any keys"
    for place, part in parts_of(schema):
        yield from unbounded(part, schemas, f"{where}{place}", seen)


def parts_of(schema: Json) -> Iterator[tuple[str, Json]]:
    for either in ("anyOf", "oneOf", "allOf"):
        yield from (("", each) for each in schema.get(either, ()))
    yield from (("[]", each) for each in schema.get("prefixItems", ()))
    if isinstance(schema.get("items"), dict):
        yield "[]", schema["items"]
    yield from ((f".{name}", each) for name, each in schema.get("properties", {}).items())
    yield from (("[key]", each) for each in schema.get("patternProperties", {}).values())


def asked_for(document: Json) -> Iterator[tuple[str, Json]]:
    """Yield place and schema of every parameter and every request body."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for parameter in operation.get("parameters", ()):
                yield f"{method} {path} {parameter['name']}", parameter["schema"]
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield f"{method} {path}", content["schema"]


def test_every_value_of_a_request_has_bounds() -> None:
    document = openapi_document()
    seen: set[str] = set()
    walked = list(asked_for(document))
    found = [
        each
        for where, schema in walked
        for each in unbounded(schema, document["components"]["schemas"], where, seen)
    ]
    assert found == []
    assert len(walked) > 60
    assert {"AlertRequest", "InfoText", "FindingBody", "SignInBody"} <= seen


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string"},
        {"type": "string", "format": "date-time"},
        {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]},
        {"type": "array", "maxItems": 3, "items": {"type": "number", "maximum": 3}},
        {"type": "array", "items": {"enum": ["a"]}},
        {"type": "object"},
    ],
)
def test_values_without_bounds_are_found(schema: dict[str, Any]) -> None:
    assert len(list(unbounded(schema, {}, "here", set()))) == 1
