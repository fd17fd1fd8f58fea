"""The API's documents need no session, match the source, and come in an accepted encoding."""

import gzip
import json

from alerting.api.schema import openapi
from tests.support.running import Running

DOCUMENTS = {
    "/api/openapi.json": "application/json",
    "/api/asyncapi.json": "application/json",
    "/api/reference/feed": "text/html",
}


async def test_documents_need_no_session(service: Running) -> None:
    for path, kind in DOCUMENTS.items():
        async with service.session.get(service.url + path) as answer:
            assert (answer.status, answer.content_type) == (200, kind)
            assert answer.headers["Cache-Control"] == "no-cache"


async def test_served_openapi_matches_the_source(service: Running) -> None:
    status, document = await service.get("/api/openapi.json")
    assert status == 200
    assert document == json.loads(json.dumps(openapi()))


async def test_document_is_compressed_only_if_the_client_accepts(service: Running) -> None:
    for path in DOCUMENTS:
        sent = {}
        for accepted in ("identity", "gzip"):
            request = service.session.get(
                service.url + path, headers={"Accept-Encoding": accepted}, auto_decompress=False
            )
            async with request as answer:
                assert answer.headers.get("Content-Encoding", "identity") == accepted
                sent[accepted] = await answer.read()
        assert gzip.decompress(sent["gzip"]) == sent["identity"]
        assert len(sent["gzip"]) * 3 < len(sent["identity"])
