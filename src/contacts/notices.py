"""Notices: texts to officers that belong to no alert, each sent at most once."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from contacts.directory import Officer
from contacts.tables import OFFICER_NOTICES


@dataclass(frozen=True, slots=True)
class Notice:
    """A text to an officer, composed when it is queued."""

    kind: str
    language: str
    body: str
    facts: Mapping[str, str]
    """The facts in the body, for providers that require templates."""
    expires_at: datetime
    """When the notice expires; it is not sent after that."""
    about: str = ""
    """The subject by which the notice can be withdrawn; empty if it never is."""


@dataclass(frozen=True, slots=True)
class OwedNotice:
    """A queued notice, its officer, and the officer's first phone."""

    officer: str
    number: str
    """The officer's first phone, in E.164."""
    notice: Notice


def queue_notice(conn: Connection, officers: Iterable[Officer], notice: Notice) -> None:
    """Queue a notice to the first phone of each of these officers, if they have one."""
    frozen = {
        "kind": notice.kind,
        "language": notice.language,
        "body": notice.body,
        "facts": json.dumps(dict(notice.facts), ensure_ascii=False),
        "expires_at": notice.expires_at,
        "about": notice.about,
    }
    rows = [{"officer": each.id, "number": each.phones[0]} for each in officers if each.phones]
    if rows:
        conn.execute(insert(OFFICER_NOTICES), [frozen | row for row in rows])


def take_notices(conn: Connection, most: int, now: datetime) -> list[OwedNotice]:
    """Delete up to `most` notices, oldest first, and return those that have not expired.

    Notices that are never withdrawn come first, so that a notice of a recovery code does not wait
    behind those of an exercise to a whole city.
    """
    notices = OFFICER_NOTICES.c
    query = select(OFFICER_NOTICES).order_by(notices.about != "", notices.id).limit(most)
    rows = conn.execute(query.with_for_update(skip_locked=True)).all()
    conn.execute(delete(OFFICER_NOTICES).where(notices.id.in_([row.id for row in rows])))
    return [
        OwedNotice(
            row.officer,
            row.number,
            Notice(
                *(row.kind, row.language, row.body, json.loads(row.facts)),
                *(row.expires_at, row.about),
            ),
        )
        for row in rows
        if row.expires_at > now
    ]


def withdraw_notices(conn: Connection, about: str) -> None:
    """Delete the unsent notices about a subject."""
    conn.execute(delete(OFFICER_NOTICES).where(OFFICER_NOTICES.c.about == about))


def any_notice(conn: Connection) -> bool:
    """Return whether any notice is queued."""
    return conn.execute(select(OFFICER_NOTICES.c.id).limit(1)).first() is not None
