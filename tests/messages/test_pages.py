"""Templates escape every value, and refuse to render if a value is missing."""

import base64
import hashlib

import pytest
from jinja2 import UndefinedError

from alerting.messages.pages import Pages

PAGES = Pages("alerting.sign_in")
WORDS = {
    "title": "t",
    "over_because": "<b>",
    "ask_again": "again",
    "go_on": "on",
    "button": "in",
}


def test_values_are_escaped() -> None:
    page = PAGES.render(
        "sign_in.html", locale="en", words=WORDS, issuer="Office", heading='<i>&"', state="over"
    )
    assert "<h1>&lt;i&gt;&amp;&#34;</h1>" in page
    assert "<p>&lt;b&gt;</p>" in page


def test_missing_value_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="heading"):
        PAGES.render("sign_in.html", locale="en", words=WORDS, issuer="Office", state="opens")


def test_security_policy_allows_only_the_style_of_the_page() -> None:
    page = PAGES.render(
        "sign_in.html", locale="en", words=WORDS, issuer="Office", heading="h", state="over"
    )
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert PAGES.security_policy("sign_in.html", "img-src 'self'") == (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
