"""`alerting migrate` brings a database to the newest schema."""

from sqlalchemy import create_engine, inspect

from tests.cli.conftest import Shell


def test_migrate_is_idempotent(empty: Shell) -> None:
    for _ in range(2):
        run = empty.run("migrate")
        assert run.returncode == 0, run.stderr
    engine = create_engine("sqlite:///alerting.db")
    assert {"alerts", "households", "evidence"} <= set(inspect(engine).get_table_names())
    engine.dispose()


def test_migrated_database_needs_no_migration(shell: Shell) -> None:
    assert shell.run("migrate").returncode == 0
