"""Queries of issued CAP messages, and of the counts that go into them."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Integer, and_, bindparam, case, exists, func, select

from alerting.cap.alert import Area
from alerting.cap.document import Reference
from alerting.cap.message import Step
from alerting.cap_messages.atom import PublicMessage
from alerting.cap_messages.tables import cap_messages
from alerting.roll.rules.standing import Standing
from alerting.roll.tables import roll
from alerting.roll.tallies import EVERYWHERE, tally_of


@dataclass(frozen=True)
class Issued:
    """An issued message of an alert, without its document."""

    seq: int
    identifier: str
    sender: str
    sent: datetime
    expires: datetime
    step: Step
    divisions: tuple[str, ...]
    """Divisions alerted by this step."""
    drawn: Area | None

    @property
    def reference(self) -> Reference:
        """The reference by which later messages name this one."""
        return Reference(self.sender, self.identifier, self.sent)


_CHAIN: Final = (
    select(
        *cap_messages.c[
            "seq", "identifier", "sender", "sent", "expires", "step", "divisions", "drawn"
        ]
    )
    .where(cap_messages.c.alert == bindparam("of_alert"))
    .order_by(cap_messages.c.seq)
)


def chain(connection: Connection, alert: int) -> list[Issued]:
    """Return an alert's messages, oldest first."""
    rows = connection.execute(_CHAIN, {"of_alert": alert}).mappings()
    return [
        Issued(
            **dict(row)
            | {
                "step": Step(row["step"]),
                "divisions": tuple(json.loads(row["divisions"])),
                "drawn": row["drawn"] and Area.model_validate_json(row["drawn"]),
            }
        )
        for row in rows
    ]


def document(connection: Connection, alert: int, seq: int | None = None) -> str | None:
    """Return the document of log entry `seq`, by default the latest; None if there is none."""
    of_alert = cap_messages.c.alert == alert
    condition = of_alert if seq is None else and_(of_alert, cap_messages.c.seq == seq)
    newest = select(cap_messages.c.document).where(condition).order_by(cap_messages.c.seq.desc())
    return connection.execute(newest.limit(1)).scalar_one_or_none()


_IS_SAFE: Final = roll.c.standing.in_([Standing.EVACUATED, Standing.ELSEWHERE])

_HOUSEHOLDS_VERIFIED: Final = select(
    func.sum(case((and_(_IS_SAFE, roll.c.verified), 1), else_=0)).cast(Integer)
).where(roll.c.alert == bindparam("of_alert"))


def counts(connection: Connection, alert: int) -> tuple[tuple[str, int], ...]:
    """Return a message's counts of households and people: all, claimed safe and verified safe."""
    tally = tally_of(connection, alert, EVERYWHERE)
    people = tally.people_evacuated + tally.people_elsewhere
    households = tally.households_evacuated + tally.households_elsewhere
    # If nobody is accounted for, skip reading the roll, which may be long.
    households_verified = 0
    if tally.people_verified:
        asked = {"of_alert": alert}
        households_verified = connection.execute(_HOUSEHOLDS_VERIFIED, asked).scalar_one()
    return (
        ("households", tally.households),
        ("people", tally.people),
        ("households-claimed", households - households_verified),
        ("people-claimed", people - tally.people_verified),
        ("households-verified", households_verified),
        ("people-verified", tally.people_verified),
    )


_LATER: Final = cap_messages.alias("later")

_NEWEST: Final = ~exists().where(
    _LATER.c.alert == cap_messages.c.alert, _LATER.c.seq > cap_messages.c.seq
)


def live_identifiers(connection: Connection, now: datetime) -> tuple[str, ...]:
    """Return the identifiers of live public messages, newest first.

    Each is the newest message of its alert, is public and has not expired.
    """
    live = select(cap_messages.c.identifier).where(
        cap_messages.c.is_public, cap_messages.c.expires > now, _NEWEST
    )
    order = (cap_messages.c.sent.desc(), cap_messages.c.identifier)
    return tuple(connection.execute(live.order_by(*order)).scalars())


def public_messages(
    connection: Connection, identifiers: Collection[str]
) -> dict[str, PublicMessage]:
    """Return the public messages with these identifiers, by identifier."""
    rows = connection.execute(
        select(cap_messages.c.identifier, cap_messages.c.sent, cap_messages.c.document).where(
            cap_messages.c.is_public, cap_messages.c.identifier.in_(sorted(identifiers))
        )
    )
    return {row.identifier: PublicMessage(*row) for row in rows}


def last_change(connection: Connection, now: datetime) -> datetime | None:
    """Return when a public message was last issued or last expired; None before the first one."""
    expired = case((cap_messages.c.expires <= now, cap_messages.c.expires))
    sent, ended = connection.execute(
        select(func.max(cap_messages.c.sent), func.max(expired)).where(cap_messages.c.is_public)
    ).one()
    return max((each for each in (sent, ended) if each), default=None)
