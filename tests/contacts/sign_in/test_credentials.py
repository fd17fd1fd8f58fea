"""Bearer tokens: issue, expiry and revocation."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from contacts.sign_in.credentials import hash_of, issue_token, officers_of_tokens, revoke_tokens
from contacts.tables import OFFICER_TOKENS

NOW = datetime(2022, 8, 29, 4, 30, tzinfo=UTC)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def holder(conn: Connection, token: str, now: datetime) -> str | None:
    officer = officers_of_tokens(conn, [hash_of(token)], now).get(hash_of(token))
    return None if officer is None else officer.id


def test_token_identifies_its_officer(city: Connection) -> None:
    chief, zero = (issue_token(city, id_, NOW, DAY) for id_ in ("chief", "zero"))
    assert chief != zero
    assert (holder(city, chief, NOW), holder(city, zero, NOW)) == ("chief", "zero")


def test_officer_may_hold_several_tokens(city: Connection) -> None:
    tokens = {issue_token(city, "chief", NOW, DAY) for _ in range(3)}
    assert [holder(city, token, NOW) for token in tokens] == ["chief"] * 3


def test_holders_of_several_tokens_are_read_at_once(city: Connection) -> None:
    hashes = {id_: hash_of(issue_token(city, id_, NOW, DAY)) for id_ in ("chief", "zero")}
    found = officers_of_tokens(city, [*hashes.values(), hash_of("unknown")], NOW)
    assert {hash_: officer.id for hash_, officer in found.items()} == {
        hash_: id_ for id_, hash_ in hashes.items()
    }


@pytest.mark.parametrize("token", ["", "x", "密"])
def test_unknown_token_has_no_officer(city: Connection, token: str) -> None:
    assert holder(city, token, NOW) is None


def test_only_the_hash_is_stored(city: Connection) -> None:
    token = issue_token(city, "chief", NOW, DAY)
    row = city.execute(select(OFFICER_TOKENS)).one()
    assert row == (hashlib.sha256(token.encode()).hexdigest(), "chief", NOW, NOW + DAY, None)
    assert holder(city, row.hash, NOW) is None


def test_token_expires(city: Connection) -> None:
    token = issue_token(city, "chief", NOW, DAY)
    assert holder(city, token, NOW + DAY - INSTANT) == "chief"
    assert holder(city, token, NOW + DAY) is None


def test_revocation_counts_each_token_of_the_officer_once(city: Connection) -> None:
    revoked = [issue_token(city, "chief", NOW, DAY) for _ in range(2)]
    kept = issue_token(city, "zero", NOW, DAY)
    assert revoke_tokens(city, "chief", NOW) == 2
    assert [holder(city, token, NOW) for token in [*revoked, kept]] == [None, None, "zero"]
    assert revoke_tokens(city, "chief", NOW + INSTANT) == 0
    assert city.scalars(select(OFFICER_TOKENS.c.revoked_at).distinct()).all().count(NOW) == 1


def test_token_issued_after_revocation_is_valid(city: Connection) -> None:
    revoke_tokens(city, "chief", NOW)
    assert holder(city, issue_token(city, "chief", NOW, DAY), NOW) == "chief"


@pytest.mark.parametrize(
    ("officer_id", "valid_for", "message"),
    [
        ("nobody", DAY, "'nobody' is not a known officer: import them first"),
        ("chief", timedelta(0), "write a time above zero"),
        ("chief", -DAY, "write a time above zero"),
    ],
)
def test_unknown_officer_or_non_positive_validity_is_refused(
    city: Connection, officer_id: str, valid_for: timedelta, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        issue_token(city, officer_id, NOW, valid_for)
    assert city.execute(select(OFFICER_TOKENS)).all() == []
