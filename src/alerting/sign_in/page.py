"""The page that a sign-in link opens: one button, no script, nothing from elsewhere."""

import base64
import hashlib
from html import escape
from string import Template
from typing import Final

from fastapi.responses import HTMLResponse

from alerting.messages.languages import LANGUAGES
from contacts.directory import Officer

_STYLE: Final = """
body{font:1.25rem/1.6 system-ui,sans-serif;color:#111;background:#fff;max-width:26rem;
margin:0 auto;padding:2rem 1rem}
h1{font-size:1.5rem;line-height:1.3}
button,a{display:block;box-sizing:border-box;width:100%;padding:1rem;font:inherit;
font-weight:bold;text-align:center;text-decoration:none;border-radius:.5rem;margin-top:1rem;
border:.15rem solid #0b3d91;background:#0b3d91;color:#fff;cursor:pointer}
a+a{background:#fff;color:#0b3d91}
:focus-visible{outline:.25rem solid #b35900;outline-offset:.2rem}
"""

_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # The address holds the token, and the form must still say where it comes from.
    "Referrer-Policy": "strict-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Language",
}

_PAGE: Final = Template(
    '<!doctype html><html lang="$lang"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width">'
    f'<title>$title</title><link rel="icon" href="/icon.svg"><style>{_STYLE}</style></head>'
    "<body><main><h1>$heading</h1>$rest</main></body></html>"
)


def invitation(officer: Officer, language: str) -> HTMLResponse:
    """Return the page that signs an officer in when its button is pressed.

    Programs that look at links before people do, press nothing.
    """
    words = LANGUAGES[language].sign_in
    rest = f'<form method="post"><button>{escape(words["button"])}</button></form>'
    return _page(language, words["invitation"].format(name=officer.name), rest, 200)


def refusal(language: str) -> HTMLResponse:
    """Return the page of a link that signs nobody in any more, which says what to do."""
    words = LANGUAGES[language].sign_in
    rest = (
        f"<p>{escape(words['over_because'])}</p>"
        f'<a href="/sign-in">{escape(words["ask_again"])}</a>'
        f'<a href="/">{escape(words["go_on"])}</a>'
    )
    return _page(language, words["over"], rest, 410)


def _page(language: str, heading: str, rest: str, status: int) -> HTMLResponse:
    spoken = LANGUAGES[language]
    html = _PAGE.substitute(
        lang=spoken.locale,
        title=escape(spoken.sign_in["title"]),
        heading=escape(heading),
        rest=rest,
    )
    return HTMLResponse(html, status, headers=_HEADERS)
