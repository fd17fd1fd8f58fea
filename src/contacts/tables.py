"""Rows of the roster (divisions, households and officers, with their phones and past) and sign-in.

Also the column type of an instant, which every table uses.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import JSON, BigInteger, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from contacts.encryption.columns import Personal, PersonalJson, Phone, Token

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_MICROSECOND: Final = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """Return the whole microseconds from 1970-01-01 UTC to an aware datetime."""
    return (at - _EPOCH) // _MICROSECOND


_EARLIEST: Final = microseconds(datetime.min.replace(tzinfo=UTC))

_LATEST: Final = microseconds(datetime.max.replace(tzinfo=UTC))


class Instant(TypeDecorator[datetime]):
    """An aware datetime, stored as whole microseconds since 1970-01-01 UTC.

    SQLite has no datetime type, and PostgreSQL's type loses nothing by this. Both databases sort
    and compare the same integers.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        """Return microseconds since 1970; raise TypeError for a naive datetime."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        """Return the datetime in UTC; a value that no datetime has is read as the nearest one.

        So one damaged row does not stop those that are read with it.
        """
        if value is None:
            return None
        if not _EARLIEST <= value <= _LATEST:
            value = _EARLIEST if value < _EARLIEST else _LATEST
        return _EPOCH + timedelta(microseconds=value)


# JSON on PostgreSQL has no equality, which the comparison of a schema with its tables needs.
_WORDS: Final[Any] = JSON().with_variant(JSONB(), "postgresql")


class DivisionRow(SQLModel, table=True):
    """A division of the administration, from city to grid."""

    __tablename__ = "divisions"

    code: str = Field(primary_key=True)
    name: str
    tier: str
    parent: str | None = Field(default=None, foreign_key="divisions.code")
    assembly_point: str | None = None
    route: str | None = None
    """The way to the assembly point, in words."""
    latitude: float | None = None
    """The assembly point's, in degrees WGS 84."""
    longitude: float | None = None
    contact_phone: str | None = Field(default=None, sa_type=Phone)
    """The phone of somebody whom its people may ask, E.164."""
    words: dict[str, str] = Field(
        default_factory=dict,
        sa_type=_WORDS,
        nullable=False,
        sa_column_kwargs={"server_default": "{}"},
    )
    """The roster's columns in other languages, by their names, such as 'name_en'."""


class OfficerRow(SQLModel, table=True):
    """A person with a role in a division: see `contacts.people.Role`."""

    __tablename__ = "officers"

    id: str = Field(primary_key=True)
    name: str = Field(sa_type=Personal)
    role: str
    division: str = Field(foreign_key="divisions.code", index=True)
    deputy_of: str | None = Field(default=None, foreign_key="officers.id")
    language: str | None = None
    """The language of the officer's texts; None: the service's home language."""


class OfficerPhoneRow(SQLModel, table=True):
    """An officer's phone, E.164; position 0 is tried first."""

    __tablename__ = "officer_phones"

    officer: str = Field(primary_key=True, foreign_key="officers.id")
    position: int = Field(primary_key=True)
    number: str = Field(sa_type=Phone, index=True)


class DutyTurnRow(SQLModel, table=True):
    """A weekly turn of an officer: see `contacts.duty.rota.Turn`."""

    __tablename__ = "duty_turns"

    officer: str = Field(primary_key=True, foreign_key="officers.id")
    weekday: int = Field(primary_key=True)
    begins: int = Field(primary_key=True)
    minutes: int
    zone: str
    """The name of the time zone by whose clock it begins."""


class DutyPeriodRow(SQLModel, table=True):
    """A dated shift, stand-in or leave of an officer: see `contacts.duty.rota.Period`."""

    __tablename__ = "duty_periods"

    id: int | None = Field(default=None, primary_key=True)
    officer: str = Field(foreign_key="officers.id", index=True)
    kind: str
    begins_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)
    in_place_of: str | None = Field(default=None, foreign_key="officers.id", index=True)


class OfficerTokenRow(SQLModel, table=True):
    """A bearer token, stored as its SHA-256."""

    __tablename__ = "officer_tokens"

    hash: str = Field(primary_key=True)
    officer: str = Field(foreign_key="officers.id", index=True)
    issued_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)


class SignInLinkRow(SQLModel, table=True):
    """A single-use sign-in link, stored as the SHA-256 of its token."""

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
    """Path on this service to which the link leads."""
    issued_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    number: str | None = Field(sa_type=Phone)
    """Phone to which the link is texted, E.164; None if it is shown instead."""
    language: str
    """Language the officer reads."""
    unsent: str | None = Field(sa_type=Personal)
    """The token itself, until the text is handed over. From then on only the officer has it."""
    browser: str | None = None
    """SHA-256 of the token of the browser that asked for the text; None if the link is shown."""
    wrong: int = 0
    """Wrong codes that were typed for it in other browsers."""


class OfficerSessionRow(SQLModel, table=True):
    """A signed-in browser, stored as the SHA-256 of its cookie."""

    __tablename__ = "officer_sessions"

    id: int | None = Field(default=None, primary_key=True)
    hash: str = Field(unique=True)
    officer: str = Field(foreign_key="officers.id", index=True)
    begun_at: datetime = Field(sa_type=Instant)
    last_seen_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    device: str
    """The browser's description of itself."""
    passkey: int | None = None
    """The id of the passkey that began it; no foreign key, because a passkey may be removed."""


class PasskeyRow(SQLModel, table=True):
    """A passkey of an officer: the public half of a WebAuthn credential."""

    __tablename__ = "passkeys"

    id: int | None = Field(default=None, primary_key=True)
    officer: str = Field(foreign_key="officers.id", index=True)
    name: str = Field(sa_type=Personal)
    """The officer's name for it, such as 'my phone'."""
    credential: str = Field(unique=True)
    """The credential's id, in base64url."""
    public_key: str
    """The COSE key, in base64url."""
    sign_count: int = Field(sa_type=BigInteger)
    """The authenticator's counter; always 0 with passkeys that are synchronised."""
    added_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


class RecoveryCodeRow(SQLModel, table=True):
    """A one-time code that an administrator gives an officer in person; one an officer."""

    __tablename__ = "recovery_codes"

    officer: str = Field(primary_key=True, foreign_key="officers.id")
    code: str = Field(sa_type=Token)
    issued_by: str
    """The administrator's id."""
    issued_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    wrong: int = 0
    """Wrong codes that were tried in its place."""


class OfficerNoticeRow(SQLModel, table=True):
    """A text to an officer that belongs to no alert, until it is handed over."""

    __tablename__ = "officer_notices"

    id: int | None = Field(default=None, primary_key=True)
    officer: str = Field(foreign_key="officers.id", index=True)
    number: str = Field(sa_type=Phone)
    kind: str
    """The kind of text, by which a provider finds its template."""
    language: str
    body: str = Field(sa_type=Personal)
    facts: str = Field(sa_type=PersonalJson)
    """The facts that the body tells, as JSON."""
    expires_at: datetime = Field(sa_type=Instant)
    about: str
    """The subject by which it is withdrawn; empty if it never is."""


class UsedChallengeRow(SQLModel, table=True):
    """A challenge that a passkey has answered, kept until it would have expired."""

    __tablename__ = "used_challenges"

    hash: str = Field(primary_key=True)
    expires_at: datetime = Field(sa_type=Instant, index=True)


class HouseholdRow(SQLModel, table=True):
    """A household: its code is its division's (a village or a grid) and 4 digits."""

    __tablename__ = "households"
    __table_args__ = (
        Index("households_by_division", "division", "code"),
        Index(
            "households_by_centre",
            "centre",
            sqlite_where=text("centre IS NOT NULL"),
            postgresql_where=text("centre IS NOT NULL"),
        ),
    )

    code: str = Field(primary_key=True)
    division: str = Field(foreign_key="divisions.code")
    address: str = Field(sa_type=Personal)
    head: str = Field(sa_type=Personal)
    headcount: int
    language: str
    vulnerable: str = Field(default="", sa_type=Personal)
    """Kinds of vulnerability, as in the roster ('elderly;alone'); empty if none."""
    persons: str = Field(default="", sa_type=Personal)
    """Names of those who live here, as far as the roster names them, separated by ';'."""
    latitude: float | None = None
    longitude: float | None = None
    officer: str | None = Field(default=None, foreign_key="officers.id")
    centre: str | None = None
    """The household of the neighbour who looks after this one (中心户); checked at import."""
    courtyard: str | None = None
    """The courtyard or building that it belongs to, below the grid (院落, 楼栋)."""


class HouseholdPhoneRow(SQLModel, table=True):
    """A household's phone, E.164; position 0 is tried first."""

    __tablename__ = "household_phones"

    household: str = Field(primary_key=True, foreign_key="households.code")
    position: int = Field(primary_key=True)
    number: str = Field(sa_type=Phone, index=True)


class PastOfficerRow(SQLModel, table=True):
    """An officer as they were until an instant."""

    __tablename__ = "past_officers"

    id: str = Field(primary_key=True)
    until: datetime = Field(primary_key=True, sa_type=Instant)
    name: str = Field(sa_type=Personal)
    role: str
    division: str
    deputy_of: str | None = None


class PastDivisionRow(SQLModel, table=True):
    """A division as it was until an instant."""

    __tablename__ = "past_divisions"

    code: str = Field(primary_key=True)
    until: datetime = Field(primary_key=True, sa_type=Instant)
    name: str
    assembly_point: str | None = None
    words: dict[str, str] = Field(sa_type=_WORDS, nullable=False)


class HazardPointRow(SQLModel, table=True):
    """A hazard point (隐患点): a named, saved area that is watched and alerted as one."""

    __tablename__ = "hazard_points"
    __table_args__ = (Index("hazard_points_by_division", "division", "code"),)

    code: str = Field(primary_key=True)
    """The number by which its office knows it."""
    name: str
    division: str
    """The division whose office keeps it."""
    hazard: str
    """The hazard that threatens, by its id in the phrase library."""
    area: str
    """The drawn area, as JSON."""
    watcher: str | None = None
    """The id of the officer who watches it."""
    assembly_point: str | None = None
    route: str | None = None
    """The way to the assembly point, in words."""
    version: int
    """Grows with each change, so that nobody overwrites a change that they have not seen."""
    retired_at: datetime | None = Field(default=None, sa_type=Instant)


class HazardPointHouseholdRow(SQLModel, table=True):
    """A household that a hazard point threatens though its area does not place it there."""

    __tablename__ = "hazard_point_households"

    point: str = Field(primary_key=True, foreign_key="hazard_points.code")
    household: str = Field(primary_key=True, foreign_key="households.code", index=True)


class RosterColumnRow(SQLModel, table=True):
    """A heading of a division's files, and what its column was confirmed to hold."""

    __tablename__ = "roster_columns"

    kind: str = Field(primary_key=True)
    """The kind of file: households or officers."""
    division: str = Field(primary_key=True)
    """The division's code; empty for files of the whole roster."""
    heading: str = Field(primary_key=True)
    field: str
    """The field of a household or officer; empty for a column that is not read."""


DIVISIONS: Final = SQLModel.metadata.tables["divisions"]

OFFICERS: Final = SQLModel.metadata.tables["officers"]

OFFICER_PHONES: Final = SQLModel.metadata.tables["officer_phones"]

DUTY_TURNS: Final = SQLModel.metadata.tables["duty_turns"]

DUTY_PERIODS: Final = SQLModel.metadata.tables["duty_periods"]

OFFICER_TOKENS: Final = SQLModel.metadata.tables["officer_tokens"]

SIGN_IN_LINKS: Final = SQLModel.metadata.tables["sign_in_links"]

OFFICER_SESSIONS: Final = SQLModel.metadata.tables["officer_sessions"]

PASSKEYS: Final = SQLModel.metadata.tables["passkeys"]

RECOVERY_CODES: Final = SQLModel.metadata.tables["recovery_codes"]

OFFICER_NOTICES: Final = SQLModel.metadata.tables["officer_notices"]

USED_CHALLENGES: Final = SQLModel.metadata.tables["used_challenges"]

HOUSEHOLDS: Final = SQLModel.metadata.tables["households"]

HOUSEHOLD_PHONES: Final = SQLModel.metadata.tables["household_phones"]

HAZARD_POINTS: Final = SQLModel.metadata.tables["hazard_points"]

HAZARD_POINT_HOUSEHOLDS: Final = SQLModel.metadata.tables["hazard_point_households"]

ROSTER_COLUMNS: Final = SQLModel.metadata.tables["roster_columns"]

PAST_OFFICERS: Final = SQLModel.metadata.tables["past_officers"]

PAST_DIVISIONS: Final = SQLModel.metadata.tables["past_divisions"]
