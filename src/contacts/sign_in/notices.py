"""Notices: texts that tell officers of changes to their own ways in, each sent at most once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from contacts.directory import Officer, officers_named
from contacts.tables import SIGN_IN_NOTICES

NOTICE_LASTS: Final = timedelta(hours=6)
"""A notice that could not be sent in this time is not sent any more."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that a code was given to somebody who said to be this officer."""

    officer: str
    division: str
    """The officer's."""
    number: str
    """E.164."""
    language: str | None
    """The officer's."""
    by: str
    """The name of the administrator who gave it."""
    ends_at: datetime
    """When the code ends."""


def queue_notice(
    conn: Connection, whom: Officer, by: str, ends_at: datetime, now: datetime
) -> bool:
    """Queue a notice to the officer's first phone; False if there is none."""
    if not whom.phones:
        return False
    values = {"officer": whom.id, "number": whom.phones[0], "by": by, "ends_at": ends_at}
    conn.execute(insert(SIGN_IN_NOTICES).values(values | {"queued_at": now}))
    return True


def take_notices(conn: Connection, most: int, now: datetime) -> list[Notice]:
    """Return up to `most` notices, oldest first, and delete them; late ones are dropped."""
    notices = SIGN_IN_NOTICES.c
    query = select(SIGN_IN_NOTICES).order_by(notices.id).limit(most)
    rows = conn.execute(query.with_for_update(skip_locked=True)).all()
    conn.execute(delete(SIGN_IN_NOTICES).where(notices.id.in_([row.id for row in rows])))
    whose = officers_named(conn, {row.officer for row in rows})
    return [
        Notice(
            row.officer,
            whose[row.officer].division,
            row.number,
            whose[row.officer].language,
            row.by,
            row.ends_at,
        )
        for row in rows
        if row.queued_at > now - NOTICE_LASTS
    ]


def any_notice(conn: Connection) -> bool:
    """Whether a notice is waiting to be texted."""
    return conn.execute(select(SIGN_IN_NOTICES.c.id).limit(1)).first() is not None
