"""The AsyncAPI document has both websockets and every message, and all references resolve."""

from collections.abc import Iterator
from typing import Any

import pytest

from alerting.api.feed_document import CLOSES, FRAMES, INBOX
from alerting.ledger.events.registry import OMITTED_FROM_LOG, PAYLOADS
from tests.support.api_documents import feed_document

Json = dict[str, Any]


@pytest.fixture(scope="module")
def document() -> Json:
    return feed_document()


def references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        yield from [str(part["$ref"])] if "$ref" in part else []
        for each in part.values():
            yield from references(each)
    if isinstance(part, list):
        for each in part:
            yield from references(each)


def test_every_reference_resolves(document: Json) -> None:
    found = set(references(document))
    assert len(found) > 30
    for reference in found:
        here: Any = document
        for step in reference.removeprefix("#/").split("/"):
            assert step in here, reference
            here = here[step]


def test_channels_have_every_message(document: Json) -> None:
    channels = document["channels"]
    assert channels["feed"]["address"] == "/api/alerts/{alert_id}/feed"
    assert set(channels["feed"]["messages"]) == set(FRAMES)
    assert set(channels["inbox"]["messages"]) == {INBOX}
    schemas = document["components"]["schemas"]
    whole = {each["$ref"].rpartition("/")[2] for each in schemas_of_all(document)}
    assert whole == set(FRAMES)
    assert schemas[INBOX]["properties"]["type"]["const"] == "alert"


def schemas_of_all(document: Json) -> list[Json]:
    names = document["channels"]["feed"]["messages"]
    return [document["components"]["messages"][name]["payload"] for name in names]


def test_frame_schema_has_every_kind_of_event(document: Json) -> None:
    schemas = document["components"]["schemas"]
    told = [each["$ref"].rpartition("/")[2] for each in schemas["FeedEventBody"]["oneOf"]]
    kinds = {schemas[name]["properties"]["kind"]["const"] for name in told}
    assert kinds == {str(kind) for kind in PAYLOADS if kind not in OMITTED_FROM_LOG}


def test_description_lists_the_close_codes(document: Json) -> None:
    for code, why in CLOSES.items():
        assert f"- {code}: {why}" in document["info"]["description"]
