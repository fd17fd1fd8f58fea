"""The page of a sign-in link: one button, no script, no external resources."""

from typing import Final

from fastapi.responses import HTMLResponse

from alerting.messages.issuer import issuer_name
from alerting.messages.languages import LANGUAGES
from alerting.messages.pages import Pages
from alerting.policy.issuer import Issuer
from contacts.directory import Officer

_TEMPLATE: Final = "sign_in.html"

_PAGES: Final = Pages("alerting.sign_in")

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _PAGES.security_policy(_TEMPLATE, "img-src 'self'"),
    # The URL holds the token, and the form's post must still have an origin.
    "Referrer-Policy": "strict-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept, Accept-Language",
}


def invitation(officer: Officer, issuer: Issuer, language: str) -> HTMLResponse:
    """Return the page with the button that signs an officer in.

    A button, because programs that preview links would use up a link that signs in on GET.
    """
    heading = LANGUAGES[language].sign_in["invitation"].format(name=officer.name)
    return _page(language, issuer, heading, 200, is_over=False)


def refusal(issuer: Issuer, language: str) -> HTMLResponse:
    """Return the page of a link that no longer works, which says what to do."""
    return _page(language, issuer, LANGUAGES[language].sign_in["over"], 410, is_over=True)


def _page(
    language: str, issuer: Issuer, heading: str, status: int, *, is_over: bool
) -> HTMLResponse:
    spoken = LANGUAGES[language]
    html = _PAGES.render(
        _TEMPLATE,
        locale=spoken.locale,
        words=spoken.sign_in,
        issuer=issuer_name(issuer, language),
        heading=heading,
        is_over=is_over,
    )
    return HTMLResponse(html, status, headers=_HEADERS)
