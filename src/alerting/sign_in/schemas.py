"""JSON bodies for the sign-in routes."""

from dataclasses import asdict
from datetime import datetime
from typing import Self

from contacts.bounds import Body
from contacts.directory import Officer
from contacts.division import Tier
from contacts.people import Role
from contacts.sign_in.sessions import Session


class AskedBody(Body):
    """The response to a request for a link, which is the same whether the officer exists or not."""

    code: str
    """Six digits to show to the user, who needs them to open the link in another browser."""


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
    """The division's name."""
    tier: Tier
    """The division's tier."""

    @classmethod
    def of(cls, caller: Officer, division_name: str) -> Self:
        """Return an officer, with the name and tier of the officer's division."""
        return cls(**asdict(caller), division_name=division_name, tier=caller.tier)


class SessionBody(Body):
    """A session of an officer in one browser."""

    id: int
    """The session's id, which the delete route takes."""
    begun_at: datetime
    """When the session began."""
    last_seen_at: datetime
    """When the session was last used; updated at most once a minute."""
    expires_at: datetime
    """When the session expires."""
    device: str
    """The browser's User-Agent header."""
    by_passkey: bool
    """True if the officer signed in with a passkey; false if with a link or a code."""
    current: bool
    """True for the session of this request."""

    @classmethod
    def of(cls, session: Session, current: Session | None) -> Self:
        """Return a session; `current` is the session of this request, or None if it has none."""
        is_current = current is not None and session.id == current.id
        by_passkey = session.passkey is not None
        return cls(**asdict(session), by_passkey=by_passkey, current=is_current)
