"""JSON bodies of the sign-in routes."""

from dataclasses import asdict
from datetime import datetime
from typing import Self

from contacts.bounds import Body
from contacts.directory import Officer
from contacts.division import Tier
from contacts.people import Role
from contacts.sign_in.sessions import Session


class AskedBody(Body):
    """The answer to a request for a link, the same whether it fits an officer or not."""

    code: str
    """Six digits to show: they open the link in a browser other than this one."""


class CallerBody(Body):
    """The officer who is signed in."""

    id: str
    """The officer's id."""
    name: str
    """The officer's name."""
    role: Role
    """The officer's role."""
    division: str
    """The division that the officer is responsible for."""
    division_name: str
    """That division's name."""
    tier: Tier
    """That division's tier."""

    @classmethod
    def of(cls, caller: Officer, division_name: str) -> Self:
        """Return the body for an officer."""
        return cls(**asdict(caller), division_name=division_name, tier=caller.tier)


class SessionBody(Body):
    """A browser in which an officer is signed in."""

    id: int
    """The id by which routes name it."""
    begun_at: datetime
    """When it began."""
    last_seen_at: datetime
    """Rounded to the minute."""
    expires_at: datetime
    """When it ends."""
    device: str
    """The browser's description of itself."""
    by_passkey: bool
    """True if a passkey began it; false: a link did, or a code."""
    current: bool
    """True for the session of this request."""

    @classmethod
    def of(cls, session: Session, current: Session | None) -> Self:
        """Return the body for a session."""
        is_current = current is not None and session.id == current.id
        by_passkey = session.passkey is not None
        return cls(**asdict(session), by_passkey=by_passkey, current=is_current)
