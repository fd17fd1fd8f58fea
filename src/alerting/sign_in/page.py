"""The page of a sign-in link: one button, without scripts or external resources."""

from enum import StrEnum
from typing import Any, Final

from fastapi.responses import HTMLResponse

from alerting.messages.languages import LANGUAGES
from alerting.messages.pages import Pages
from alerting.messages.text import issuer_name
from alerting.policy.issuer import Issuer
from alerting.policy.policy import Policy
from alerting.sign_in.rules import LinkRuling
from contacts.sign_in.links import Link

_TEMPLATE: Final = "sign_in.html"

_PAGES: Final = Pages("alerting.sign_in")

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _PAGES.security_policy(_TEMPLATE, "img-src 'self'"),
    # Other sites must not get the URL, which contains the token. The form's POST needs the origin.
    "Referrer-Policy": "strict-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept, Accept-Language",
}


class _End(StrEnum):
    """The states of the page in which the link is not valid any more."""

    OVER = "over"
    TEXTED = "texted"


_HEADINGS: Final = {
    LinkRuling.OPENS: "invitation",
    LinkRuling.NEEDS_PASSKEY: "passkey_needed",
    LinkRuling.NEEDS_CODE: "other_browser",
    LinkRuling.WRONG_CODE: "wrong_code",
    _End.OVER: "over",
    _End.TEXTED: "texted",
}


def link_page(
    link: Link, token: str, ruling: LinkRuling, policy: Policy, language: str, status: int = 200
) -> HTMLResponse:
    """Return the page with the sign-in button, or the page that says what is missing.

    A GET does not sign in, because programs that preview links would use the link up.
    """
    issuer, name = policy.issuer.at(link.officer.division), link.officer.name
    return _page(language, issuer, ruling, status, name=name, path=link.path, token=token)


def link_texted(issuer: Issuer, language: str) -> HTMLResponse:
    """Return the page which says that another link was sent to the phone."""
    return _page(language, issuer, _End.TEXTED, 200)


def refusal(issuer: Issuer, language: str) -> HTMLResponse:
    """Return the page for a link that no longer works; it says what to do."""
    return _page(language, issuer, _End.OVER, 410)


def _page(
    language: str, issuer: Issuer, state: LinkRuling | _End, status: int, **facts: Any
) -> HTMLResponse:
    spoken = LANGUAGES[language]
    html = _PAGES.render(
        _TEMPLATE,
        locale=spoken.locale,
        words=spoken.sign_in,
        issuer=issuer_name(issuer, language),
        heading=spoken.sign_in[_HEADINGS[state]].format(**facts),
        state=state.value,
        **facts,
    )
    return HTMLResponse(html, status, headers=_HEADERS)
