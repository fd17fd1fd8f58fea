"""The migrations make exactly the tables that the code declares."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlmodel import SQLModel

from alerting.migrations.upgrade import alembic_config


def test_nothing_is_missing_and_nothing_is_left_over(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_every_table_is_declared_in_a_module_of_tables_that_migrations_import() -> None:
    imported = (
        Path(ScriptDirectory.from_config(alembic_config("sqlite://")).dir) / "env.py"
    ).read_text("utf-8")
    modules = {mapper.class_.__module__ for mapper in SQLModel._sa_registry.mappers}
    assert modules
    assert {module for module in modules if f"import {module}" not in imported} == set()
    assert {module for module in modules if not module.endswith(".tables")} == set()


def test_there_is_one_line_of_migrations() -> None:
    scripts = ScriptDirectory.from_config(alembic_config("sqlite://"))
    assert len(scripts.get_heads()) == 1
    assert all(script.doc for script in scripts.walk_revisions())
