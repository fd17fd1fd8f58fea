"""Batched validity checks of tokens and sessions."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, update

from contacts.sign_in.credentials import (
    Credential,
    CredentialKind,
    divisions_held,
    hash_of,
    issue_token,
    revoke_tokens,
)
from contacts.sign_in.sessions import SESSION_LASTS, begin_session, revoke_sessions
from contacts.tables import OFFICERS

NOW = datetime(2022, 8, 29, 4, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def bearer(conn: Connection, officer: str) -> Credential:
    return Credential(CredentialKind.BEARER, hash_of(issue_token(conn, officer, NOW, DAY)))


def browser(conn: Connection, officer: str) -> Credential:
    return Credential(CredentialKind.SESSION, hash_of(begin_session(conn, officer, NOW, "")))


def test_valid_credentials_map_to_their_officers_divisions(city: Connection) -> None:
    chief, grid, far = bearer(city, "chief"), browser(city, "grid208"), browser(city, "far")
    unknown = [Credential(kind, "unknown") for kind in CredentialKind]
    # A cookie is not valid as a bearer token, and a bearer token is not valid as a cookie.
    swapped = Credential(CredentialKind.BEARER, grid.hash)
    assert divisions_held(city, [chief, grid, far, swapped, *unknown], NOW) == {
        chief: "511921100",
        grid: "511921100208",
        far: "511922",
    }
    assert divisions_held(city, [], NOW) == {}


def test_revoked_credentials_are_omitted(city: Connection) -> None:
    token, session, other = bearer(city, "chief"), browser(city, "chief"), bearer(city, "far")
    revoke_tokens(city, "chief", NOW)
    assert set(divisions_held(city, [token, session, other], NOW)) == {session, other}
    revoke_sessions(city, "chief", NOW)
    assert set(divisions_held(city, [token, session, other], NOW)) == {other}


def test_expired_credentials_are_omitted(city: Connection) -> None:
    token, session = bearer(city, "chief"), browser(city, "chief")
    both = [token, session]
    assert set(divisions_held(city, both, NOW + SESSION_LASTS)) == {token}
    assert divisions_held(city, both, NOW + DAY) == {}


def test_change_of_division_takes_effect(city: Connection) -> None:
    token = bearer(city, "chief")
    city.execute(update(OFFICERS).where(OFFICERS.c.id == "chief").values(division="511921101"))
    assert divisions_held(city, [token], NOW) == {token: "511921101"}


def test_more_credentials_than_one_statement_takes_are_checked(city: Connection) -> None:
    token = bearer(city, "chief")
    many = [Credential(CredentialKind.BEARER, str(number)) for number in range(2500)]
    assert divisions_held(city, [*many, token], NOW) == {token: "511921100"}
    assert divisions_held(city, [token, *many], NOW) == {token: "511921100"}
