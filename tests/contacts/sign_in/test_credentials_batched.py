"""Many tokens and sessions at once: which of them still name somebody, and where."""

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


def test_each_is_told_its_officers_division(city: Connection) -> None:
    chief, grid, far = bearer(city, "chief"), browser(city, "grid208"), browser(city, "far")
    unknown = [Credential(kind, "unknown") for kind in CredentialKind]
    # A cookie is no token, nor a token a cookie.
    swapped = Credential(CredentialKind.BEARER, grid.hash)
    assert divisions_held(city, [chief, grid, far, swapped, *unknown], NOW) == {
        chief: "511921100",
        grid: "511921100208",
        far: "511922",
    }
    assert divisions_held(city, [], NOW) == {}


def test_who_is_revoked_is_left_out(city: Connection) -> None:
    token, session, other = bearer(city, "chief"), browser(city, "chief"), bearer(city, "far")
    revoke_tokens(city, "chief", NOW)
    assert set(divisions_held(city, [token, session, other], NOW)) == {session, other}
    revoke_sessions(city, "chief", NOW)
    assert set(divisions_held(city, [token, session, other], NOW)) == {other}


def test_who_has_expired_is_left_out(city: Connection) -> None:
    token, session = bearer(city, "chief"), browser(city, "chief")
    both = [token, session]
    assert set(divisions_held(city, both, NOW + SESSION_LASTS)) == {token}
    assert divisions_held(city, both, NOW + DAY) == {}


def test_a_new_division_is_told(city: Connection) -> None:
    token = bearer(city, "chief")
    city.execute(update(OFFICERS).where(OFFICERS.c.id == "chief").values(division="511921101"))
    assert divisions_held(city, [token], NOW) == {token: "511921101"}


def test_more_than_one_statement_takes_are_asked_for(city: Connection) -> None:
    token = bearer(city, "chief")
    many = [Credential(CredentialKind.BEARER, str(number)) for number in range(2500)]
    assert divisions_held(city, [*many, token], NOW) == {token: "511921100"}
    assert divisions_held(city, [token, *many], NOW) == {token: "511921100"}
