"""Rows of the roster: divisions, households and officers, with their phones."""

from datetime import datetime
from typing import Final

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from contacts.instant import Instant


class DivisionRow(SQLModel, table=True):
    """A place of the administration, from city to grid."""

    __tablename__ = "divisions"

    code: str = Field(primary_key=True)
    name: str
    tier: str
    parent: str | None = Field(default=None, foreign_key="divisions.code")


class OfficerRow(SQLModel, table=True):
    """Somebody with a role in a division: see `contacts.people.Role`."""

    __tablename__ = "officers"

    id: str = Field(primary_key=True)
    name: str
    role: str
    division: str = Field(foreign_key="divisions.code", index=True)
    deputy_of: str | None = Field(default=None, foreign_key="officers.id")


class OfficerPhoneRow(SQLModel, table=True):
    """An officer's phone, E.164; position 0 is tried first."""

    __tablename__ = "officer_phones"

    officer: str = Field(primary_key=True, foreign_key="officers.id")
    position: int = Field(primary_key=True)
    number: str = Field(index=True)


class OfficerTokenRow(SQLModel, table=True):
    """A bearer token, kept as the SHA-256 of what the officer holds."""

    __tablename__ = "officer_tokens"

    hash: str = Field(primary_key=True)
    officer: str = Field(foreign_key="officers.id", index=True)
    issued_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class SignInLinkRow(SQLModel, table=True):
    """A link that signs an officer in once, kept as the SHA-256 of its token."""

    __tablename__ = "sign_in_links"
    __table_args__ = (
        Index(
            "sign_in_links_unsent",
            "issued_at",
            sqlite_where=text("unsent IS NOT NULL"),
            postgresql_where=text("unsent IS NOT NULL"),
        ),
    )

    hash: str = Field(primary_key=True)
    officer: str = Field(foreign_key="officers.id", index=True)
    path: str
    """Where it leads to, on this service."""
    issued_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    number: str | None
    """The phone it is texted to, E.164; None: it is shown otherwise."""
    language: str
    """What the officer reads."""
    unsent: str | None
    """The token itself, until the text is handed over; then it is known to the officer alone."""


class OfficerSessionRow(SQLModel, table=True):
    """A browser that is signed in, kept as the SHA-256 of its cookie."""

    __tablename__ = "officer_sessions"

    id: int | None = Field(default=None, primary_key=True)
    hash: str = Field(unique=True)
    officer: str = Field(foreign_key="officers.id", index=True)
    begun_at: datetime = Field(sa_type=Instant)
    last_seen_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    device: str
    """What the browser says it is."""


class HouseholdRow(SQLModel, table=True):
    """A household: its code appends 4 digits to its division, a village or a grid."""

    __tablename__ = "households"
    __table_args__ = (Index("households_by_division", "division", "code"),)

    code: str = Field(primary_key=True)
    division: str = Field(foreign_key="divisions.code")
    address: str
    head: str
    headcount: int
    language: str
    vulnerable: str = ""
    """Why somebody here needs more help, as in the roster ('elderly;alone'); empty: nobody."""
    persons: str = ""
    """The names of those who live here, as far as the roster names them, separated by ';'."""
    latitude: float | None = None
    longitude: float | None = None
    officer: str | None = Field(default=None, foreign_key="officers.id")


class HouseholdPhoneRow(SQLModel, table=True):
    """A household's phone, E.164; position 0 is tried first."""

    __tablename__ = "household_phones"

    household: str = Field(primary_key=True, foreign_key="households.code")
    position: int = Field(primary_key=True)
    number: str = Field(index=True)


DIVISIONS: Final = SQLModel.metadata.tables["divisions"]

OFFICERS: Final = SQLModel.metadata.tables["officers"]

OFFICER_PHONES: Final = SQLModel.metadata.tables["officer_phones"]

OFFICER_TOKENS: Final = SQLModel.metadata.tables["officer_tokens"]

SIGN_IN_LINKS: Final = SQLModel.metadata.tables["sign_in_links"]

OFFICER_SESSIONS: Final = SQLModel.metadata.tables["officer_sessions"]

HOUSEHOLDS: Final = SQLModel.metadata.tables["households"]

HOUSEHOLD_PHONES: Final = SQLModel.metadata.tables["household_phones"]
