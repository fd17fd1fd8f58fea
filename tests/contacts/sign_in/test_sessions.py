"""Expiry of sessions, and revocation of one session or of all sessions of an officer."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from contacts.sign_in import sessions
from contacts.sign_in.credentials import hash_of
from contacts.sign_in.sessions import (
    IDLE_LASTS,
    SESSION_LASTS,
    begin_session,
    note_seen,
    revoke_session,
    revoke_sessions,
    session,
    sessions_of,
    signed_in_by,
)
from contacts.tables import OFFICER_SESSIONS

NOW = datetime(2022, 8, 29, 4, 30, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)


def holder(conn: Connection, token: str, now: datetime = NOW) -> str | None:
    found = signed_in_by(conn, [hash_of(token)], now).get(hash_of(token))
    return found.officer.id if found else None


def id_of(conn: Connection, token: str) -> int:
    return signed_in_by(conn, [hash_of(token)], NOW)[hash_of(token)].session.id


def test_session_holds_its_officer_and_device(city: Connection) -> None:
    token = begin_session(city, "chief", NOW, "Browser 1")
    found = signed_in_by(city, [hash_of(token)], NOW)[hash_of(token)]
    assert (found.officer.id, found.officer.division) == ("chief", "511921100")
    begun = found.session
    assert (begun.officer, begun.device) == ("chief", "Browser 1")
    assert (begun.begun_at, begun.last_seen_at) == (NOW, NOW)
    assert begun.expires_at == NOW + timedelta(hours=12) == NOW + SESSION_LASTS
    assert session(city, begun.id, NOW) == begun


def test_long_device_is_truncated(city: Connection) -> None:
    begin_session(city, "chief", NOW, "长" * 300)
    assert sessions_of(city, "chief", NOW)[0].device == "长" * 200


def test_only_the_hash_is_stored(city: Connection) -> None:
    token = begin_session(city, "chief", NOW, "")
    stored = city.execute(select(OFFICER_SESSIONS)).mappings().one()
    assert stored["hash"] == hashlib.sha256(token.encode()).hexdigest()
    assert token not in map(str, stored.values())
    assert holder(city, stored["hash"]) is None


def test_batched_look_up_finds_only_live_sessions(
    city: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "_A_QUERY", 2)
    tokens = {begin_session(city, who, NOW, ""): who for who in ("chief", "zero", "city")}
    old = begin_session(city, "chief", NOW - SESSION_LASTS, "")
    revoked = begin_session(city, "zero", NOW, "")
    revoke_session(city, id_of(city, revoked), NOW)
    asked = [hash_of(token) for token in (*tokens, old, revoked, "unknown")]
    found = signed_in_by(city, asked, NOW)
    assert {hash_: each.officer.id for hash_, each in found.items()} == {
        hash_of(token): who for token, who in tokens.items()
    }
    assert all(each.session.officer == each.officer.id for each in found.values())
    assert signed_in_by(city, [], NOW) == {}


@pytest.mark.parametrize("token", ["", "x", "密"])
def test_unknown_token_has_no_session(city: Connection, token: str) -> None:
    begin_session(city, "chief", NOW, "")
    assert holder(city, token) is None


def test_session_expires(city: Connection) -> None:
    token = begin_session(city, "chief", NOW, "")
    last = NOW + SESSION_LASTS - INSTANT
    note_seen(city, [hash_of(token)], last)
    assert holder(city, token, last) == "chief"
    assert [each.officer for each in sessions_of(city, "chief", last)] == ["chief"]
    assert holder(city, token, last + INSTANT) is None
    assert sessions_of(city, "chief", last + INSTANT) == []
    assert session(city, id_of(city, token), last + INSTANT) is None


def test_idle_session_expires(city: Connection) -> None:
    token = begin_session(city, "chief", NOW, "")
    last = NOW + IDLE_LASTS - INSTANT
    assert holder(city, token, last) == "chief"
    assert holder(city, token, last + INSTANT) is None
    assert sessions_of(city, "chief", last + INSTANT) == []
    note_seen(city, [hash_of(token)], last)
    assert holder(city, token, last + IDLE_LASTS - INSTANT) == "chief"


def test_session_is_revoked_once(city: Connection) -> None:
    lost, kept = (begin_session(city, "chief", NOW, "") for _ in range(2))
    id_ = id_of(city, lost)
    assert revoke_session(city, id_, NOW) == 1
    assert (holder(city, lost), holder(city, kept)) == (None, "chief")
    assert session(city, id_, NOW) is None
    assert revoke_session(city, id_, NOW + INSTANT) == 0
    revoked = select(OFFICER_SESSIONS.c.revoked_at).where(OFFICER_SESSIONS.c.id == id_)
    assert city.scalar(revoked) == NOW


def test_all_sessions_of_one_officer_are_revoked(city: Connection) -> None:
    old = begin_session(city, "chief", NOW - SESSION_LASTS, "")
    revoked = [begin_session(city, "chief", NOW, "") for _ in range(2)]
    kept = begin_session(city, "zero", NOW, "")
    assert revoke_sessions(city, "chief", NOW) == 2
    assert [holder(city, each) for each in (*revoked, kept, old)] == [None, None, "zero", None]
    assert revoke_sessions(city, "chief", NOW) == 0
    assert holder(city, begin_session(city, "chief", NOW, "")) == "chief"


def test_most_recently_seen_session_comes_first(city: Connection) -> None:
    first = begin_session(city, "chief", NOW, "first")
    begin_session(city, "chief", NOW, "second")
    begin_session(city, "zero", NOW, "another's")
    assert [each.device for each in sessions_of(city, "chief", NOW)] == ["second", "first"]
    note_seen(city, {hash_of(first)}, NOW + MINUTE)
    found = sessions_of(city, "chief", NOW)
    assert [(each.device, each.last_seen_at) for each in found] == [
        ("first", NOW + MINUTE),
        ("second", NOW),
    ]


def test_last_seen_never_moves_back(city: Connection) -> None:
    token = begin_session(city, "chief", NOW, "")
    note_seen(city, set(), NOW + MINUTE)
    note_seen(city, {hash_of(token), "unknown"}, NOW - MINUTE)
    assert sessions_of(city, "chief", NOW)[0].last_seen_at == NOW
