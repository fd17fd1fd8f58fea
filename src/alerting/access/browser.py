"""The session cookie, and the language that a browser prefers."""

import re
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import Depends, Query, Response
from starlette.requests import HTTPConnection

from alerting.messages.languages import LANGUAGES
from alerting.messages.text import HOME_LANGUAGE
from contacts.sign_in.sessions import SESSION_LASTS

COOKIE: Final = "alerting_session"

PREFIX: Final = "__Host-"
"""Cookie name prefix: browsers accept a cookie with it only over TLS and from this host.

See RFC 6265bis, 4.1.3.
"""


def cookie_of(connection: HTTPConnection, name: str = COOKIE) -> str | None:
    """Return the value of a cookie, by default the session cookie; None if it was not sent."""
    return connection.cookies.get(_name(connection, name))


def set_session_cookie(answer: Response, connection: HTTPConnection, token: str) -> None:
    """Set the session cookie, which lasts for `SESSION_LASTS`."""
    set_cookie(answer, connection, COOKIE, token, SESSION_LASTS)


def delete_session_cookie(answer: Response, connection: HTTPConnection) -> None:
    """Delete the session cookie."""
    answer.delete_cookie(_name(connection, COOKIE), **_attributes(connection))


def set_cookie(
    answer: Response, connection: HTTPConnection, name: str, value: str, lasts: timedelta
) -> None:
    """Set a cookie that scripts cannot read (HttpOnly)."""
    seconds = int(lasts.total_seconds())
    answer.set_cookie(_name(connection, name), value, max_age=seconds, **_attributes(connection))


def _name(connection: HTTPConnection, name: str) -> str:
    """Return the cookie's name as sent; it has the prefix only if the service is on HTTPS."""
    return f"{PREFIX}{name}" if _is_secure(connection) else name


def _attributes(connection: HTTPConnection) -> dict[str, Any]:
    secure = _is_secure(connection)
    return {"path": "/", "secure": secure, "httponly": True, "samesite": "lax"}


def _is_secure(connection: HTTPConnection) -> bool:
    public_url: str = connection.app.state.public_url
    return public_url.startswith("https://")


def wants_page(connection: HTTPConnection) -> bool:
    """Return whether to answer a refusal with an HTML page.

    A client that accepts only JSON gets problem details instead (RFC 9457).
    """
    accepted = connection.headers.get("accept", "*/*")
    return "json" not in accepted or "html" in accepted


_RANGE: Final = re.compile(
    r"\s*(?P<language>[a-z]{1,8})(?:-[a-z0-9]{1,8})*"
    r"\s*(?:;\s*q\s*=\s*(?P<weight>[01](?:\.[0-9]{0,3})?)\s*)?",
    re.IGNORECASE,
)
"""A language range (RFC 9110, 12.5.4); only the first subtag is used: 'zh' of 'zh-CN'."""


def language_of(connection: HTTPConnection) -> str:
    """Return the code of the supported language that the browser prefers.

    Return `HOME_LANGUAGE` if Accept-Language names no supported language or cannot be parsed.
    """
    ranges = map(_RANGE.fullmatch, connection.headers.get("accept-language", "").split(","))
    weights = {found["language"].lower(): float(found["weight"] or 1) for found in ranges if found}
    known = {code: weights[code] for code in weights if code in LANGUAGES and weights[code] > 0}
    return max(known, key=known.__getitem__, default=HOME_LANGUAGE)


def reader_language(
    connection: HTTPConnection,
    lang: Annotated[
        str,
        Query(
            max_length=10,
            description="Language code of the answer; if omitted, the language that the browser "
            "prefers.",
        ),
    ] = "",
) -> str:
    """Return `lang` if it is a supported language, else the language that the browser prefers."""
    return lang if lang in LANGUAGES else language_of(connection)


ReaderLanguage = Annotated[str, Depends(reader_language)]
