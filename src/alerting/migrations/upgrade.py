"""The database brought to the newest schema."""

from importlib.resources import files

from alembic import command
from alembic.config import Config


def migrate(url: str) -> None:
    """Bring the database to the newest schema, creating it where it is empty."""
    command.upgrade(alembic_config(url), "head")


def alembic_config(url: str) -> Config:
    """Return Alembic's configuration for the migrations shipped in this package."""
    config = Config()
    config.set_main_option("script_location", str(files("alerting.migrations")))
    config.attributes["url"] = url
    return config
