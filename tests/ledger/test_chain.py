"""The hash chain of a log: each hash covers every part of an entry and never changes."""

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.ledger.chain import chained, committed, new_salt
from contacts.tables import microseconds
from tests.support.city import NOW

ENTRY: dict[str, Any] = {
    "alert": 1,
    "seq": 2,
    "at": NOW,
    "kind": "alert.closed",
    "division": "5119",
    "subject": "",
    "payload": "{}",
    "salt": "0" * 32,
    "commitment": None,
}


def test_hash_matches_fixed_value() -> None:
    expected = "43a0cc9526610a23fa0148432501f5fba7eeef17fda0a27547f32732eba8384b"
    assert chained(None, ENTRY) == expected
    assert chained(expected, ENTRY) != expected


@given(st.none() | st.text(), st.text(), st.text(), st.integers(1, 2**40))
def test_hash_input_is_a_json_list(
    before: str | None, division: str, subject: str, seq: int
) -> None:
    entry = ENTRY | {"division": division, "subject": subject, "seq": seq, "commitment": "c"}
    listed = [before, microseconds(NOW), 1, seq, "alert.closed", division, subject, "c"]
    assert chained(before, entry) == sha256(json.dumps(listed).encode()).hexdigest()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("alert", 2),
        ("seq", 3),
        ("at", NOW + timedelta(microseconds=1)),
        ("kind", "alert.cancelled"),
        ("division", "511921"),
        ("subject", "5119"),
        ("payload", "{} "),
        ("salt", "1" * 32),
    ],
)
def test_hash_covers_every_part_of_an_entry(name: str, value: Any) -> None:
    assert chained(None, ENTRY | {name: value}) != chained(None, ENTRY)


def test_characters_moved_between_fields_change_the_hash() -> None:
    moved = ENTRY | {"division": "51", "subject": "19"}
    assert chained(None, moved) != chained(None, ENTRY)


def test_reduced_entry_keeps_its_hash() -> None:
    first = committed(ENTRY["salt"], ENTRY["payload"])
    reduced = ENTRY | {"payload": '{"by": ""}', "salt": "", "commitment": first}
    assert chained("0" * 64, reduced) == chained("0" * 64, ENTRY)
    assert chained("0" * 64, reduced | {"commitment": "0" * 64}) != chained("0" * 64, ENTRY)


def test_same_payload_with_new_salt_has_new_commitment() -> None:
    salts = {new_salt() for _ in range(100)}
    assert {len(salt) for salt in salts} == {32}
    assert len({committed(salt, "{}") for salt in salts}) == 100
