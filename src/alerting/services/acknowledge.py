"""Answers by text: read, kept, turned into evidence, and answered where a word is needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from alerting.core.lifecycle import OVER, AlertState
from alerting.core.plan import Channel, Recipient
from alerting.core.reply import Intent, Reason, Reply, read_reply
from alerting.core.routing import Candidate, Route, Routed, route
from alerting.core.standing import HouseholdStanding, Report, Rung, Standing
from alerting.core.text import TextFacts, TextKind, compose
from alerting.metrics import TEXTS_RECEIVED
from alerting.services.desk import Desk
from alerting.storage.corrections import cancellation_to_repeat
from alerting.storage.deliveries import Addressee, Plan, insert_text, owe_text
from alerting.storage.evidence import NewEvidence, record_evidence
from alerting.storage.inbound import Inbound, confirm, keep_texts, known_texts, texts_owed
from alerting.storage.ledger import Transaction
from alerting.storage.senders import Call, households_expected, officers_called
from contacts.division import Tier

_REPORTS: Final = {
    Intent.EVACUATED: Report.EVACUATED,
    Intent.NEEDS_HELP: Report.NEEDS_HELP,
    Intent.STAYING: Report.STAYING,
    Intent.ELSEWHERE: Report.ELSEWHERE,
    Intent.RECEIVED: Report.RECEIVED,
}
_CONFIRMING: Final = frozenset({Intent.EVACUATED, Intent.RECEIVED})
"""What an officer who was called may write to confirm it: '1', or thanks."""
_ASKED: Final = {
    Routed.WHICH_ALERT: TextKind.WHICH_ALERT,
    Routed.WHICH_HOUSEHOLD: TextKind.QUESTION,
}
_TAKEN: Final = "text.taken"

Standings = dict[tuple[int, str], HouseholdStanding | None]


@dataclass(frozen=True, slots=True)
class Text:
    """A text that came in; `sender` is E.164."""

    provider_id: str
    sender: str
    body: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class _Taken:
    text: Text
    reply: Reply
    candidates: Sequence[Candidate]
    """Of the alerts that are open."""
    over: Sequence[Candidate]
    """All of them, where none of their alerts is followed any more."""
    route: Route
    calls: Sequence[Call]


async def acknowledge(desk: Desk, text: Text) -> None:
    """Take one text in; what comes twice is taken once."""
    await desk.ledger.write_item(take_texts, text)


def take_texts(transaction: Transaction, texts: Sequence[Text]) -> list[None]:
    """Take texts in, all that wait together."""
    connection = transaction.connection
    known = known_texts(connection, {text.provider_id for text in texts})
    new = {text.provider_id: text for text in texts if text.provider_id not in known}
    if new:
        senders = {text.sender for text in new.values()}
        expected = households_expected(connection, senders)
        called = officers_called(connection, senders)
        taken = [
            _take(text, expected.get(text.sender, []), called.get(text.sender, []))
            for text in new.values()
        ]
        keep_texts(connection, [_inbound(one) for one in taken])
        standings = _give_evidence(transaction, taken)
        _answer(transaction, taken, standings)
        _repeat_cancellations(transaction, taken)
        _confirm(transaction, taken)
    return [None] * len(texts)


def _take(text: Text, candidates: Sequence[Candidate], called: Sequence[Call]) -> _Taken:
    reply = read_reply(text.body)
    TEXTS_RECEIVED.labels(reply.intent).inc()
    still_open = [c for c in candidates if c.state is AlertState.OPEN]
    over = candidates if all(c.state in OVER for c in candidates) else ()
    calls = [call for call in called if reply.alert_code in {None, call.number}]
    if _only_confirms(reply, calls):
        chosen = Route((), Routed.OFFICER_CONFIRMS)
    else:
        chosen = route(reply, candidates)
    return _Taken(text, reply, still_open, over, chosen, calls)


def _only_confirms(reply: Reply, calls: Sequence[Call]) -> bool:
    """Whether a bare '1' answers the call to an officer, and says nothing of their own home."""
    bare = reply.intent is Intent.EVACUATED and reply.reason is Reason.KEY and reply.count is None
    return bare and any(not call.confirmed for call in calls)


def _inbound(one: _Taken) -> Inbound:
    first = one.route.targets[0] if one.route.targets else None
    return Inbound(
        provider_id=one.text.provider_id,
        sender=one.text.sender,
        body=one.text.body,
        received_at=one.text.received_at,
        intent=one.reply.intent,
        reason=one.reply.reason if first else one.route.reason,
        alert=first.alert if first else None,
        recipient=first.household if first else None,
    )


def _give_evidence(transaction: Transaction, taken: Sequence[_Taken]) -> Standings:
    items = [
        _evidence(one, target, report)
        for one in taken
        if (report := _REPORTS.get(one.reply.intent))
        for target in one.route.targets
    ]
    standings = record_evidence(transaction, items) if items else []
    return {item.key: standing for item, standing in zip(items, standings, strict=True)}


def _evidence(one: _Taken, target: Candidate, report: Report) -> NewEvidence:
    return NewEvidence(
        alert=target.alert,
        household=target.household,
        given_at=one.text.received_at,
        recorded_at=one.text.received_at,
        rung=Rung.OWN,
        given_by=one.text.sender,
        report=report,
        people=one.reply.count,
        channel=Channel.SMS,
        source=f"{one.text.provider_id}/{target.alert}/{target.household}",
        note=one.text.body,
    )


def _answer(transaction: Transaction, taken: Sequence[_Taken], standings: Standings) -> None:
    """Owe an answer to those who need one, once for each kind; a plain '1' needs none.

    "What is not understood goes to a person's queue and gets one answer, not a loop."
    """
    due = [(one, kind, to) for one in taken for kind, to in _answers_to(one, standings)]
    for kind in {kind for _, kind, _ in due}:
        keys = {(to.alert, to.household) for _, other, to in due if other is kind}
        answered = texts_owed(transaction.connection, kind, keys)
        for one, other, to in due:
            key = to.alert, to.household
            if other is kind and key not in answered:
                answered.add(key)
                _owe(transaction, one, kind, to, standings.get(key))


def _answers_to(one: _Taken, standings: Standings) -> list[tuple[TextKind, Candidate]]:
    if not one.route.targets:
        kind = _ASKED.get(one.route.reason)
        return [(kind, one.candidates[0])] if kind and one.candidates else []
    if one.reply.intent is Intent.UNCLEAR:
        return [(TextKind.QUESTION, target) for target in one.route.targets]
    if one.reply.intent is Intent.NEEDS_HELP:
        return [(TextKind.CONFIRM_HELP, target) for target in one.route.targets]
    return [
        (TextKind.CONFIRM_PARTIAL, target)
        for target in one.route.targets
        if (standing := standings.get((target.alert, target.household)))
        and standing.standing is Standing.PARTLY
    ]


def _owe(
    transaction: Transaction,
    one: _Taken,
    kind: TextKind,
    to: Candidate,
    standing: HouseholdStanding | None,
) -> None:
    # Whoever calls for help hears that it was heard, whatever became of the alert.
    answered = to.state is AlertState.OPEN or kind is TextKind.CONFIRM_HELP
    if not answered or to.expires <= one.text.received_at:
        return
    people = standing.people if standing else None
    codes = tuple(sorted({candidate.number for candidate in one.candidates}))
    facts = TextFacts(
        status=to.status,
        code=to.number if len(codes) > 1 else None,
        codes=codes,
        people=people.evacuated + people.elsewhere if people else None,
        missing=people.unaccounted if people else None,
    )
    body = compose(kind, to.language, facts)
    text = insert_text(transaction.connection, to.alert, kind, to.language, body)
    _send(transaction, one, text, to)


def _repeat_cancellations(transaction: Transaction, taken: Sequence[_Taken]) -> None:
    """Say once more that an alert is cancelled to who answers it; a call for help is none."""
    for one in taken:
        if one.reply.intent is Intent.NEEDS_HELP:
            continue
        newest = sorted(one.over, key=lambda candidate: -candidate.alert)[:1]
        for to in one.route.targets or newest:
            if to.state is AlertState.CANCELLED and to.expires > one.text.received_at:
                text = cancellation_to_repeat(
                    transaction.connection, to.alert, to.household, to.language
                )
                if text is not None:
                    _send(transaction, one, text, to)


def _send(transaction: Transaction, one: _Taken, text: int, to: Candidate) -> None:
    seq = transaction.append(
        to.alert, _TAKEN, one.text.received_at, division=to.division, subject=to.household
    )
    plan = Plan(to.alert, seq, due_at=one.text.received_at, expires_at=to.expires)
    owe_text(
        transaction.connection,
        plan,
        text,
        Addressee(Recipient.HOUSEHOLD, to.household, to.division, Tier.HOUSEHOLD, one.text.sender),
    )
    transaction.topics.add(("deliveries", to.division))


def _confirm(transaction: Transaction, taken: Sequence[_Taken]) -> None:
    heard = [call.to for one in taken if one.reply.intent in _CONFIRMING for call in one.calls]
    confirm(transaction, heard, Channel.SMS, max(one.text.received_at for one in taken))
