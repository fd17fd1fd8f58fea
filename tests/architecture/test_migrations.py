"""The migrations make exactly the tables that the code declares."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlmodel import SQLModel

import alerting.storage.tables
import contacts.tables
from alerting.storage.database import alembic_config

TABLES = {
    table.name
    for module in (alerting.storage.tables, contacts.tables)
    for table in vars(module).values()
    if table in SQLModel.metadata.sorted_tables
}


def test_nothing_is_missing_and_nothing_is_left_over(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_tables_are_those_of_the_two_modules() -> None:
    assert set(SQLModel.metadata.tables) == TABLES


def test_there_is_one_line_of_migrations() -> None:
    scripts = ScriptDirectory.from_config(alembic_config("sqlite://"))
    assert len(scripts.get_heads()) == 1
    assert all(script.doc for script in scripts.walk_revisions())
