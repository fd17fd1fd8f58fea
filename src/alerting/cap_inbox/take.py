"""Apply an assessed message in one transaction, unless it is a repeat."""

import hashlib
from typing import Any, Final

from alerting.cap_inbox.act import Arrival, Done, act
from alerting.cap_inbox.follow import cancel_earlier, follow_update
from alerting.cap_inbox.rules.message import MessageType
from alerting.cap_inbox.rules.outcomes import SHOWN, Outcome, Reason
from alerting.cap_inbox.store import (
    alert_of_own,
    is_unread,
    record,
    record_areas,
    record_references,
    referring,
    taken_before,
)
from alerting.ledger.events.alerts import CapFollowed
from alerting.ledger.writer import Transaction

_MOST_DETAIL: Final = 500

_ACTED: Final = frozenset({Outcome.PROPOSED, Outcome.ALERTED})


def take(transaction: Transaction, arrival: Arrival) -> Done:
    """Apply a message and record its outcome; return the outcome.

    If another process has applied the same document meanwhile, do nothing.
    """
    if not is_unread(transaction.connection, arrival.id):
        return Done(Outcome.DUPLICATE, Reason.SAME_MESSAGE)
    content = hashlib.sha256(repr(arrival.assessed.message).encode()).hexdigest()
    repeated = _repeated(transaction, arrival, content)
    if repeated:
        _record(transaction, arrival, repeated, {})
        return repeated
    done = _follow(transaction, arrival)
    # Only the first message with an identity stores it; later messages are compared with it.
    _record(transaction, arrival, done, {**_identity(arrival), "content": content})
    record_references(transaction.connection, arrival.id, arrival.assessed.message.references)
    return done


def _repeated(transaction: Transaction, arrival: Arrival, content: str) -> Done | None:
    """Return the outcome of a message whose identity came before, or None if it is new."""
    own = alert_of_own(transaction.connection, arrival.assessed.message.identity)
    if own is not None:
        return Done(Outcome.DUPLICATE, Reason.OUR_OWN, alert=own)
    before = taken_before(transaction.connection, arrival.assessed.message.identity)
    for each in before:
        is_same = each.content == content
        if each.source == arrival.source.name:
            if not is_same:
                return Done(Outcome.IGNORED, Reason.IDENTITY_REUSED)
            return Done(Outcome.DUPLICATE, Reason.SAME_MESSAGE, alert=each.alert)
        if is_same and each.outcome in _ACTED:
            return Done(Outcome.DUPLICATE, Reason.TAKEN_FROM_ANOTHER, alert=each.alert)
    return None


def _follow(transaction: Transaction, arrival: Arrival) -> Done:
    message = arrival.assessed.message
    if arrival.assessed.dismissal:
        return Done(Outcome.IGNORED, arrival.assessed.dismissal)
    later = referring(transaction.connection, arrival.source.name, message.identity, message.status)
    if later:
        is_cancelled = any(each.msg_type is MessageType.CANCEL for each in later)
        reason = Reason.CANCELLED_BEFORE if is_cancelled else Reason.REPLACED_BEFORE
        return Done(Outcome.IGNORED, reason)
    if message.msg_type is MessageType.CANCEL:
        return cancel_earlier(transaction, arrival)
    if message.msg_type is MessageType.UPDATE and (done := follow_update(transaction, arrival)):
        return done
    return act(transaction, arrival)


def _identity(arrival: Arrival) -> dict[str, Any]:
    return arrival.assessed.message.identity._asdict()


def _record(
    transaction: Transaction, arrival: Arrival, done: Done, identity: dict[str, Any]
) -> None:
    assessed, message = arrival.assessed, arrival.assessed.message
    is_shown = done.outcome in SHOWN
    record(
        transaction.connection,
        arrival.id,
        outcome=done.outcome,
        reason=done.reason,
        detail=done.detail[:_MOST_DETAIL],
        summary=assessed.summary.model_dump_json(),
        shown_until=assessed.shown_until if is_shown else None,
        alert=done.alert,
        **identity,
    )
    if is_shown:
        record_areas(transaction.connection, arrival.id, assessed.shown_to)
    for alert in done.followed:
        followed = CapFollowed(
            source=arrival.source.name,
            message=arrival.id,
            msg_type=message.msg_type,
            identifier=message.identity.identifier,
        )
        transaction.append(alert, followed, arrival.at)
