"""`alerting backup` and `alerting restore`, from SQLite or PostgreSQL into a new database."""

from pathlib import Path

from sqlalchemy import Engine, select

from alerting.database.keys import register_key
from alerting.security_log.tables import security_events
from contacts.encryption.keys import make_key_file, read_keys
from tests.cli.conftest import Shell
from tests.support.city import NOW, found_city
from tests.support.key_file import KEY_FILE


def exports(engine: Engine) -> list[tuple[str, ...]]:
    with engine.begin() as connection:
        rows = connection.execute(select(security_events.c["kind", "sender", "detail"]))
        return [tuple(row) for row in rows]


def test_backup_is_restored_into_a_new_database(
    shell: Shell, engine: Engine, tmp_path: Path
) -> None:
    with engine.begin() as connection:
        found_city(connection)
    run = shell.run("backup", "alerting.backup")
    assert (run.returncode, run.stdout.startswith("alerting.backup: ")) == (0, True), run.stderr
    assert (shell.folder / "alerting.backup").stat().st_mode & 0o077 == 0
    assert ("exported", "alerting", "backup") in exports(engine)
    refused = shell.run("restore", "alerting.backup")
    assert (refused.returncode, "not empty (table divisions)" in refused.stderr) == (2, True)
    shell.set(ALERTING_DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}")
    restored = shell.run("restore", "alerting.backup")
    assert (restored.returncode, restored.stdout.endswith("UTC, checked\n")) == (0, True), restored
    assert shell.run("contacts", "export", "households", "h.csv").stdout == "h.csv: 20 households\n"


def test_restore_needs_the_key_file_of_the_backup(
    shell: Shell, engine: Engine, tmp_path: Path
) -> None:
    with engine.begin() as connection:
        found_city(connection)
        register_key(connection, NOW)
    assert shell.run("backup", "alerting.backup").returncode == 0
    key, new = tmp_path / "other.key", tmp_path / "new.db"
    shell.set(ALERTING_DATABASE_URL=f"sqlite:///{new}", ALERTING_KEY_FILE=str(key))
    needed = f"the key {read_keys(Path(KEY_FILE))[0].id} of the backup"
    missing = shell.run("restore", "alerting.backup")
    assert (missing.returncode, f"{key}: there is no such file" in missing.stderr) == (2, True)
    make_key_file(key)
    other = shell.run("restore", "alerting.backup")
    assert (other.returncode, f"does not have {needed}" in other.stderr) == (2, True)
    assert not new.exists()


def test_backup_does_not_overwrite_a_file(shell: Shell) -> None:
    (shell.folder / "kept").write_text("kept")
    run = shell.run("backup", "kept")
    assert (run.returncode, "File exists" in run.stderr) == (2, True)
    assert (shell.folder / "kept").read_text() == "kept"
