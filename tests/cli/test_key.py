"""`alerting key`, and commands without the right key file."""

import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Shell

FILE = Path("alerting.key")


def test_first_migration_creates_a_private_key_file_beside_the_database(empty: Shell) -> None:
    assert "alerting.key made. Keep a copy of it" in empty.run("migrate").stdout
    assert stat.S_IMODE(FILE.stat().st_mode) == 0o600
    before = FILE.read_bytes()
    assert empty.run("migrate").stdout == ""
    assert FILE.read_bytes() == before


def test_key_file_setting_moves_the_key_file(empty: Shell, tmp_path: Path) -> None:
    elsewhere = tmp_path / "county.key"
    empty.set(ALERTING_KEY_FILE=str(elsewhere))
    assert str(elsewhere) in empty.run("key", "new").stdout
    before = elsewhere.read_bytes()
    assert empty.run("migrate").returncode == 0
    assert elsewhere.read_bytes() == before
    assert not FILE.exists()


def test_new_key_does_not_overwrite_a_key_file(empty: Shell) -> None:
    assert empty.run("key", "new").returncode == 0
    before = FILE.read_bytes()
    run = empty.run("key", "new")
    assert run.returncode == 2
    assert "alerting.key exists already, and nothing was changed" in run.stderr
    assert FILE.read_bytes() == before


def test_rotation_ends_with_one_key_in_use_and_prints_its_id(empty: Shell) -> None:
    empty.run("migrate")
    run = empty.run("key", "rotate")
    assert run.returncode == 0, run.stderr
    assert "the first in alerting.key" in run.stdout
    assert len([line for line in FILE.read_text().splitlines() if line[0] != "#"]) == 2
    assert empty.run("doctor").stdout.count("its keys are in alerting.key") == 1


@pytest.mark.parametrize("command", [("migrate",), ("serve",), ("officers", "link", "a")])
def test_command_without_the_key_file_tells_what_to_do(
    empty: Shell, command: tuple[str, ...]
) -> None:
    empty.run("migrate")
    FILE.rename("elsewhere.key")
    run = empty.run(*command)
    assert run.returncode == 2
    assert "alerting.key: there is no such key file; put back the one" in run.stderr
    assert not FILE.exists()


def test_command_with_another_databases_key_file_tells_what_to_do(empty: Shell) -> None:
    empty.run("migrate")
    FILE.unlink()
    empty.run("key", "new")
    run = empty.run("officers", "link", "a")
    assert run.returncode == 2
    assert "alerting.key: this is the key file of another database; put back" in run.stderr


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (FILE.unlink, "there is no such key file"),
        (lambda: FILE.chmod(0o644), "which others can read"),
        (lambda: FILE.write_text("no key"), "this is no key file"),
    ],
)
def test_doctor_finds_a_faulty_key_file(empty: Shell, spoil: object, said: str) -> None:
    empty.run("migrate")
    assert callable(spoil)
    spoil()
    assert said in empty.run("doctor").stdout
