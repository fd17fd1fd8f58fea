"""Single-use sign-in links, which are stored as a hash and valid for 10 minutes."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from contacts.directory import Officer, officer, officers_named
from contacts.sign_in.credentials import hash_of
from contacts.sign_in.sessions import begin_session
from contacts.tables import OFFICERS, SIGN_IN_LINKS

LINK_LASTS: Final = timedelta(minutes=10)

MOST_WRONG: Final = 5
"""A link is invalid after this many wrong six-digit codes."""

_TEXTED_EVERY: Final = timedelta(minutes=1)

_REMEMBERED: Final = timedelta(hours=1)
"""Each unused link of this period doubles the wait for the next one, because anybody can ask.

The wait is never longer than a link is valid, so that the officer always has a valid one.
"""

_LOCAL_PATH: Final = re.compile(r"/(?![/\\])[!-~]{0,499}")
r"""Matches paths on this service. Browsers take '//' and '/\' for the start of another host."""


class Queueing(StrEnum):
    """The outcome of a request for a link by text."""

    QUEUED = "queued"
    TOO_SOON = "too_soon"
    """The wait after the last texted link is not over: 1 minute, or up to 10 with unused links."""


@dataclass(frozen=True, slots=True)
class UnsentLink:
    """A queued link, which is texted once."""

    officer: str
    division: str
    """The officer's division."""
    number: str
    """The phone to text, in E.164."""
    language: str
    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """A valid link."""

    officer: Officer
    path: str
    number: str | None
    """The phone to which the link was texted; None if it was shown in person."""
    language: str
    browser: str | None
    """The token hash of the browser that asked for the link; None if it was shown in person."""


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A redeemed link: its officer, the new session's token, and the path to which it leads."""

    officer: str
    token: str
    path: str


def local_path(text: str) -> str:
    """Return the text unchanged if it is a path on this service.

    Raises:
        ValueError: if it is not a path, or leads to another host.
    """
    if not _LOCAL_PATH.fullmatch(text):
        raise ValueError(f"{text!r} is not a path on this service: write one such as /doors")
    return text


def issue_link(conn: Connection, officer_id: str, now: datetime, path: str = "/") -> str:
    """Issue a link to show in person, and return its token; only its hash is stored.

    Raises:
        ValueError: if there is no such officer, or `path` leads to another host.
    """
    if officer(conn, officer_id) is None:
        raise ValueError(f"{officer_id!r} is not a known officer: import them first, or correct it")
    return _issue(conn, officer_id, now, path)


@dataclass(frozen=True, slots=True)
class Wish:
    """A request for a link by text."""

    number: str
    """The officer's phone, in E.164."""
    language: str
    browser: str
    """The token hash of the browser that asks."""
    path: str = "/"


def queue_link(conn: Connection, officer_id: str, wish: Wish, now: datetime) -> Queueing:
    """Queue a link to be texted to one of an officer's phones: see `take_unsent`.

    Raises:
        ValueError: if `path` leads to another host.
    """
    # The row lock makes a concurrent request wait here. It then sees the link of the first one.
    row = select(OFFICERS.c.id).where(OFFICERS.c.id == officer_id)
    conn.execute(row.with_for_update(key_share=True))
    links = SIGN_IN_LINKS.c
    texted = select(links.issued_at, links.used_at).where(
        links.officer == officer_id,
        links.number.is_not(None),
        links.issued_at > now - _REMEMBERED,
    )
    rows = conn.execute(texted).all()
    unused = sum(row.used_at is None for row in rows)
    wait = min(_TEXTED_EVERY * 2 ** max(unused - 1, 0), LINK_LASTS)
    if any(row.issued_at > now - wait for row in rows):
        return Queueing.TOO_SOON
    _issue(conn, officer_id, now, wish.path, wish)
    return Queueing.QUEUED


def take_unsent(conn: Connection, most: int, now: datetime) -> list[UnsentLink]:
    """Take up to `most` links off the queue, oldest first, and delete their stored tokens.

    No other caller gets the same links. Links that have expired are not returned.
    """
    links = SIGN_IN_LINKS.c
    query = select(SIGN_IN_LINKS).where(links.unsent.is_not(None)).order_by(links.issued_at)
    rows = conn.execute(query.limit(most).with_for_update(skip_locked=True)).all()
    taken = links.hash.in_([row.hash for row in rows])
    conn.execute(update(SIGN_IN_LINKS).where(taken).values(unsent=None))
    whose = officers_named(conn, {row.officer for row in rows})
    return [
        UnsentLink(
            row.officer,
            whose[row.officer].division,
            row.number,
            row.language,
            row.unsent,
            row.expires_at,
        )
        for row in rows
        if row.expires_at > now
    ]


def anything_unsent(conn: Connection) -> bool:
    """Return whether any link is queued."""
    query = select(SIGN_IN_LINKS.c.hash).where(SIGN_IN_LINKS.c.unsent.is_not(None))
    return conn.execute(query.limit(1)).first() is not None


def find_link(conn: Connection, token: str, now: datetime) -> Link | None:
    """Return a link; None if it is unknown, used, expired, revoked, or had too many wrong codes."""
    found = conn.execute(select(SIGN_IN_LINKS).where(*_valid(token, now))).first()
    whose = None if found is None else officer(conn, found.officer)
    if found is None or whose is None:
        return None
    return Link(whose, found.path, found.number, found.language, found.browser)


def ask_again(conn: Connection, token: str, link: Link, browser: str, now: datetime) -> bool:
    """Use up a texted link, and queue another to its phone, which opens in `browser`.

    Returns False if the link is not valid any more, or was shown in person. There is no wait,
    because whoever has the link has the phone. With a wait, a stranger who asks for links all the
    time could lock an officer out.
    """
    use = update(SIGN_IN_LINKS).where(*_valid(token, now)).values(used_at=now, unsent=None)
    if link.number is None or conn.execute(use).rowcount == 0:
        return False
    wish = Wish(link.number, link.language, browser, link.path)
    _issue(conn, link.officer.id, now, link.path, wish)
    return True


def note_wrong_code(conn: Connection, token: str, now: datetime) -> None:
    """Add one to a link's count of wrong codes, if the link is still valid."""
    links = SIGN_IN_LINKS.c
    conn.execute(update(SIGN_IN_LINKS).where(*_valid(token, now)).values(wrong=links.wrong + 1))


def redeem_link(conn: Connection, token: str, now: datetime, device: str) -> Redeemed | None:
    """Exchange a link for a session; return None if the link is not valid.

    Of several concurrent attempts only one succeeds. `device` is the browser's User-Agent header.
    """
    use = update(SIGN_IN_LINKS).where(*_valid(token, now)).values(used_at=now, unsent=None)
    used = conn.execute(use.returning(SIGN_IN_LINKS.c.officer, SIGN_IN_LINKS.c.path)).first()
    if used is None:
        return None
    return Redeemed(used.officer, begin_session(conn, used.officer, now, device), used.path)


def revoke_links(conn: Connection, officer_id: str, now: datetime) -> int:
    """Revoke every link of the officer; return how many were still valid."""
    mine = SIGN_IN_LINKS.c.officer == officer_id
    statement = update(SIGN_IN_LINKS).where(mine, *_usable(now))
    return conn.execute(statement.values(revoked_at=now, unsent=None)).rowcount


def _issue(
    conn: Connection,
    officer_id: str,
    now: datetime,
    path: str,
    wish: Wish | None = None,
) -> str:
    mine = SIGN_IN_LINKS.c.officer == officer_id
    # Old links are deleted to bound the table, because anybody can ask for links. Expired links and
    # unknown ones are refused in the same way, so nothing is lost.
    conn.execute(delete(SIGN_IN_LINKS).where(mine, SIGN_IN_LINKS.c.issued_at <= now - _REMEMBERED))
    token = secrets.token_urlsafe(32)
    conn.execute(
        insert(SIGN_IN_LINKS).values(
            hash=hash_of(token),
            officer=officer_id,
            path=local_path(path),
            issued_at=now,
            expires_at=now + LINK_LASTS,
            number=wish and wish.number,
            language=wish.language if wish else "",
            unsent=token if wish else None,
            browser=wish and wish.browser,
        )
    )
    return token


def _valid(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return SIGN_IN_LINKS.c.hash == hash_of(token), *_usable(now)


def _usable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    links = SIGN_IN_LINKS.c
    is_guessed = links.wrong >= MOST_WRONG
    return links.used_at.is_(None), links.revoked_at.is_(None), links.expires_at > now, ~is_guessed
