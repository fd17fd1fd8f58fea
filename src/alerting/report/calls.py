"""The call-and-respond ledger (叫应记录): who was called how, who answered, who was woken."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Integer, func, select

from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.tables import deliveries, texts
from alerting.ledger.alerts import ended_at
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.officers import OfficerNotWoken
from alerting.ledger.tables import events
from alerting.messages.speech import SpeechKind
from alerting.messages.text import TextKind
from alerting.officer_calls.listing import OfficerCall, calls_within
from alerting.policy.sections import OfficerLadder
from contacts.division import subtree
from contacts.past import names_at

_CALLS: Final = (TextKind.CALL, TextKind.CALL_CORRECTION, SpeechKind.CALL)
"""Kinds of texts and speeches that call an officer."""


@dataclass(frozen=True)
class CalledOfficer:
    """An officer who was called; `tries` are numbers of attempts by channel."""

    call: OfficerCall
    tries: Mapping[str, int]
    told: tuple[str, ...]
    """Names of the officers above who were told that this one could not be woken."""

    @property
    def woken_by(self) -> tuple[str, ...]:
        """Those who were told before the officer answered: somebody had to wake the officer."""
        told_at, answered_at = self.call.told_above_at, self.call.confirmed_at
        return self.told if told_at and answered_at and answered_at >= told_at else ()


def called_in(
    connection: Connection, alert: int, division: str, ladder: OfficerLadder
) -> list[CalledOfficer]:
    """Return the officers of a division who were called to an alert: see `calls_within`."""
    calls = calls_within(connection, alert, division, ladder)
    tries, told = _tries(connection, alert, division), _told(connection, alert, division)
    above = {id_ for ids in told.values() for id_ in ids}
    names = names_at(connection, above, ended_at(connection, alert))
    return [
        CalledOfficer(
            call,
            tries.get(call.officer, {}),
            tuple(names.get(id_, id_) for id_ in told.get(call.officer, ())),
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
    rows = connection.execute(
        select(events.c.subject, events.c.payload)
        .where(
            events.c.alert == alert,
            events.c.kind == EventKind.OFFICER_NOT_WOKEN,
            events.c.division.between(*subtree(division)),
        )
        .order_by(events.c.seq)
    )
    return {subject: OfficerNotWoken.read(payload).told for subject, payload in rows}
