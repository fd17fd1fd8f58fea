"""Imports every table of the service, so that Alembic knows all of them."""

from typing import Final

from sqlmodel import SQLModel

import alerting.access.tables
import alerting.approvals.tables
import alerting.cap_inbox.tables
import alerting.cap_messages.tables
import alerting.dark_villages.tables
import alerting.database.tables
import alerting.deliveries.tables
import alerting.doors.tables
import alerting.exercises.tables
import alerting.help_cases.tables
import alerting.issuers.tables
import alerting.ledger.tables
import alerting.office_log.tables
import alerting.officer_calls.tables
import alerting.readiness.tables
import alerting.replies.tables
import alerting.roll.tables
import alerting.roll_calls.tables
import alerting.security_log.tables
import alerting.sensors.tables
import alerting.webhooks.tables
import alerting.work_groups.tables  # noqa: F401 - registers its tables
import contacts.tables  # noqa: F401 - registers its tables

METADATA: Final = SQLModel.metadata

TABLES: Final = tuple(METADATA.sorted_tables)
