"""Alembic's environment: runs migrations on the database whose URL the caller configured."""

from alembic import context

from alerting.database.engine import writer_engine
from alerting.migrations.tables import METADATA


def run() -> None:
    """Run the requested migrations in one transaction."""
    engine = writer_engine(context.config.attributes["url"])
    with engine.begin() as connection:
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=engine.dialect.name == "sqlite",
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
