"""Access to the office: administrators, within their division."""

from typing import Any

from alerting.access.openapi import allows
from alerting.access.scope import scope_for
from alerting.errors import ForbiddenError
from contacts.directory import Officer
from contacts.people import Role


def for_administrators(*statuses: int) -> dict[str, Any]:
    """Return the `openapi_extra` of a route of the office; `statuses` are further refusals."""
    return allows([Role.ADMINISTRATOR], *statuses)


def office_of(caller: Officer, division: str | None = None) -> str:
    """Return the division whose office the caller works in: `division`, or the caller's own.

    Raises:
        ForbiddenError: if the caller is no administrator.
        NotFoundError: if the division does not lie within the caller's.
    """
    if caller.role is not Role.ADMINISTRATOR:
        raise ForbiddenError(
            f"somebody with the role {caller.role} does not keep the roster", "您的职务不管理名册"
        )
    return scope_for(caller, division)
