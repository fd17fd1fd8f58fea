"""Migrates the database to the newest schema."""

from enum import StrEnum
from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from alerting.database.engine import writer_engine
from alerting.database.keys import check_keys, keys_in_use, register_key
from alerting.runtime import wall_clock
from contacts.encryption.keys import key_file_of, make_key_file


class UnknownSchemaError(ValueError):
    """The database's schema is of another version, which this one does not know."""


class SchemaState(StrEnum):
    """How a database's schema compares with the schema of this version."""

    EMPTY = "empty"
    OLDER = "older"
    NEWEST = "newest"
    UNKNOWN = "unknown"
    """This version does not know the schema, so a newer version made it."""


def migrate(url: str) -> Path | None:
    """Migrate the database to the newest schema; for an empty database, also create a key file.

    Return the path of the key file if it was created, otherwise None.

    Raises:
        KeyFileError: if the database's key file is missing or belongs to another database.
        UnknownSchemaError: if a newer version made the schema.
    """
    made: Path | None = None
    engine = writer_engine(url)
    try:
        with engine.connect() as connection:
            is_empty = schema_state(connection) is SchemaState.EMPTY
        if is_empty:
            made = _made_key_file(key_file_of(url))
        _upgrade(url)
        with engine.begin() as connection:
            check_keys(connection)
            if not keys_in_use(connection):
                register_key(connection, wall_clock())
    finally:
        engine.dispose()
    return made


def _upgrade(url: str) -> None:
    try:
        command.upgrade(alembic_config(url), "head")
    except CommandError as unknown:
        raise UnknownSchemaError(
            f"The database has a schema that this version does not know ({unknown}): install the "
            "version that made it, or a newer one"
        ) from None


def _made_key_file(file: Path) -> Path | None:
    try:
        make_key_file(file)
    except FileExistsError:
        return None
    return file


def schema_state(connection: Connection) -> SchemaState:
    """Return how the database's schema compares with the newest."""
    stored = revision(connection)
    if not stored:
        return SchemaState.EMPTY
    script = ScriptDirectory.from_config(alembic_config(""))
    if stored == script.get_current_head():
        return SchemaState.NEWEST
    known = {revision.revision for revision in script.walk_revisions()}
    return SchemaState.OLDER if stored in known else SchemaState.UNKNOWN


def revision(connection: Connection) -> str:
    """Return the revision of the database's schema; empty if there are no tables."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def alembic_config(url: str) -> Config:
    """Return Alembic's configuration for the migrations shipped in this package."""
    config = Config()
    config.set_main_option("script_location", str(files("alerting.migrations")))
    config.attributes["url"] = url
    return config
