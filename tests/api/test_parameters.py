"""Each parameter is described, by its route or by the meaning of its name."""

from alerting.api.parameters import describe_parameters
from tests.support.api_documents import openapi_document


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
    assert not silent, "describe it at its route, or in alerting.api.parameters"


def test_description_of_the_route_wins() -> None:
    operation = {"parameters": [{"name": "seq", "description": "told"}, {"name": "task_id"}]}
    describe_parameters(operation)
    described = [each["description"] for each in operation["parameters"]]
    assert described == ["told", "The task's id."]
