"""Complete the operations of the OpenAPI document: summaries, roles, refusals and examples."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

from alerting.access.browser import COOKIE, PREFIX
from alerting.access.openapi import MOST_BODY, REFUSALS, ROLES
from alerting.api.examples import EXAMPLES
from alerting.api.links import add_links
from alerting.api.problems import MEANINGS, MEDIA_TYPE, Problem, codes_of, example_of

_SCHEMA: Final = "#/components/schemas/"

_RESPONSE: Final = "#/components/responses/"

_BEARER: Final = "bearer"

_SESSION: Final = "session"

_SCHEMES: Final = {
    _BEARER: {
        "type": "http",
        "scheme": "bearer",
        "description": "A token from `alerting officers token ID`.",
    },
    _SESSION: {
        "type": "apiKey",
        "in": "cookie",
        "name": PREFIX + COOKIE,
        "description": "A browser session, opened by a sign-in link. A request that changes "
        "something must have this site's Origin header.",
    },
}

_PARAMETERS: Final = {
    "alert_id": "The alert's id.",
    "approval_id": "The approval's id.",
    "code": "The household's code.",
    "division": "A division within the caller's; if omitted, the caller's own.",
    "idempotency-key": "A key that the client chooses; a repeat with the same key has no effect.",
    "limit": "Maximum number of items to list.",
    "message_id": "The id under which the document is stored.",
    "passkey_id": "The passkey's id.",
    "period_id": "The id of the entry of the duty rota.",
    "plan_id": "The id of the planned exercise.",
    "provider_id": "The provider's id of the text.",
    "seq": "The number of the entry in the alert's log.",
    "session_id": "The session's id.",
    "skip": "Number of items to skip before the first listed one.",
    "task_id": "The task's id.",
}
"""Descriptions of parameters that several operations share; routes describe the others."""

_ALWAYS: Final = frozenset({414, 431, 500, 503})
"""Refusals of any request: address or headers too long, a fault, or no database."""

_BODY: Final = frozenset({400, 408, 413, 422})
"""Refusals of a request with a body: unreadable, too slow, too large, or invalid."""

_SAFE: Final = frozenset({"get", "head", "options"})


def describe(document: dict[str, Any]) -> None:
    """Complete the operations of FastAPI's document, with problem details as refusals."""
    components = document["components"]
    for unused in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(unused, None)
    components["schemas"]["Problem"] = Problem.model_json_schema()
    components["responses"] = {_name(status): _refusal(status) for status in MEANINGS}
    components["securitySchemes"] = _SCHEMES
    document["security"] = [{_BEARER: []}, {_SESSION: []}]
    for method, operation in _operations(document):
        # FastAPI's own operation ids repeat the path and the method.
        operation["operationId"] = operation["summary"].lower().replace(" ", "_")
        operation.pop(MOST_BODY, None)
        _say_who(operation)
        describe_parameters(operation)
        operation["responses"].pop("422", None)
        for status in sorted(_refusals(method, operation)):
            operation["responses"][str(status)] = {"$ref": f"{_RESPONSE}{_name(status)}"}
        _summarise(operation)
        _give_example(operation)
    add_links(document)


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for operations in document["paths"].values():
        yield from operations.items()


def _say_who(operation: dict[str, Any]) -> None:
    roles = operation.pop(ROLES, None)
    if roles:
        operation["security"] = [{_BEARER: roles}, {_SESSION: roles}]
        operation["description"] += f"\n\nRoles: {', '.join(roles)}."


def _refusals(method: str, operation: dict[str, Any]) -> set[int]:
    """Return the statuses with which an operation may be refused."""
    parameters = operation.get("parameters", ())
    found = {*_ALWAYS, *operation.pop(REFUSALS, ())}
    is_open = operation.get("security") == []
    if not is_open:
        found.add(401)
    if method not in _SAFE:
        # Browsers also send the session cookie with requests from other sites, which get 403.
        found |= _BODY if is_open else _BODY | {403}
    if parameters:
        found.add(422)
    if any(each["in"] == "path" or each["name"] == "division" for each in parameters):
        found.add(404)
    return found


def _refusal(status: int) -> dict[str, Any]:
    codes = codes_of(status)
    told = {"status": {"const": status}, "code": {"enum": codes}}
    schema = {"allOf": [{"$ref": f"{_SCHEMA}Problem"}, {"type": "object", "properties": told}]}
    content = {"schema": schema, "example": example_of(status)}
    return {"description": MEANINGS[status], "content": {MEDIA_TYPE: content}}


def _name(status: int) -> str:
    return HTTPStatus(status).phrase.replace(" ", "").replace("-", "")


def _summarise(operation: dict[str, Any]) -> None:
    """Set the summary to the first clause of the description."""
    first = operation["description"].split("\n\n")[0].replace("\n", " ")
    ends = [at for mark in (";", ":", ". ") if (at := first.find(mark)) > 0]
    operation["summary"] = first[: min(ends, default=len(first))].removesuffix(".")


def _give_example(operation: dict[str, Any]) -> None:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        name = content["schema"].get("$ref", "").removeprefix(_SCHEMA)
        if name in EXAMPLES:
            content["example"] = EXAMPLES[name]


def describe_parameters(operation: dict[str, Any]) -> None:
    """Add the shared description to each parameter that the route leaves undescribed."""
    for parameter in operation.get("parameters", ()):
        meaning = _PARAMETERS.get(parameter["name"])
        if meaning is not None:
            parameter.setdefault("description", meaning)
