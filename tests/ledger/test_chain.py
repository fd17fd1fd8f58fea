"""The hash chain of a log: every part of an entry counts, and the hash is the same for ever."""

from datetime import timedelta
from typing import Any

import pytest

from alerting.ledger.chain import chained
from tests.support.city import NOW

ENTRY: dict[str, Any] = {
    "alert": 1,
    "seq": 2,
    "at": NOW,
    "kind": "alert.closed",
    "division": "5119",
    "subject": "",
    "payload": "{}",
}


def test_hash_is_the_same_in_every_version() -> None:
    expected = "0cee647d6d41c7799ea30b487205f27dc0ce4fe01cb232e3a69a2e3a1bb4e285"
    assert chained(None, ENTRY) == expected
    assert chained(expected, ENTRY) != expected


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
    ],
)
def test_every_part_of_an_entry_counts(name: str, value: Any) -> None:
    assert chained(None, ENTRY | {name: value}) != chained(None, ENTRY)


def test_parts_do_not_run_into_each_other() -> None:
    moved = ENTRY | {"division": "51", "subject": "19"}
    assert chained(None, moved) != chained(None, ENTRY)
