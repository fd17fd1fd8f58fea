"""Finds out whether a person listened to a phone call to the end; it then counts as delivered.

Machine detection runs during the speech, so its result comes before or after the end of the speech,
or never. The result and the end of the speech are both stored as receipts of the attempt, so that
whichever comes second finds the first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, or_, select

from alerting.accounting.evidence import NewEvidence
from alerting.accounting.record import record_evidence
from alerting.deliveries.receipts import Receipt, record_receipts
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.tables import attempts, receipts
from alerting.ledger.writer import Transaction
from alerting.roll.rules.evidence import Report
from alerting.runtime import Runtime
from alerting.voice.calls import KEY, Called, calls_of, evidence_by_phone, no_call
from alerting.voice.ring_back import INBOUND
from alerting.voice.rules import PERSON

_HEARD: Final = "heard"

_BY_A_PERSON: Final = f"answered {PERSON}"

_LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class _Sign:
    """The end of a speech, or a result of machine detection, as the `status` of a receipt."""

    token: str
    call_sid: str
    status: str
    at: datetime


async def take_heard(runtime: Runtime, token: str, call_sid: str) -> None:
    """Record that the speech was said to the end.

    If a person listened, the household counts as reached, but not as out.

    Raises:
        NotFoundError: if no phone call has this token.
    """
    await _record(runtime, _Sign(token, call_sid, _HEARD, runtime.clock.now()))


async def take_answered_by(runtime: Runtime, token: str, call_sid: str, answered_by: str) -> None:
    """Record a result of machine detection.

    Raises:
        NotFoundError: if no phone call has this token.
    """
    status = f"answered {answered_by[:_LONGEST]}"
    await _record(runtime, _Sign(token, call_sid, status, runtime.clock.now()))


async def _record(runtime: Runtime, sign: _Sign) -> None:
    if not await runtime.ledger.write_item(_take, sign):
        raise no_call(sign.token)


def _take(transaction: Transaction, signs: Sequence[_Sign]) -> list[bool]:
    """Record signs; return for each whether its token is known."""
    calls = calls_of(transaction.connection, {sign.token for sign in signs})
    if ours := [sign for sign in signs if sign.token in calls]:
        _take_ours(transaction, ours, calls)
    return [sign.token in calls for sign in signs]


def _take_ours(
    transaction: Transaction, signs: Sequence[_Sign], calls: Mapping[str, Called]
) -> None:
    transaction.lock([calls[sign.token].alert for sign in signs])
    reached = _reached(transaction.connection, signs)
    # A single sign leaves the delivery as it is, because a later attempt may be under way.
    states = {True: DeliveryState.DELIVERED, False: DeliveryState.ACCEPTED}
    told = [_receipt(sign, states[sign.token in reached]) for sign in signs]
    record_receipts(transaction, told)
    if items := [
        _evidence(sign, calls[sign.token])
        for sign in signs
        if calls[sign.token].kind is Recipient.HOUSEHOLD and sign.token in reached
    ]:
        record_evidence(transaction, items)


def _reached(connection: Connection, signs: Sequence[_Sign]) -> set[str]:
    """Return the tokens of the attempts in which a person heard the speech to the end.

    Somebody who called the alerting number or pressed a key is a person, whatever detection says.
    """
    asked = {"tokens": sorted({sign.token for sign in signs})}
    kept = {(row.attempt, row.status) for row in connection.execute(_KEPT, asked)}
    kept |= {(sign.token, sign.status) for sign in signs if sign.status in {_HEARD, _BY_A_PERSON}}
    persons = {token for token, status in kept if status != _HEARD}
    persons |= set(connection.execute(_INBOUND, asked).scalars())
    return {token for token, status in kept if status == _HEARD and token in persons}


def _receipt(sign: _Sign, state: DeliveryState) -> Receipt:
    return Receipt(sign.token, sign.call_sid, state, sign.status, None, sign.at)


def _evidence(sign: _Sign, called: Called) -> NewEvidence:
    source = f"{sign.call_sid}/{_HEARD}"
    return evidence_by_phone(called, Report.RECEIVED, sign.at, source)


_KEPT: Final = select(receipts.c.attempt, receipts.c.status).where(
    receipts.c.attempt.in_(bindparam("tokens", expanding=True)),
    or_(receipts.c.status.in_([_HEARD, _BY_A_PERSON]), receipts.c.status.startswith(KEY)),
)

_INBOUND: Final = select(attempts.c.token).where(
    attempts.c.token.in_(bindparam("tokens", expanding=True)), attempts.c.provider == INBOUND
)
