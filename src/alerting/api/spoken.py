"""Which language a browser is answered in."""

import re
from typing import Final

from starlette.requests import HTTPConnection

from alerting.core.languages import LANGUAGES
from alerting.core.text import HOME_LANGUAGE

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
