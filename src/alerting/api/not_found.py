"""The page for a browser that asks for an address that does not exist."""

from typing import Final

from fastapi.responses import HTMLResponse
from starlette.requests import HTTPConnection

from alerting.access.browser import language_of
from alerting.messages.languages import LANGUAGES
from alerting.messages.pages import Pages

_TEMPLATE: Final = "not_found.html"

_PAGES: Final = Pages("alerting.api")

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _PAGES.security_policy(_TEMPLATE, "img-src 'self'"),
    "Vary": "Accept, Accept-Language",
    "X-Content-Type-Options": "nosniff",
}


def is_for_a_reader(connection: HTTPConnection) -> bool:
    """Return whether a browser asks: the path is not under /api, and Accept names HTML."""
    accepted = connection.headers.get("accept", "")
    return "text/html" in accepted and not connection.url.path.startswith("/api/")


def not_found_page(connection: HTTPConnection) -> HTMLResponse:
    """Return the page in the reader's language, with a link to the alerts."""
    spoken = LANGUAGES[language_of(connection)]
    html = _PAGES.render(_TEMPLATE, locale=spoken.locale, words=spoken.sign_in)
    return HTMLResponse(html, 404, headers=_HEADERS)
