"""The cookie that a signed-in browser holds."""

from typing import Any, Final

from fastapi import Response
from starlette.requests import HTTPConnection

from contacts.sessions import SESSION_LASTS

COOKIE: Final = "alerting_session"


def give_cookie(answer: Response, connection: HTTPConnection, token: str) -> None:
    """Let the browser hold a session's token as long as the session may last."""
    lasts = int(SESSION_LASTS.total_seconds())
    answer.set_cookie(COOKIE, token, max_age=lasts, **_attributes(connection))


def take_cookie(answer: Response, connection: HTTPConnection) -> None:
    """Let the browser forget the token."""
    answer.delete_cookie(COOKIE, **_attributes(connection))


def _attributes(connection: HTTPConnection) -> dict[str, Any]:
    return {
        "path": "/",
        "secure": connection.app.state.public_url.startswith("https://"),
        "httponly": True,
        "samesite": "lax",
    }
