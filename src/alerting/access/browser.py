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


def give_cookie(answer: Response, connection: HTTPConnection, token: str) -> None:
    """Set the session's cookie for the longest time that the session may last."""
    lasts = int(SESSION_LASTS.total_seconds())
    answer.set_cookie(COOKIE, token, max_age=lasts, **_attributes(connection))


def take_cookie(answer: Response, connection: HTTPConnection) -> None:
    """Delete the session's cookie."""
    answer.delete_cookie(COOKIE, **_attributes(connection))


def give_seal(
    answer: Response, connection: HTTPConnection, name: str, seal: str, lasts: timedelta
) -> None:
    """Let the browser keep a seal: see `contacts.sign_in.seals`."""
    seconds = int(lasts.total_seconds())
    answer.set_cookie(name, seal, max_age=seconds, **_attributes(connection))


def _attributes(connection: HTTPConnection) -> dict[str, Any]:
    return {
        "path": "/",
        "secure": connection.app.state.public_url.startswith("https://"),
        "httponly": True,
        "samesite": "lax",
    }


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
            description="The code of the language to write in; left out: the one the browser "
            "prefers.",
        ),
    ] = "",
) -> str:
    """Return the code of the language asked for, or else of the one that the browser prefers."""
    return lang if lang in LANGUAGES else language_of(connection)


ReaderLanguage = Annotated[str, Depends(reader_language)]
