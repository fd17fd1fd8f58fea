"""The page that a sign-in link opens: one button, no script, nothing from elsewhere."""

from typing import Final

from fastapi.responses import HTMLResponse

from alerting.messages.languages import LANGUAGES
from alerting.messages.pages import Pages
from contacts.directory import Officer

_TEMPLATE: Final = "sign_in.html"

_PAGES: Final = Pages("alerting.sign_in")

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_PAGES.style_hash(_TEMPLATE)}'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # The address holds the token, and the form must still say where it comes from.
    "Referrer-Policy": "strict-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Language",
}


def invitation(officer: Officer, language: str) -> HTMLResponse:
    """Return the page that signs an officer in when its button is pressed.

    Programs that look at links before people do, press nothing.
    """
    heading = LANGUAGES[language].sign_in["invitation"].format(name=officer.name)
    return _page(language, heading, 200, is_over=False)


def refusal(language: str) -> HTMLResponse:
    """Return the page of a link that signs nobody in any more, which says what to do."""
    return _page(language, LANGUAGES[language].sign_in["over"], 410, is_over=True)


def _page(language: str, heading: str, status: int, *, is_over: bool) -> HTMLResponse:
    spoken = LANGUAGES[language]
    html = _PAGES.render(
        _TEMPLATE,
        locale=spoken.locale,
        words=spoken.sign_in,
        heading=heading,
        is_over=is_over,
    )
    return HTMLResponse(html, status, headers=_HEADERS)
