"""The language of a browser's reader, and the cookie of its session."""

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
"""Browsers take such a cookie only from this very host, over TLS (RFC 6265bis, 4.1.3)."""


def cookie_of(connection: HTTPConnection, name: str = COOKIE) -> str | None:
    """Return the value of a cookie, the session's by default."""
    return connection.cookies.get(_name(connection, name))


def give_cookie(answer: Response, connection: HTTPConnection, token: str) -> None:
    """Set the session's cookie for the longest time that the session may last."""
    keep_cookie(answer, connection, COOKIE, token, SESSION_LASTS)


def take_cookie(answer: Response, connection: HTTPConnection) -> None:
    """Delete the session's cookie."""
    answer.delete_cookie(_name(connection, COOKIE), **_attributes(connection))


def keep_cookie(
    answer: Response, connection: HTTPConnection, name: str, value: str, lasts: timedelta
) -> None:
    """Set a cookie that no script can read."""
    seconds = int(lasts.total_seconds())
    answer.set_cookie(_name(connection, name), value, max_age=seconds, **_attributes(connection))


def _name(connection: HTTPConnection, name: str) -> str:
    """Return a cookie's name; without TLS, as on one's own machine, it has no prefix."""
    return f"{PREFIX}{name}" if _is_secure(connection) else name


def _attributes(connection: HTTPConnection) -> dict[str, Any]:
    secure = _is_secure(connection)
    return {"path": "/", "secure": secure, "httponly": True, "samesite": "lax"}


def _is_secure(connection: HTTPConnection) -> bool:
    public_url: str = connection.app.state.public_url
    return public_url.startswith("https://")


def wants_page(connection: HTTPConnection) -> bool:
    """Return whether a refusal is to be a page for people: false if only JSON is accepted.

    A program that asks for JSON gets problem details instead (RFC 9457).
    """
    accepted = connection.headers.get("accept", "*/*")
    return "json" not in accepted or "html" in accepted


_RANGE: Final = re.compile(
    r"\s*(?P<language>[a-z]{1,8})(?:-[a-z0-9]{1,8})*"
    r"\s*(?:;\s*q\s*=\s*(?P<weight>[01](?:\.[0-9]{0,3})?)\s*)?",
    re.IGNORECASE,
)
"""A language range of RFC 9110, 12.5.4; only its first subtag is used."""


def language_of(connection: HTTPConnection) -> str:
    """Return the code of the supported language that the browser prefers.

    If Accept-Language names none of them, or cannot be parsed, return the home language.
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
            description="The code of the language to write in; if omitted, the one the browser "
            "prefers.",
        ),
    ] = "",
) -> str:
    """Return the code of the language asked for, or else of the one that the browser prefers."""
    return lang if lang in LANGUAGES else language_of(connection)


ReaderLanguage = Annotated[str, Depends(reader_language)]
