"""The OpenAPI document says what it is the document of."""

from importlib.metadata import version

from alerting.api.document import frame_schemas
from alerting.api.schema import openapi


def test_document_names_the_version_and_the_rules_for_all_routes() -> None:
    info = openapi()["info"]
    assert info["version"] == version("evacuation-alerting")
    for rule in ("RFC 9457", "404", "Idempotency-Key", "asyncapi.json"):
        assert rule in info["description"]


def test_frames_are_in_it_though_openapi_has_no_websockets() -> None:
    assert set(frame_schemas()) <= set(openapi()["components"]["schemas"])
