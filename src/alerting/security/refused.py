"""Notes a security event for a refused request, with its route but never with its full address."""

from typing import Final

from starlette.requests import HTTPConnection

from alerting.access.callers import runtime_of
from alerting.security_log.rules import SecurityEvent, SecurityKind
from contacts.directory import Officer

_UNKNOWN: Final = 401

_FORBIDDEN: Final = 403

_NOT_FOUND: Final = 404

_LIMITS: Final = frozenset({408, 413, 414, 429, 431})

_PROVIDERS: Final = ("/twilio/", "/gateways/")


def note_refused(connection: HTTPConnection, status: int) -> None:
    """Note a security event for a refused request, if its response status concerns security."""
    officer: Officer | None = getattr(connection.state, "officer", None)
    kind = _kind(connection, status, officer)
    if kind is None:
        return
    note_by(connection, kind, officer, route=_route(connection), detail=str(status))


def note_by(
    connection: HTTPConnection,
    kind: SecurityKind,
    officer: Officer | None,
    *,
    route: str = "",
    detail: str = "",
) -> None:
    """Note a security event with the request's network address and, if known, its officer."""
    sender = connection.client.host if connection.client else ""
    who = (officer.division, officer.id) if officer else ("", "")
    runtime_of(connection).note(SecurityEvent(kind, *who, sender, route, detail))


def _kind(connection: HTTPConnection, status: int, officer: Officer | None) -> SecurityKind | None:
    if status in _LIMITS:
        return SecurityKind.LIMIT_REACHED
    if status == _FORBIDDEN and connection.url.path.startswith(_PROVIDERS):
        return SecurityKind.BAD_SIGNATURE
    # An alert or household outside the caller's divisions gets a 404 too.
    is_beyond = status == _NOT_FOUND and officer is not None
    if is_beyond or status in {_UNKNOWN, _FORBIDDEN}:
        return SecurityKind.ACCESS_REFUSED
    return None


def _route(connection: HTTPConnection) -> str:
    """Return the method and the route's path with placeholders; empty if no route matched."""
    path = getattr(connection.scope.get("route"), "path", "")
    return f"{connection.scope.get('method', 'WEBSOCKET')} {path}" if path else ""
