"""What a browser brings and keeps: its languages, and the session's cookie."""

import re
from typing import Any, Final

from fastapi import Response
from starlette.requests import HTTPConnection

from alerting.messages.languages import LANGUAGES
from alerting.messages.text import HOME_LANGUAGE
from contacts.sign_in.sessions import SESSION_LASTS

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


_RANGE: Final = re.compile(
    r"\s*(?P<language>[a-z]{1,8})(?:-[a-z0-9]{1,8})*"
    r"\s*(?:;\s*q\s*=\s*(?P<weight>[01](?:\.[0-9]{0,3})?)\s*)?",
    re.IGNORECASE,
)
"""A language range of RFC 9110, 12.5.4; of its subtags only the first matters here."""


def language_of(connection: HTTPConnection) -> str:
    """Return the code of the language the browser prefers among those written here.

    Where it names none of them, or nothing that can be read, it is the home language.
    """
    ranges = map(_RANGE.fullmatch, connection.headers.get("accept-language", "").split(","))
    weights = {found["language"].lower(): float(found["weight"] or 1) for found in ranges if found}
    known = {code: weights[code] for code in weights if code in LANGUAGES and weights[code] > 0}
    return max(known, key=known.__getitem__, default=HOME_LANGUAGE)
