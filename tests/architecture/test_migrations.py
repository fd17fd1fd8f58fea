"""The migrations make exactly the tables that the code declares."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlmodel import SQLModel

from alerting.migrations import tables
from alerting.migrations.upgrade import alembic_config


def test_migrated_schema_matches_the_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_every_tables_module_is_imported_by_migrations() -> None:
    imported = Path(str(tables.__file__)).read_text("utf-8")
    modules = {mapper.class_.__module__ for mapper in SQLModel._sa_registry.mappers}
    assert modules
    assert {module for module in modules if f"import {module}" not in imported} == set()
    assert {module for module in modules if not module.endswith(".tables")} == set()


def test_migrations_have_one_head() -> None:
    scripts = ScriptDirectory.from_config(alembic_config("sqlite://"))
    assert len(scripts.get_heads()) == 1
    assert all(script.doc for script in scripts.walk_revisions())
