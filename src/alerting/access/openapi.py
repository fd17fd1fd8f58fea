"""OpenAPI extension keys of a route: allowed roles, refusal statuses, and maximum body size.

The middleware that limits request bodies reads the maximum size from these entries.
"""

from collections.abc import Collection
from typing import Any, Final

from alerting.access.rules import Act, roles_for
from contacts.people import Role

ROLES: Final = "x-roles"
"""Key of the list of roles that may call an operation; if absent, every role may."""

REFUSALS: Final = "x-refusals"
"""Key of the list of refusal statuses that FastAPI cannot derive from the route's types."""

MOST_BODY: Final = "x-most-body"
"""Key of the maximum body size in bytes; if absent, the default size applies."""

UNBOUNDED: Final = -1
"""Value of `MOST_BODY` for a route that limits the body itself, after authentication."""

FORM: Final[dict[str, Any]] = {MOST_BODY: 64 * 1024}
"""`openapi_extra` of a route on which a provider posts an incoming text or a receipt."""

OPEN: Final[dict[str, Any]] = {"security": []}
"""`openapi_extra` of a route that needs no authentication."""


def refuses(*statuses: int) -> dict[str, Any]:
    """Return the `openapi_extra` of a route that every role may call.

    `statuses` are refusals that FastAPI cannot derive from the route's types.
    """
    return {REFUSALS: list(statuses)}


def allows(roles: Act | Collection[Role], *statuses: int) -> dict[str, Any]:
    """Return the `openapi_extra` of a route that only some roles may call.

    An act as `roles` stands for the roles that may do it. The entry is documentation only; the
    route's own code refuses other roles with 403. `statuses` are refusals besides 403 that FastAPI
    cannot derive from the route's types.
    """
    chosen = roles_for(roles) if isinstance(roles, Act) else roles
    return {ROLES: [role for role in Role if role in chosen], REFUSALS: [403, *statuses]}


def for_administrators(*statuses: int) -> dict[str, Any]:
    """Return the `openapi_extra` of a route for administrators; see `allows` for `statuses`."""
    return allows([Role.ADMINISTRATOR], *statuses)
