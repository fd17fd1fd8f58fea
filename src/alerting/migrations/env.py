"""Alembic's environment: runs migrations on the database whose address its caller gives."""

from alembic import context
from sqlmodel import SQLModel

import alerting.access.tables
import alerting.approvals.tables
import alerting.cap_inbox.tables
import alerting.cap_messages.tables
import alerting.dark_villages.tables
import alerting.database.tables
import alerting.deliveries.tables
import alerting.doors.tables
import alerting.help_cases.tables
import alerting.ledger.tables
import alerting.office.tables
import alerting.officer_calls.tables
import alerting.replies.tables
import alerting.roll.tables
import alerting.roll_calls.tables
import alerting.security_log.tables
import alerting.sensors.tables
import alerting.webhooks.tables
import alerting.work_groups.tables  # noqa: F401 - registers its tables
import contacts.tables  # noqa: F401 - registers its tables
from alerting.database.engine import writer_engine


def run() -> None:
    """Run the migrations asked for, in one transaction."""
    engine = writer_engine(context.config.attributes["url"])
    with engine.begin() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=engine.dialect.name == "sqlite",
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
