"""The service's OpenAPI document: `python -m alerting.api.schema` prints it.

The types of the pages are generated from it. OpenAPI has no websockets, so the frames of the feed
are declared beside the bodies, each with the prefix 'Feed'.
"""

import json
import sys
from typing import Any, Final

from fastapi import FastAPI
from pydantic import TypeAdapter

from alerting.api import refusals
from alerting.api.event_schema import event_schemas
from alerting.api.routes import ROUTES
from alerting.feed.frames import Frame, Heartbeat, Reset, Snapshot

_FRAMES: Final[TypeAdapter[Any]] = TypeAdapter(Snapshot | Frame | Heartbeat | Reset)


def openapi() -> dict[str, Any]:
    """Return the document of all routes under /api and of the feed's frames."""
    app = FastAPI(title="Evacuation alerting", openapi_url=None, routes=[*ROUTES])
    document = app.openapi()
    document["paths"] = {
        path: routes for path, routes in document["paths"].items() if path.startswith("/api/")
    }
    schemas = document["components"]["schemas"]
    schemas |= _frames()
    schemas |= event_schemas(schemas["FeedEventBody"], schemas["EventBody"])
    refusals.describe(document)
    return document


def _frames() -> dict[str, Any]:
    whole = _FRAMES.json_schema(
        mode="serialization", ref_template="#/components/schemas/Feed{model}"
    )
    schemas = {f"Feed{name}": schema for name, schema in whole.pop("$defs").items()}
    return schemas | {"FeedMessage": whole}


if __name__ == "__main__":
    json.dump(openapi(), sys.stdout, ensure_ascii=False, indent=1, sort_keys=True)
