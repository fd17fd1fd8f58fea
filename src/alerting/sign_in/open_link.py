"""Opens sign-in links: a valid link opens a session, or is refused with the reason."""

from dataclasses import dataclass
from typing import Final

from fastapi import Request
from sqlalchemy import Connection

from alerting.access.browser import cookie_of
from alerting.policy.policy import Policy
from alerting.runtime import wall_clock
from alerting.sign_in.rules import LinkRuling, Opening, rule_link
from contacts.directory import Officer
from contacts.sign_in.credentials import hash_of
from contacts.sign_in.links import Link, ask_again, find_link, note_wrong_code, redeem_link
from contacts.sign_in.sessions import revoke_session_of

BROWSER_COOKIE: Final = "alerting_browser"
"""The cookie with a random token, by which a link recognises the browser that asked for it."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press of the button on a link's page: the link's token, and what the browser sent."""

    token: str
    browser: str
    """The hash of the token in the browser's cookie; empty if it has none."""
    before: str | None
    """The token of the session that the browser has had so far, if any."""
    device: str
    typed: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session's token, its officer, and the path to which the link leads."""

    token: str
    officer: Officer
    path: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A valid link that opened no session, and the reason."""

    link: Link
    ruling: LinkRuling


def pressed_in(request: Request, token: str, typed: str = "") -> Pressed:
    """Return the data of a request that pressed the button on a link's page."""
    kept = cookie_of(request, BROWSER_COOKIE)
    browser = hash_of(kept) if kept else ""
    device = request.headers.get("user-agent", "")
    return Pressed(token, browser, cookie_of(request), device, typed)


def ruling_of(link: Link, pressed: Pressed, policy: Policy) -> LinkRuling:
    """Return whether a link opens a session in this browser, or what is missing."""
    opening = Opening(link.officer.role, link.browser, pressed.browser, pressed.typed)
    return rule_link(opening, policy.sign_in.passkey_roles)


def open_session(
    connection: Connection, pressed: Pressed, policy: Policy
) -> SignedIn | Refused | None:
    """Use a link to open a session; return None if the link was used or has expired."""
    now = wall_clock()
    link = find_link(connection, pressed.token, now)
    if link is None:
        return None
    ruling = ruling_of(link, pressed, policy)
    if ruling is not LinkRuling.OPENS:
        if ruling is LinkRuling.WRONG_CODE:
            note_wrong_code(connection, pressed.token, now)
        return Refused(link, ruling)
    redeemed = redeem_link(connection, pressed.token, now, pressed.device)
    if redeemed is None:
        return None
    if pressed.before:
        # Otherwise the browser's old session would go on without anybody noticing.
        revoke_session_of(connection, pressed.before, now)
    return SignedIn(redeemed.token, link.officer, redeemed.path)


def text_another(connection: Connection, token: str, browser: str) -> Officer | None:
    """Use up a link, and text another link to the same phone; it opens in `browser`.

    Returns the officer, or None if the link was used or has expired.
    """
    now = wall_clock()
    link = find_link(connection, token, now)
    if link is None or not ask_again(connection, token, link, browser, now):
        return None
    return link.officer
