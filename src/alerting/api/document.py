"""The OpenAPI document of the routes below /api, with the schemas of the feed's frames.

The pages' TypeScript types are generated from this document. OpenAPI cannot describe websockets, so
it only declares the schemas of their frames, with the prefix 'Feed'. `alerting.api.feed_document`
describes the websockets.
"""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, Final

from fastapi import FastAPI
from pydantic import TypeAdapter
from starlette.routing import BaseRoute

from alerting.api.event_schema import event_schemas
from alerting.api.operations import describe
from alerting.feed.frames import Frame, Heartbeat, Reset, Snapshot

VERSION: Final = version("evacuation-alerting")

_FRAMES: Final[TypeAdapter[Any]] = TypeAdapter(Snapshot | Frame | Heartbeat | Reset)

_DESCRIPTION: Final = """\
Warn an area, and account for every household in it. Times carry an offset; coordinates are
[latitude, longitude] in degrees WGS 84; divisions have statistical codes of 2 to 15 digits.

A caller sees only what is within their division; anything else is answered 404. A refusal is a
problem detail (RFC 9457) whose `code` is stable. A request that got no answer can be repeated with
the same `Idempotency-Key` or `key`; it then has no second effect.

The websocket feed is described in [/api/asyncapi.json](/api/asyncapi.json) and, for readers, in
[the feed](/api/reference/feed).
"""


def document_of(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """Return the OpenAPI document of the routes below /api."""
    app = FastAPI(
        title="Evacuation alerting",
        version=VERSION,
        description=_DESCRIPTION,
        openapi_url=None,
        routes=[*routes],
    )
    document = app.openapi()
    document["paths"] = {
        path: routes for path, routes in document["paths"].items() if path.startswith("/api/")
    }
    schemas = document["components"]["schemas"]
    schemas |= frame_schemas()
    schemas |= event_schemas(schemas["FeedEventBody"], schemas["EventBody"])
    describe(document)
    return document


def frame_schemas() -> dict[str, Any]:
    """Return the JSON schemas of the feed's frames, by schema name."""
    whole = _FRAMES.json_schema(
        mode="serialization", ref_template="#/components/schemas/Feed{model}"
    )
    schemas = {f"Feed{name}": schema for name, schema in whole.pop("$defs").items()}
    return schemas | {"FeedMessage": whole}
