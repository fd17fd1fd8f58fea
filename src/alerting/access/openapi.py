"""Entries of a route in the OpenAPI document, beyond its types: roles, refusals, largest body.

The border, too, reads the largest body from there.
"""

from collections.abc import Collection
from typing import Any, Final

from alerting.access.rules import Act, roles_for
from contacts.people import Role

ROLES: Final = "x-roles"
"""Key of the roles that may call an operation; without it, every role may."""

REFUSALS: Final = "x-refusals"
"""Key of the statuses of refusals that follow from no type."""

MOST_BODY: Final = "x-most-body"
"""Key of the most bytes of a body, where the border's own bounds do not fit."""

UNBOUNDED: Final = -1
"""The most bytes of a body that the route reads and bounds by itself, once it knows the caller."""

FORM: Final[dict[str, Any]] = {MOST_BODY: 64 * 1024}
"""For the `openapi_extra` of a route that a provider calls with a text or a receipt."""

OPEN: Final[dict[str, Any]] = {"security": []}
"""For a route's `openapi_extra`: nobody has to be signed in."""


def refuses(*statuses: int) -> dict[str, Any]:
    """Return the `openapi_extra` of a route that every role may call."""
    return {REFUSALS: list(statuses)}


def allows(roles: Act | Collection[Role], *statuses: int) -> dict[str, Any]:
    """Return the `openapi_extra` of a route for some roles only, or for those that may do an act.

    It only documents: the route's verb refuses other roles, with 403. `statuses` are refusals that
    no type implies.
    """
    chosen = roles_for(roles) if isinstance(roles, Act) else roles
    return {ROLES: [role for role in Role if role in chosen], REFUSALS: [403, *statuses]}


def for_administrators(*statuses: int) -> dict[str, Any]:
    """Return the `openapi_extra` of a route for administrators; `statuses` as in `allows`."""
    return allows([Role.ADMINISTRATOR], *statuses)
