"""Links of the OpenAPI document: which response holds an id that another operation needs.

They show readers which operation can follow another. A test follows them to reach states that
random requests do not reach.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

_ALERT: Final = {"alert_id": "$request.path.alert_id"}

_OF_ALERT: Final = {"alert_id"}
"""The path parameters of an operation that needs only the id of an alert."""


@dataclass(frozen=True)
class Link:
    """A link to an operation that can follow another, with the values to take from the response.

    `source` is the operation that answers with `status`; `target` is the operation that follows.
    """

    source: str
    status: str
    target: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, str] | None = None


def _body(pointer: str) -> str:
    return f"$response.body#/{pointer}"


_HOME: Final = _body("households/0/code")

_LINKS: Final = (
    *(
        Link("get_households", "200", target, {**_ALERT, "code": _HOME})
        for target in ("get_household", "post_ask")
    ),
    *(
        Link("get_households", "200", target, _ALERT, {"household": _HOME})
        for target in ("post_evidence", "post_check_in", "post_task")
    ),
    *(
        Link(source, status, target, {"task_id": _body(pointer)})
        for source, status, pointer in (
            ("get_my_tasks", "200", "0/id"),
            ("get_tasks", "200", "0/id"),
            ("post_task", "201", "id"),
        )
        for target in ("post_take", "post_hand_on")
    ),
    *(
        Link(source, status, target, {"approval_id": _body(pointer)})
        for source, status, pointer in (
            ("get_approvals", "200", "0/id"),
            ("post_alert", "201", "approvals/0/id"),
        )
        for target in ("post_approve", "post_decline")
    ),
    Link("get_texts", "200", "post_settle", {"provider_id": _body("0/provider_id")}),
    Link("get_sessions", "200", "delete_session", {"session_id": _body("0/id")}),
    Link("get_me", "200", "get_division", {"code": _body("division")}),
)


def add_links(document: dict[str, Any]) -> None:
    """Add every link to the response that it starts from."""
    operations = {
        operation["operationId"]: operation
        for routes in document["paths"].values()
        for operation in routes.values()
    }
    for link in (*_LINKS, *_from_alerts(operations)):
        answer = operations[link.source]["responses"][link.status]
        name = f"{link.target} of {link.source}"
        drawn: dict[str, Any] = {"operationId": link.target, "parameters": dict(link.parameters)}
        if link.body is not None:
            drawn["requestBody"] = dict(link.body)
        answer.setdefault("links", {})[name.replace(" ", "_")] = drawn


def _from_alerts(operations: Mapping[str, Any]) -> Iterator[Link]:
    """Yield links from raised and listed alerts to each operation that needs only an alert's id."""
    for name, operation in operations.items():
        parameters = operation.get("parameters", ())
        if {each["name"] for each in parameters if each["in"] == "path"} == _OF_ALERT:
            yield Link("post_alert", "201", name, {"alert_id": _body("id")})
            yield Link("get_alerts", "200", name, {"alert_id": _body("0/id")})
