"""The OpenAPI document is complete: version, rules, frames, and a description of each property."""

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from alerting.api.document import frame_schemas
from tests.support.api_documents import openapi_document


def test_document_has_the_version_and_the_general_rules() -> None:
    info = openapi_document()["info"]
    assert info["version"] == version("evacuation-alerting")
    for rule in ("RFC 9457", "404", "Idempotency-Key", "asyncapi.json"):
        assert rule in info["description"]


def test_document_has_the_schemas_of_the_feeds_frames() -> None:
    assert set(frame_schemas()) <= set(openapi_document()["components"]["schemas"])


def properties(schema: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield path and schema of each property in a schema, also in nested schemas."""
    if isinstance(schema, dict):
        found = schema.get("properties", {})
        yield from ((f"{path}.{name}", each) for name, each in found.items())
        for key, part in schema.items():
            yield from properties(part, path if key == "properties" else f"{path}.{key}")
    elif isinstance(schema, list):
        for part in schema:
            yield from properties(part, path)


def test_every_property_is_described() -> None:
    document = openapi_document()
    schemas = document["components"]["schemas"] | {"paths": document["paths"]}
    found = [each for name, schema in schemas.items() for each in properties(schema, name)]
    assert len(found) > 1_000
    silent = [path for path, schema in found if not schema.get("description")]
    assert not silent, "write a docstring under the field, whose class is a contacts.bounds.Body"
