"""A link opens a session in a browser, or needs a passkey or the asking browser's code."""

from dataclasses import replace

import pytest

from alerting.sign_in.rules import LinkRuling, Opening, rule_link
from contacts.people import Role
from contacts.sign_in.typed_codes import browser_token, code_of

MINE, OTHER = "a" * 64, "b" * 64
TEXTED = Opening(Role.GRID_OFFICER, asked_by=MINE, browser=MINE)
RIGHT, WRONG = code_of(MINE), code_of(OTHER)
FULL_WIDTH = "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in RIGHT)

RULINGS = [
    (TEXTED, LinkRuling.OPENS),
    (replace(TEXTED, browser=OTHER), LinkRuling.NEEDS_CODE),
    (replace(TEXTED, browser=""), LinkRuling.NEEDS_CODE),
    (replace(TEXTED, browser=OTHER, typed=" "), LinkRuling.NEEDS_CODE),
    (replace(TEXTED, browser=OTHER, typed="abc"), LinkRuling.WRONG_CODE),
    (replace(TEXTED, browser=OTHER, typed=FULL_WIDTH), LinkRuling.OPENS),
    (replace(TEXTED, browser=OTHER, typed=RIGHT), LinkRuling.OPENS),
    (replace(TEXTED, browser="", typed=f"{RIGHT[:3]} {RIGHT[3:]}"), LinkRuling.OPENS),
    (replace(TEXTED, browser=OTHER, typed=WRONG), LinkRuling.WRONG_CODE),
    (replace(TEXTED, browser=OTHER, typed=RIGHT + "0"), LinkRuling.WRONG_CODE),
    (replace(TEXTED, browser=OTHER, typed="٣٣٣٣٣٣"), LinkRuling.WRONG_CODE),
    (replace(TEXTED, role=Role.ADMINISTRATOR), LinkRuling.NEEDS_PASSKEY),
    (replace(TEXTED, role=Role.ADMINISTRATOR, typed=RIGHT), LinkRuling.NEEDS_PASSKEY),
    (replace(TEXTED, role=Role.ADMINISTRATOR, asked_by=None), LinkRuling.OPENS),
    (replace(TEXTED, asked_by=None, browser=""), LinkRuling.OPENS),
]


@pytest.mark.parametrize(("opening", "expected"), RULINGS)
def test_ruling_depends_on_role_browser_and_code(opening: Opening, expected: LinkRuling) -> None:
    assert rule_link(opening, {Role.ADMINISTRATOR}) is expected


def test_no_role_needs_a_passkey_by_default() -> None:
    assert rule_link(replace(TEXTED, role=Role.ADMINISTRATOR), ()) is LinkRuling.OPENS


def test_code_has_six_digits_and_differs_by_browser() -> None:
    codes = {code_of(f"browser {n}") for n in range(100)}
    assert len(codes) > 90
    assert all(len(code) == 6 and code.isdecimal() for code in codes)


def test_browser_keeps_its_token_unless_it_has_none() -> None:
    token = browser_token(None)
    assert browser_token(token) == token
    for odd in ("", "short", token + "x", "é" * 43, token[:-1] + "\n"):
        assert browser_token(odd) not in {odd, token}
