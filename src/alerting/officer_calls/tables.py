"""Tables of officer calls and of confirmations."""

from datetime import datetime
from typing import Final

from sqlalchemy import Index, and_, select, text
from sqlmodel import Field, SQLModel

from alerting.cap.lifecycle import AlertState
from alerting.database.tables import _table
from alerting.ledger.tables import alerts
from contacts.tables import Instant


class ConfirmationRow(SQLModel, table=True):
    """An officer's confirmation that they heard the call (叫应)."""

    __tablename__ = "confirmations"

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    officer: str = Field(primary_key=True)
    given_at: datetime = Field(sa_type=Instant)
    channel: str
    seq: int


class OfficerCallRow(SQLModel, table=True):
    """An officer called to an alert (叫应), and their position on the ladder."""

    __tablename__ = "officer_calls"
    __table_args__ = (
        Index(
            "officer_calls_due",
            "next_at",
            sqlite_where=text("next_at IS NOT NULL"),
            postgresql_where=text("next_at IS NOT NULL"),
        ),
    )

    alert: int = Field(primary_key=True, foreign_key="alerts.id")
    officer: str = Field(primary_key=True)
    division: str
    called_at: datetime = Field(sa_type=Instant)
    steps_done: int
    next_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the next step is due; None if the call is confirmed or the ladder has ended."""
    told_above_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the tier above was told that this officer could not be woken."""
    woken_at: datetime | None = Field(default=None, sa_type=Instant)
    """When another officer last asked for a new call, which restarts the phone calls."""
    seq: int


confirmations = _table(ConfirmationRow)

officer_calls = _table(OfficerCallRow)

OF_THE_CALL: Final = and_(
    confirmations.c.alert == officer_calls.c.alert,
    confirmations.c.officer == officer_calls.c.officer,
)
"""The join condition between a confirmation and its officer call."""

OPEN_OFFICER_CALLS: Final = (
    select(officer_calls.c.alert, officer_calls.c.officer)
    .join(alerts, alerts.c.id == officer_calls.c.alert)
    .where(alerts.c.state == AlertState.OPEN)
)
"""Selects the officer calls of open alerts; queries add columns, joins and conditions."""
