"""The OpenAPI document describes every event kind of the feed with its payload."""

import inspect
from typing import Any

import pytest

from alerting.ledger.events.registry import OMITTED_FROM_LOG, PAYLOADS
from tests.support.api_documents import openapi_document

TOLD = {kind: payload for kind, payload in PAYLOADS.items() if kind not in OMITTED_FROM_LOG}


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    found: dict[str, Any] = openapi_document()["components"]["schemas"]
    return found


def test_event_schema_lists_every_kind_of_the_feed(schemas: dict[str, Any]) -> None:
    names = [each["$ref"].rpartition("/")[2] for each in schemas["FeedEventBody"]["oneOf"]]
    kinds = [schemas[name]["properties"]["kind"]["const"] for name in names]
    assert kinds == list(TOLD)


def test_each_kind_has_the_fields_of_its_payload(schemas: dict[str, Any]) -> None:
    for payload in TOLD.values():
        entry = schemas[f"Feed{payload.__name__}"]
        assert entry["description"] == inspect.getdoc(payload)
        fields = entry["properties"]["payload"]
        assert list(fields["properties"]) == list(payload.model_fields)
        assert fields.get("required", []) == list(payload.model_fields)
        assert entry["required"] == ["seq", "at", "kind", "division", "subject", "payload"]


def test_entry_of_the_log_page_also_has_names(schemas: dict[str, Any]) -> None:
    event, more = schemas["EventBody"]["allOf"]
    assert event == {"$ref": "#/components/schemas/FeedEventBody"}
    assert more["required"] == ["names"]
