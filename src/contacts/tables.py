"""Tables of the roster, its history and sign-in, and the column type for instants."""

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
    """Return the number of whole microseconds from 1970-01-01 UTC to an aware datetime."""
    return (at - _EPOCH) // _MICROSECOND


_EARLIEST: Final = microseconds(datetime.min.replace(tzinfo=UTC))

_LATEST: Final = microseconds(datetime.max.replace(tzinfo=UTC))


class Instant(TypeDecorator[datetime]):
    """An aware datetime, stored as whole microseconds since 1970-01-01 UTC.

    SQLite has no datetime type. With integers, both databases sort and compare in the same way.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        """Return the microseconds since 1970; raise TypeError for a naive datetime."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        """Return the datetime in UTC; for a value out of range, return the nearest datetime.

        So a damaged row does not stop the rows that are read with it.
        """
        if value is None:
            return None
        if not _EARLIEST <= value <= _LATEST:
            value = _EARLIEST if value < _EARLIEST else _LATEST
        return _EPOCH + timedelta(microseconds=value)


# JSONB, because PostgreSQL's JSON type has no equality, which comparing schemas needs.
_WORDS: Final[Any] = JSON().with_variant(JSONB(), "postgresql")


class DivisionRow(SQLModel, table=True):
    """A division of the administration, down to the grid."""

    __tablename__ = "divisions"

    code: str = Field(primary_key=True)
    name: str
    tier: str
    parent: str | None = Field(default=None, foreign_key="divisions.code")
    assembly_point: str | None = None
    route: str | None = None
    """The way to the assembly point, in words."""
    latitude: float | None = None
    """The latitude of the assembly point, in degrees WGS 84."""
    longitude: float | None = None
    contact_phone: str | None = Field(default=None, sa_type=Phone)
    """A phone for residents' questions, in E.164."""
    words: dict[str, str] = Field(
        default_factory=dict,
        sa_type=_WORDS,
        nullable=False,
        sa_column_kwargs={"server_default": "{}"},
    )
    """The roster's columns in other languages, by column name, such as 'name_en'."""


class OfficerRow(SQLModel, table=True):
    """A person with a role in a division: see `contacts.people.Role`."""

    __tablename__ = "officers"

    id: str = Field(primary_key=True)
    name: str = Field(sa_type=Personal)
    role: str
    division: str = Field(foreign_key="divisions.code", index=True)
    deputy_of: str | None = Field(default=None, foreign_key="officers.id")
    language: str | None = None
    """The language of the officer's texts; None for the service's home language."""


class OfficerPhoneRow(SQLModel, table=True):
    """An officer's phone, in E.164. The phone with position 0 is tried first."""

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
    """The name of the time zone in which `begins` is a local time."""


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
    """The path on this service to which the link leads."""
    issued_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    number: str | None = Field(sa_type=Phone)
    """The phone to which the link is texted, in E.164; None if it is shown in person."""
    language: str
    """The language that the officer reads."""
    unsent: str | None = Field(sa_type=Personal)
    """The token itself while the text is queued; None afterwards."""
    browser: str | None = None
    """SHA-256 of the token of the browser that asked for the link; None if it is shown."""
    wrong: int = 0
    """The number of wrong codes typed for the link in other browsers."""


class OfficerSessionRow(SQLModel, table=True):
    """A session in one browser, stored as the SHA-256 of its cookie."""

    __tablename__ = "officer_sessions"

    id: int | None = Field(default=None, primary_key=True)
    hash: str = Field(unique=True)
    officer: str = Field(foreign_key="officers.id", index=True)
    begun_at: datetime = Field(sa_type=Instant)
    last_seen_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    device: str
    """The browser's User-Agent header."""
    passkey: int | None = None
    """The passkey that opened the session; no foreign key, because passkeys may be removed."""


class PasskeyRow(SQLModel, table=True):
    """A passkey of an officer: the public key of a WebAuthn credential, with its id and counter."""

    __tablename__ = "passkeys"

    id: int | None = Field(default=None, primary_key=True)
    officer: str = Field(foreign_key="officers.id", index=True)
    name: str = Field(sa_type=Personal)
    """The officer's name for the passkey, such as 'my phone'."""
    credential: str = Field(unique=True)
    """The credential's id, in base64url."""
    public_key: str
    """The COSE key, in base64url."""
    sign_count: int = Field(sa_type=BigInteger)
    """The authenticator's counter; always 0 for synchronised passkeys."""
    added_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)


class RecoveryCodeRow(SQLModel, table=True):
    """A one-time code that an administrator gives to an officer, who has at most one."""

    __tablename__ = "recovery_codes"

    officer: str = Field(primary_key=True, foreign_key="officers.id")
    code: str = Field(sa_type=Token)
    issued_by: str
    """The administrator's id."""
    issued_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    wrong: int = 0
    """The number of wrong codes that were tried."""


class OfficerNoticeRow(SQLModel, table=True):
    """A queued text to an officer that belongs to no alert; the row is deleted before sending."""

    __tablename__ = "officer_notices"

    id: int | None = Field(default=None, primary_key=True)
    officer: str = Field(foreign_key="officers.id", index=True)
    number: str = Field(sa_type=Phone)
    kind: str
    """The kind of text, which decides a provider's template."""
    language: str
    body: str = Field(sa_type=Personal)
    facts: str = Field(sa_type=PersonalJson)
    """The facts in the body, as JSON."""
    expires_at: datetime = Field(sa_type=Instant)
    about: str
    """The subject by which the notice can be withdrawn; empty if it never is."""


class UsedChallengeRow(SQLModel, table=True):
    """A challenge that a passkey has answered, stored until it expires."""

    __tablename__ = "used_challenges"

    hash: str = Field(primary_key=True)
    expires_at: datetime = Field(sa_type=Instant, index=True)


class HouseholdRow(SQLModel, table=True):
    """A household. Its code is that of its village or grid and 4 digits."""

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
    """The names of the people who live here, as far as they are known, separated by ';'."""
    latitude: float | None = None
    longitude: float | None = None
    officer: str | None = Field(default=None, foreign_key="officers.id")
    centre: str | None = None
    """The code of the household that looks after this one (中心户); checked at import."""
    courtyard: str | None = None
    """The courtyard or building to which the household belongs (院落, 楼栋)."""


class HouseholdPhoneRow(SQLModel, table=True):
    """A household's phone, in E.164. The phone with position 0 is tried first."""

    __tablename__ = "household_phones"

    household: str = Field(primary_key=True, foreign_key="households.code")
    position: int = Field(primary_key=True)
    number: str = Field(sa_type=Phone, index=True)


class PastOfficerRow(SQLModel, table=True):
    """An old version of an officer, which was valid until an instant."""

    __tablename__ = "past_officers"

    id: str = Field(primary_key=True)
    until: datetime = Field(primary_key=True, sa_type=Instant)
    name: str = Field(sa_type=Personal)
    role: str
    division: str
    deputy_of: str | None = None


class PastDivisionRow(SQLModel, table=True):
    """An old version of a division, which was valid until an instant."""

    __tablename__ = "past_divisions"

    code: str = Field(primary_key=True)
    until: datetime = Field(primary_key=True, sa_type=Instant)
    name: str
    assembly_point: str | None = None
    words: dict[str, str] = Field(sa_type=_WORDS, nullable=False)


class HazardPointRow(SQLModel, table=True):
    """A hazard point (隐患点): a named area that is watched and alerted as a whole."""

    __tablename__ = "hazard_points"
    __table_args__ = (Index("hazard_points_by_division", "division", "code"),)

    code: str = Field(primary_key=True)
    """The number under which its office lists the point."""
    name: str
    division: str
    """The division that is responsible for the point."""
    hazard: str
    """The id of the threatening hazard in the phrase library."""
    area: str
    """The drawn area, as JSON."""
    watcher: str | None = None
    """The id of the officer who watches the point."""
    assembly_point: str | None = None
    route: str | None = None
    """The way to the assembly point, in words."""
    version: int
    """Incremented by each change, so that nobody overwrites a change that they have not seen."""
    retired_at: datetime | None = Field(default=None, sa_type=Instant)


class HazardPointHouseholdRow(SQLModel, table=True):
    """A household that a hazard point threatens although it is not in the point's area."""

    __tablename__ = "hazard_point_households"

    point: str = Field(primary_key=True, foreign_key="hazard_points.code")
    household: str = Field(primary_key=True, foreign_key="households.code", index=True)


class RosterColumnRow(SQLModel, table=True):
    """A heading in a division's files, and the field that was confirmed for its column."""

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
