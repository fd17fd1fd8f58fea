"""A query with a value that cannot be decrypted returns a placeholder instead of the value."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, String, insert, literal, select, update
from structlog.testing import capture_logs

from contacts.encryption.cipher import PERSONAL, PHONE, Key, KeyFileError, Keyring
from contacts.encryption.keys import KEYS, ProcessKeys, add_key, make_key_file
from contacts.encryption.unreadable import UNREADABLE, UnreadableValues
from contacts.tables import DIVISIONS, OFFICERS

FOREIGN = Keyring([Key(bytes(32))])


DAMAGES: list[Callable[[Keyring], str]] = [
    lambda _ring: FOREIGN.encrypted(PERSONAL, "张三"),
    lambda _ring: "张三",
    lambda ring: ring.ids[0],
    lambda ring: f"{ring.ids[0]}AAA",
    lambda ring: f"{ring.ids[0]}{'A' * 80}",
    lambda ring: ring.encrypted(PHONE, "+8613900001234"),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_value_is_replaced_by_a_placeholder(
    conn: Connection, damage: Callable[[Keyring], str]
) -> None:
    conn.execute(insert(DIVISIONS), {"code": "511921100", "name": "壁州街道", "tier": "town"})
    officer = {"role": "grid_officer", "division": "511921100"}
    conn.execute(insert(OFFICERS), [officer | {"id": each, "name": each} for each in "abc"])
    stored = {"name": literal(damage(KEYS.ring), String)}
    conn.execute(update(OFFICERS).where(OFFICERS.c.id == "b").values(stored))
    names = conn.scalars(select(OFFICERS.c.name).order_by(OFFICERS.c.id)).all()
    assert names == ["a", UNREADABLE, "c"]


@pytest.fixture
def keys(tmp_path: Path) -> ProcessKeys:
    """Return the keys of a new key file."""
    keys = ProcessKeys()
    make_key_file(tmp_path / "own.key")
    keys.use(tmp_path / "own.key")
    return keys


def test_each_damaged_value_is_logged_once_without_its_content(keys: ProcessKeys) -> None:
    values = UnreadableValues(keys)
    with capture_logs() as logged:
        for stored in ("+8613900001234", "+8613900001234", "+8613900005678"):
            assert values.read(PHONE, stored, UNREADABLE) == UNREADABLE
    assert [entry["log_level"] for entry in logged] == ["critical"] * 2
    assert "1390000" not in str(logged)
    assert len(values) == 2


def test_key_added_later_is_read_from_the_file(keys: ProcessKeys) -> None:
    assert keys.ring.ids
    stored = Keyring([add_key(keys.file)]).encrypted(PERSONAL, "张三")
    assert UnreadableValues(keys).read(PERSONAL, stored, UNREADABLE) == "张三"


def test_missing_key_file_raises_instead_of_a_placeholder(tmp_path: Path) -> None:
    keys = ProcessKeys()
    keys.use(tmp_path / "gone.key")
    with pytest.raises(KeyFileError, match="no such key file"):
        UnreadableValues(keys).read(PERSONAL, "AAAA", UNREADABLE)
