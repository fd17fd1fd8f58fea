"""Each operation documents its roles, its refusals and an example."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from alerting.api.examples import EXAMPLES
from alerting.api.operations import describe_parameters
from contacts.people import Role
from tests.support.api_documents import openapi_document
from tests.support.city import TOWN
from tests.support.running import Running

Json = dict[str, Any]

CALLERS: Final = {
    Role.INFORMANT: "informant",
    Role.GRID_OFFICER: "grid",
    Role.DUTY_OFFICER: "county-duty",
    Role.TOWN_COMMANDER: "commander",
    Role.ADMINISTRATOR: "administrator",
}


@pytest.fixture(scope="module")
def document() -> Json:
    return openapi_document()


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def roles_of(operation: Json) -> set[str]:
    return set(operation.get("security", [{"bearer": []}])[0]["bearer"])


def test_each_operation_has_an_id_a_summary_and_a_description(document: Json) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names)) > 40
    for _, path, operation in operations(document):
        assert operation["description"].startswith(operation["summary"][:20]), path
        assert len(operation["summary"]) < 100, path
        assert not [key for key in operation if key.startswith("x-")], path


def test_each_refusal_is_a_problem_detail_with_its_status(document: Json) -> None:
    for _, path, operation in operations(document):
        for status, answer in operation["responses"].items():
            if not status.startswith("2"):
                name = answer["$ref"].rpartition("/")[2]
                refusal = document["components"]["responses"][name]
                _, told = refusal["content"]["application/problem+json"]["schema"]["allOf"]
                assert told["properties"]["status"] == {"const": int(status)}, path
        assert ("401" in operation["responses"]) is (operation.get("security") != []), path


def test_operations_with_a_body_document_how_a_bad_body_is_refused(document: Json) -> None:
    for method, path, operation in operations(document):
        has_body = {"400", "408", "413"} <= set(operation["responses"])
        assert has_body is (method != "get"), path


def test_each_body_has_an_example(document: Json) -> None:
    asked = [
        content
        for _, _, operation in operations(document)
        for kind, content in operation.get("requestBody", {}).get("content", {}).items()
        if kind == "application/json"
    ]
    assert len(asked) >= len(EXAMPLES)
    assert [content["schema"] for content in asked if "example" not in content] == []


def says_not_this_role(status: int, told: Any) -> bool:
    """Return whether a request was refused because of the caller's role, not of their division."""
    return status == 403 and "with the role" in told["detail"]


async def test_documented_roles_and_examples_are_correct(document: Json, service: Running) -> None:
    """All roles but the documented ones are refused, and no example is refused as invalid."""
    await service.raised("informant", TOWN)
    walked = 0
    for method, path, operation in operations(document):
        address = path.replace("{code}", "5119211002080001").replace("{provider_id}", "none")
        address = address.replace("{alert_id}", "1").replace("{approval_id}", "1")
        body = next(iter(operation.get("requestBody", {}).get("content", {}).values()), {})
        if method != "post" or "{" in address or operation.get("security") == []:
            continue
        roles = roles_of(operation)
        for role, caller in CALLERS.items():
            status, told = await service.post(address, caller, body.get("example"))
            if roles:
                assert says_not_this_role(status, told) is (role not in roles), (path, role, told)
            assert status not in {422, 500}, (path, role, told)
            walked += 1
    assert walked > 80


def test_every_parameter_is_described() -> None:
    parameters = [
        (method, path, parameter)
        for path, operations in openapi_document()["paths"].items()
        for method, operation in operations.items()
        for parameter in operation.get("parameters", ())
    ]
    assert len(parameters) > 50
    silent = [
        f"{method} {path} {parameter['name']}"
        for method, path, parameter in parameters
        if not parameter.get("description")
    ]
    assert not silent, "describe it at its route, or in alerting.api.operations"


def test_routes_description_of_a_parameter_takes_precedence() -> None:
    operation = {"parameters": [{"name": "seq", "description": "told"}, {"name": "task_id"}]}
    describe_parameters(operation)
    described = [each["description"] for each in operation["parameters"]]
    assert described == ["told", "The task's id."]
