"""Links of the OpenAPI document lead from a response to operations that need its ids."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.api_documents import openapi_document

Json = dict[str, Any]


@pytest.fixture(scope="module")
def operations() -> dict[str, Json]:
    routes = openapi_document()["paths"].values()
    return {each["operationId"]: each for methods in routes for each in methods.values()}


def links(operations: dict[str, Json]) -> Iterator[tuple[str, Json]]:
    for name, operation in operations.items():
        for answer in operation["responses"].values():
            for link in answer.get("links", {}).values():
                yield name, link


def test_each_link_sets_every_path_parameter(operations: dict[str, Json]) -> None:
    found = list(links(operations))
    assert len(found) > 60
    for _, link in found:
        parameters = operations[link["operationId"]].get("parameters", ())
        assert set(link["parameters"]) == {
            each["name"] for each in parameters if each["in"] == "path"
        }


def test_raised_alert_links_to_the_operations_on_it(operations: dict[str, Json]) -> None:
    reached = {link["operationId"] for name, link in links(operations) if name == "post_alert"}
    assert {"post_close", "post_cancel", "get_households", "post_approve"} <= reached


def test_listed_household_links_to_a_report_on_it(operations: dict[str, Json]) -> None:
    bodies = {
        link["operationId"]: link.get("requestBody")
        for name, link in links(operations)
        if name == "get_households"
    }
    assert bodies["post_evidence"] == {"household": "$response.body#/households/0/code"}
    assert bodies["get_household"] is None
