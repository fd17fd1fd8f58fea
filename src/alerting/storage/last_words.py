"""When households were last heard of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from alerting.core.evidence import Report
from alerting.storage.tables import evidence

_LAST: Final = (
    select(evidence.c.household, func.max(evidence.c.given_at))
    .where(
        evidence.c.alert == bindparam("of_alert"),
        evidence.c.household.in_(bindparam("households", expanding=True)),
        # Nobody said anything when a roll-call's time ran out or a door stayed shut.
        evidence.c.report.not_in([Report.MISSED_ROLL_CALL, Report.NOT_HOME]),
    )
    .group_by(evidence.c.household)
)


def last_words(
    connection: Connection, alert_id: int, households: Sequence[str]
) -> dict[str, datetime]:
    """Return when there was last word of these households; the silent are left out."""
    asked = {"of_alert": alert_id, "households": list(households)}
    return {row[0]: row[1] for row in connection.execute(_LAST, asked)}
