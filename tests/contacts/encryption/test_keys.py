import os
import stat
from pathlib import Path

import pytest

from contacts.encryption.cipher import TOKEN, Key, KeyFileError
from contacts.encryption.keys import (
    ProcessKeys,
    add_key,
    key_file_of,
    make_key_file,
    read_keys,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.key"


def test_new_key_file_is_private_and_never_overwritten(file: Path) -> None:
    key = make_key_file(file)
    assert read_keys(file) == (key,)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        make_key_file(file)
    assert read_keys(file) == (key,)


def test_added_key_comes_first_and_the_file_stays_private(file: Path) -> None:
    old = make_key_file(file)
    new = add_key(file)
    assert read_keys(file) == (new, old)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert os.listdir(file.parent) == [file.name]


@pytest.mark.parametrize("held", ["", "# no key\n", "secret\n", "c2hvcnQ=\n", "密钥\n"])
def test_error_names_a_file_without_a_valid_key(file: Path, held: str) -> None:
    file.write_text(held, "utf-8")
    with pytest.raises(KeyFileError, match=r"a\.key: this is no key file; put back"):
        read_keys(file)


def test_error_names_a_missing_key_file(file: Path) -> None:
    with pytest.raises(KeyFileError, match=r"a\.key: there is no such key file; put back"):
        read_keys(file)


def test_changed_key_file_is_reloaded_and_a_missing_one_is_ignored(file: Path) -> None:
    keys = ProcessKeys()
    keys.use(file)
    old = make_key_file(file)
    keys.use(file)
    assert keys.ring.ids == (old.id,)
    new = add_key(file)
    assert keys.ring.ids == (old.id,)
    keys.use(file)
    assert keys.ring.ids == (new.id, old.id)
    file.unlink()
    keys.use(file)
    assert keys.ring.encrypted(TOKEN, "x").startswith(new.id)


def test_key_file_lies_beside_the_database_unless_configured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ALERTING_KEY_FILE")
    assert key_file_of("sqlite:////srv/county.db") == Path("/srv/alerting.key")
    assert key_file_of("postgresql+psycopg://a@b/county") == Path("alerting.key")
    Path(".env").write_text("ALERTING_KEY_FILE=/etc/county.key\n")
    assert key_file_of("sqlite:////srv/county.db") == Path("/etc/county.key")


def test_key_id_does_not_reveal_the_key() -> None:
    key = Key(b"A" * 32)
    assert len(key.id) == 4
    assert key.id not in "QUFBQUFBQUFBQUFBQUFB"
