"""Roles and refusals of a route, for its OpenAPI operation, beyond what its types say."""

from collections.abc import Collection
from typing import Any, Final

from alerting.access.rules import Act, roles_for
from contacts.people import Role

ROLES: Final = "x-roles"
"""Key of the roles that may call an operation; without it, every role may."""

REFUSALS: Final = "x-refusals"
"""Key of the statuses of refusals that follow from no type."""

OPEN: Final[dict[str, Any]] = {"security": []}
"""For a route's `openapi_extra`: nobody has to be signed in."""


def refuses(*statuses: int) -> dict[str, Any]:
    """Return the `openapi_extra` of a route that every role may call."""
    return {REFUSALS: list(statuses)}


def allows(roles: Act | Collection[Role], *statuses: int) -> dict[str, Any]:
    """Return the `openapi_extra` of a route for some roles only, or for those that may do an act.

    Others are answered 403; `statuses` are further refusals that follow from no type.
    """
    chosen = roles_for(roles) if isinstance(roles, Act) else roles
    return {ROLES: [role for role in Role if role in chosen], REFUSALS: [403, *statuses]}
