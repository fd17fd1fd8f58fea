"""JSON bodies of the sessions and tokens that an administrator may end."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final, Self

from pydantic import Field

from alerting.office.tokens import MOST_TOKENS, Held, HolderKind
from alerting.sign_in.schemas import SessionBody
from contacts.bounds import Body
from contacts.directory import Officer
from contacts.people import Role
from contacts.sign_in.sessions import Session

MOST_SESSIONS: Final = 50


class HolderBody(Body):
    """An officer who holds a session or a token."""

    id: str
    """The officer's id."""
    name: str
    """The officer's name."""
    role: Role
    """The officer's role."""
    place: str
    """The name of the division where the officer serves."""

    @classmethod
    def of(cls, holder: Officer, places: Mapping[str, str]) -> Self:
        """Convert an officer; `places` holds the names of divisions by code."""
        place = places[holder.division]
        return cls(id=holder.id, name=holder.name, role=holder.role, place=place)


class OfficeSessionBody(Body):
    """A sign-in session of an officer within the caller's division."""

    officer: HolderBody
    """The officer who is signed in."""
    session: SessionBody
    """The session; DELETE /api/sessions/ID ends it."""

    @classmethod
    def of(
        cls, found: Session, holder: Officer, places: Mapping[str, str], current: Session | None
    ) -> Self:
        """Join a session with its officer; `current` is the session of the caller."""
        body = SessionBody.of(found, current)
        return cls(officer=HolderBody.of(holder, places), session=body)


class OfficeSessionsBody(Body):
    """A page of sessions."""

    sessions: Annotated[list[OfficeSessionBody], Field(max_length=MOST_SESSIONS)]
    """The sessions, newest first."""
    before: int | None
    """The cursor of the next page; null on the last page."""


class OfficeTokenBody(Body):
    """A valid token of an officer or a machine; only its hash is stored."""

    fingerprint: str
    """The first 16 hexadecimal digits of the token's SHA-256, used in paths."""
    kind: HolderKind
    """The kind of the token's holder."""
    holder: str
    """The officer's id, or the machine's name in the policy."""
    officer: HolderBody | None
    """The officer who holds the token; null for a machine."""
    issued_at: datetime
    """When the token was issued."""
    expires_at: datetime
    """When the token expires."""

    @classmethod
    def of(cls, held: Held, places: Mapping[str, str]) -> Self:
        """Convert a token; its hash is left out, except for the fingerprint."""
        return cls(
            fingerprint=held.fingerprint,
            kind=held.kind,
            holder=held.id,
            officer=held.officer and HolderBody.of(held.officer, places),
            issued_at=held.issued_at,
            expires_at=held.expires_at,
        )


class OfficeTokensBody(Body):
    """Valid tokens: first those of officers, newest first, then those of machines."""

    tokens: list[OfficeTokenBody]
    """The tokens, those of officers first."""
    is_all: bool
    """False if officers have more tokens than listed; then ask for a division or an officer."""

    @classmethod
    def of(cls, found: list[Held], places: Mapping[str, str]) -> Self:
        """Convert a list of tokens; once it is full of officers' tokens, `is_all` is False."""
        of_officers = sum(each.officer is not None for each in found)
        tokens = [OfficeTokenBody.of(each, places) for each in found]
        return cls(tokens=tokens, is_all=of_officers < MOST_TOKENS)
