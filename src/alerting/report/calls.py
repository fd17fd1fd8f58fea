"""The record of officer calls (叫应记录): how each officer was called, and when they answered."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, CursorResult, Integer, func, select

from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.tables import deliveries, texts
from alerting.ledger.alerts import ended_at
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.officers import OfficerNotWoken, OfficerWakeAsked
from alerting.ledger.tables import events
from alerting.messages.speech import SpeechKind
from alerting.messages.text import TextKind
from alerting.officer_calls.listing import OfficerCall, calls_within
from alerting.policy.sections import OfficerLadder
from contacts.division import subtree
from contacts.past import names_at

_CALLS: Final = (TextKind.CALL, TextKind.CALL_CORRECTION, SpeechKind.CALL)
"""The kinds of texts and phone calls that call an officer."""


@dataclass(frozen=True)
class CalledOfficer:
    """An officer who was called; `tries` holds the number of attempts by channel."""

    call: OfficerCall
    tries: Mapping[str, int]
    told: tuple[str, ...]
    """Names of the higher officers who were told that this officer could not be woken."""
    again: tuple[tuple[datetime, str], ...] = ()
    """The times at which another call was requested, each with the requester's name."""

    @property
    def woken_by(self) -> tuple[str, ...]:
        """Names of the officers who may have woken this one before the answer.

        They are the officers who had asked for another call or, if nobody had, the higher officers
        who had been told.
        """
        told_at, answered_at = self.call.told_above_at, self.call.confirmed_at
        if answered_at is None:
            return ()
        asked = tuple(dict.fromkeys(name for at, name in self.again if at <= answered_at))
        return asked or (self.told if told_at and answered_at >= told_at else ())


def called_in(
    connection: Connection, alert: int, division: str, ladder: OfficerLadder
) -> list[CalledOfficer]:
    """Return the officers of a division who were called to an alert: see `calls_within`."""
    calls = calls_within(connection, alert, division, ladder)
    tries, told = _tries(connection, alert, division), _told(connection, alert, division)
    again = _again(connection, alert, division)
    asked = {by for asks in again.values() for _, by in asks}
    above = {id_ for ids in told.values() for id_ in ids}
    names = names_at(connection, asked | above, ended_at(connection, alert))
    return [
        CalledOfficer(
            call,
            tries.get(call.officer, {}),
            tuple(names.get(id_, id_) for id_ in told.get(call.officer, ())),
            tuple((at, names.get(by, by)) for at, by in again.get(call.officer, ())),
        )
        for call in calls
    ]


def _tries(connection: Connection, alert: int, division: str) -> dict[str, dict[str, int]]:
    d = deliveries.c
    rows = connection.execute(
        select(d.recipient, d.channel, func.sum(d.attempts).cast(Integer))
        .join(texts, texts.c.id == d.text)
        .where(
            d.alert == alert,
            d.recipient_kind == Recipient.OFFICER,
            d.division.between(*subtree(division)),
            texts.c.kind.in_(_CALLS),
        )
        .group_by(d.recipient, d.channel)
        .order_by(d.recipient, d.channel)
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for officer, channel, tries in rows:
        if tries:
            found[officer][channel] = tries
    return found


def _told(connection: Connection, alert: int, division: str) -> dict[str, Sequence[str]]:
    rows = _log(connection, alert, division, EventKind.OFFICER_NOT_WOKEN)
    read = ((row.subject, OfficerNotWoken.read_if_whole(row.payload)) for row in rows)
    return {subject: not_woken.told for subject, not_woken in read if not_woken}


def _again(
    connection: Connection, alert: int, division: str
) -> dict[str, list[tuple[datetime, str]]]:
    found: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for row in _log(connection, alert, division, EventKind.OFFICER_WAKE_ASKED):
        if asked := OfficerWakeAsked.read_if_whole(row.payload):
            found[row.subject].append((row.at, asked.by))
    return found


def _log(
    connection: Connection, alert: int, division: str, kind: EventKind
) -> CursorResult[tuple[str, str, datetime]]:
    """Return the (subject, payload, time) of a division's log entries of one kind, in log order."""
    return connection.execute(
        select(events.c.subject, events.c.payload, events.c.at)
        .where(
            events.c.alert == alert,
            events.c.kind == kind,
            events.c.division.between(*subtree(division)),
        )
        .order_by(events.c.seq)
    )
