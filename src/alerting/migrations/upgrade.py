"""The database brought to the newest schema."""

from enum import StrEnum
from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


class SchemaState(StrEnum):
    """The state of a database's schema, compared with the schema of this version."""

    EMPTY = "empty"
    OLDER = "older"
    NEWEST = "newest"
    UNKNOWN = "unknown"
    """This version does not know the schema: a newer version made it."""


def migrate(url: str) -> None:
    """Bring the database to the newest schema, creating it where it is empty."""
    command.upgrade(alembic_config(url), "head")


def schema_state(connection: Connection) -> SchemaState:
    """Return how the schema compares with the newest."""
    stored = MigrationContext.configure(connection).get_current_revision()
    if stored is None:
        return SchemaState.EMPTY
    script = ScriptDirectory.from_config(alembic_config(""))
    if stored == script.get_current_head():
        return SchemaState.NEWEST
    known = {revision.revision for revision in script.walk_revisions()}
    return SchemaState.OLDER if stored in known else SchemaState.UNKNOWN


def alembic_config(url: str) -> Config:
    """Return Alembic's configuration for the migrations shipped in this package."""
    config = Config()
    config.set_main_option("script_location", str(files("alerting.migrations")))
    config.attributes["url"] = url
    return config
