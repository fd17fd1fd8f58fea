"""Templates escape every value and refuse to render without one."""

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
    page = PAGES.render("sign_in.html", locale="en", words=WORDS, heading='<i>&"', is_over=True)
    assert "<h1>&lt;i&gt;&amp;&#34;</h1>" in page
    assert "<p>&lt;b&gt;</p>" in page


def test_missing_value_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="heading"):
        PAGES.render("sign_in.html", locale="en", words=WORDS, is_over=False)


def test_style_hash_is_of_the_rendered_page() -> None:
    assert PAGES.style_hash("sign_in.html") != Pages("alerting.household_page").style_hash(
        "frame.html"
    )
