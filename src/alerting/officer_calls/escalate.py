"""Escalates officer calls (叫应): repeats the call, calls the deputy, tells the tier above."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Final

from sqlalchemy import Connection

from alerting.deliveries.outbox import Addressee, Plan
from alerting.deliveries.places import short_names
from alerting.deliveries.plan import notify_in_parts, owe_call, tell_officers
from alerting.deliveries.rules.forecast import Priority
from alerting.deliveries.texts import freeze_current
from alerting.ledger.alerts import StoredAlert, stored
from alerting.ledger.events.officers import OfficerCalled, OfficerNotWoken, OfficersCalledAgain
from alerting.ledger.writer import Transaction
from alerting.messages.parts import Limit, Rest, in_parts, joined
from alerting.messages.speech import SpeechKind
from alerting.messages.text import ComposedText, TextFacts, TextKind, language_for
from alerting.messages.wording import Readers
from alerting.officer_calls.calls import (
    SilentOfficer,
    advance_officer_calls,
    begin_calls,
    due_calls,
    end_calls,
    not_called,
    record_told,
    tries_waiting,
)
from alerting.officer_calls.rules import CHANNELS, passed_over, phone_for
from alerting.officer_calls.tell_groups import tell_groups_of_unwoken
from alerting.policy.escalation import Due, Position, Step, advance, due, officer_ladder
from alerting.policy.issuer import Issuer
from alerting.policy.sections import OfficerAction
from contacts.directory import Officer, officers_named
from contacts.division import parent_of
from contacts.duty.officers import deputies_on_duty, nearest_on_duty

_AT_ONCE: Final = 300

_AT_MOST: Final = Limit(5, Rest.ON_BOARD)


@dataclass(frozen=True)
class _Followed:
    """A silent officer with one or more due steps."""

    silent: SilentOfficer
    officer: Officer
    due: Sequence[Due[OfficerAction]]
    position: Position
    """The position on the ladder after these steps."""

    def step(self, action: OfficerAction) -> Step[OfficerAction] | None:
        """Return the due step with this action that is to be performed, or None."""
        return next((one.step for one in self.due if one.perform and one.step.do is action), None)


def call_officers(transaction: Transaction, now: datetime) -> int:
    """Take the due steps of silent officers, and return the number of officers."""
    silent = due_calls(transaction, now, _AT_ONCE)
    by_alert: dict[int, list[SilentOfficer]] = defaultdict(list)
    for one in silent:
        by_alert[one.alert].append(one)
    for alert, of_alert in sorted(by_alert.items()):
        _follow(transaction, stored(transaction.connection, alert), of_alert, now)
    return len(silent)


def _follow(
    transaction: Transaction, alert: StoredAlert, silent: Sequence[SilentOfficer], now: datetime
) -> None:
    followed = _look_at(transaction, alert, silent, now)
    for action in (OfficerAction.WEBSOCKET, OfficerAction.SMS):
        _repeat(transaction, alert, action, _whose(followed, action), now)
    _ring(transaction, alert, _whose(followed, OfficerAction.VOICE), now)
    _call_deputies(transaction, alert, _whose(followed, OfficerAction.DEPUTY), now)
    unwoken = [one.officer for one in _whose(followed, OfficerAction.TELL_ABOVE)]
    tell_above(transaction, alert, unwoken, now)
    advance_officer_calls(transaction.connection, [(one.silent, one.position) for one in followed])


def _look_at(
    transaction: Transaction, alert: StoredAlert, silent: Sequence[SilentOfficer], now: datetime
) -> list[_Followed]:
    connection, ladder = transaction.connection, officer_ladder(transaction.policy.officer)
    ids = [one.officer for one in silent]
    officers, waiting = officers_named(connection, ids), tries_waiting(connection, alert.id, ids)
    # An import may have retired an officer since the call.
    gone = [(alert.id, id_) for id_ in ids if id_ not in officers]
    end_calls(connection, gone, now)
    followed = []
    for one in silent:
        if one.officer not in officers:
            continue
        officer, was = officers[one.officer], one.position
        waits = {channel for id_, channel in waiting if id_ == officer.id}
        skipped = passed_over(waits, has_phone=bool(officer.phones), expired=alert.expires <= now)
        come = due(ladder, was, now, skipped)
        position = advance(ladder, was.silent_since, was.steps_done + len(come))
        followed.append(_Followed(one, officer, come, position))
    return followed


def _whose(followed: Iterable[_Followed], action: OfficerAction) -> list[_Followed]:
    return [one for one in followed if one.step(action)]


def _repeat(
    transaction: Transaction,
    alert: StoredAlert,
    action: OfficerAction,
    followed: Sequence[_Followed],
    now: datetime,
) -> None:
    """Send the officer call again by this channel, with the alert's current text."""
    if not followed:
        return
    plan = _again(transaction, alert, action, len(followed), now)
    text_in = _text_in(transaction, alert, TextKind.CALL)
    officers = [one.officer for one in followed]
    tell_officers(transaction, plan, officers, text_in, (CHANNELS[action],))


def _text_in(
    transaction: Transaction, alert: StoredAlert, kind: TextKind | SpeechKind
) -> Callable[[str], int]:
    return lambda language: freeze_current(transaction, alert, kind, Readers(language))


def _again(
    transaction: Transaction, alert: StoredAlert, action: OfficerAction, count: int, now: datetime
) -> Plan:
    """Log that `count` officers are called again, and return the plan for the deliveries."""
    seq = transaction.append(alert.id, OfficersCalledAgain.model_validate({action: count}), now)
    return Plan(alert.id, seq, due_at=now, expires_at=alert.expires)


def _ring(
    transaction: Transaction, alert: StoredAlert, followed: Sequence[_Followed], now: datetime
) -> None:
    """Queue a phone call to each officer; each try uses the officer's next number."""
    if not followed:
        return
    speech_in = cache(_text_in(transaction, alert, SpeechKind.CALL))
    plan = _again(transaction, alert, OfficerAction.VOICE, len(followed), now)
    for one in followed:
        officer, step = one.officer, one.step(OfficerAction.VOICE)
        number = phone_for(officer.phones, step.try_number if step else 1)
        speech = speech_in(language_for(officer.language))
        owe_call(transaction, plan, speech, Addressee.officer(officer, number), Priority.OFFICER)


def _call_deputies(
    transaction: Transaction, alert: StoredAlert, followed: Sequence[_Followed], now: datetime
) -> None:
    """Call the deputies of silent officers; each deputy gets their own ladder."""
    connection = transaction.connection
    deputies = deputies_on_duty(connection, [one.officer.id for one in followed], now)
    taking_part = [each for each in deputies if alert.request.reaches_officer(each.id)]
    new = not_called(connection, alert.id, taking_part)
    if not new:
        return
    for deputy in new:
        seq = transaction.append(
            alert.id,
            OfficerCalled(deputy_of=deputy.deputy_of),
            now,
            division=deputy.division,
            subject=deputy.id,
        )
    plan = Plan(alert.id, seq, due_at=now, expires_at=alert.expires)
    begin_calls(transaction, plan, new, _text_in(transaction, alert, TextKind.CALL))


def tell_above(
    transaction: Transaction, alert: StoredAlert, unwoken: Sequence[Officer], now: datetime
) -> None:
    """Tell the tier above about the officers who could not be woken.

    Each text goes to the officers on duty of the nearest division above that has any. The top tier
    has nobody above, so its unwoken officers appear only in the log and on the boards. Work groups
    are told too.
    """
    divisions = sorted({officer.division for officer in unwoken})
    above = {
        d: [
            each
            for each in nearest_on_duty(transaction.connection, parent_of(d), now)
            if alert.request.reaches_officer(each.id)
        ]
        for d in divisions
    }
    by_place: dict[str, list[Officer]] = defaultdict(list)
    for officer in unwoken:
        told = above[officer.division]
        by_place[told[0].division if told else ""].append(officer)
    # The report is sent even if the alert has expired.
    validity = transaction.policy.alert.validity
    expires = alert.expires if alert.expires > now else now + validity
    for _, officers in sorted(by_place.items()):
        _tell(transaction, alert, above[officers[0].division], officers, now, expires)
    tell_groups_of_unwoken(transaction, alert, unwoken, now, expires)


def _tell(
    transaction: Transaction,
    alert: StoredAlert,
    told: Sequence[Officer],
    unwoken: Sequence[Officer],
    now: datetime,
    expires: datetime,
) -> None:
    connection = transaction.connection
    for officer in unwoken:
        seq = transaction.append(
            alert.id,
            OfficerNotWoken(told=tuple(one.id for one in told)),
            now,
            division=officer.division,
            subject=officer.id,
        )
    if told:
        plan = Plan(alert.id, seq, due_at=now, expires_at=expires)
        issuer = transaction.policy.issuer.at(told[0].division)
        texts = partial(_texts, connection, alert, issuer, unwoken)
        notify_in_parts(transaction, plan, TextKind.UNWOKEN, texts, told)
        record_told(connection, [(alert.id, officer.id) for officer in unwoken], now)


def _texts(
    connection: Connection,
    alert: StoredAlert,
    issuer: Issuer,
    unwoken: Sequence[Officer],
    language: str,
) -> list[ComposedText]:
    places = short_names(connection, {officer.division for officer in unwoken}, language)

    def facts(some: Sequence[Officer]) -> TextFacts:
        names = (f"{places[officer.division]} {officer.name}" for officer in some)
        return TextFacts(
            status=alert.status,
            issuer=issuer,
            count=len(some),
            listed=joined(language, names),
        )

    return in_parts(TextKind.UNWOKEN, language, unwoken, facts, _AT_MOST)
