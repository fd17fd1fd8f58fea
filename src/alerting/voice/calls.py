"""Records what happens in phone calls: keys that people press, and the provider's callbacks."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from alerting.accounting.evidence import NewEvidence
from alerting.accounting.record import record_evidence
from alerting.cap.alert import Status
from alerting.cap.exercise import ExerciseSize
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.receipts import Receipt, record_receipts
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.tables import attempts, deliveries, texts
from alerting.errors import InvalidError, NotFoundError
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.messages.speech import SpeechKind, SpokenLine, compose_speech, read_speech
from alerting.messages.text import TextFacts
from alerting.metrics import RECEIPTS
from alerting.officer_calls.confirm import CalledOfficer, confirm
from alerting.policy.sections import Channel
from alerting.roll.rules.evidence import Report, Rung
from alerting.runtime import Runtime
from alerting.voice.rules import Meaning, Silence, meaning_of, silence, state_of_call

KEY: Final = "key "
"""The prefix of a receipt's status for a pressed key."""


@dataclass(frozen=True)
class Called:
    """A phone call: its recipient, its alert and its speech."""

    token: str
    alert: int
    status: Status
    state: AlertState
    sends_help: bool
    """False in an exercise in which nobody is sent to a call for help."""
    expires_at: datetime
    kind: Recipient
    recipient: str
    division: str
    number: str
    language: str
    speech: str


@dataclass(frozen=True, slots=True)
class _Word:
    """A key that a person pressed."""

    called: Called
    call_sid: str
    key: str
    meaning: Meaning | None
    at: datetime

    @property
    def report(self) -> Report | None:
        """The report that the key makes; None if it makes none."""
        is_home = self.called.kind is Recipient.HOUSEHOLD
        return self.meaning.report if is_home and self.meaning else None


async def find_call(runtime: Runtime, token: str) -> Called:
    """Return the phone call with an attempt's token.

    Raises:
        NotFoundError: if no phone call has this token.
    """
    # Reads are coalesced, because many people pick up at the same time.
    called = await runtime.database.read_together(calls_of, token)
    if called is None:
        raise no_call(token)
    return called


def no_call(token: str) -> NotFoundError:
    """Return the error for a token that no phone call has."""
    return NotFoundError(f"no call has the token {token!r}")


def line_of(runtime: Runtime, called: Called) -> SpokenLine | Silence:
    """Return the speech for the person who picks up, or the reason for saying nothing."""
    kept = silence(called.state, called.expires_at, runtime.clock.now())
    return kept or read_speech(called.speech)


async def take_key(runtime: Runtime, called: Called, call_sid: str, key: str) -> SpokenLine | None:
    """Record a pressed key; return the speech to answer with, or None if the key has no meaning.

    A key counts even if machine detection reported a machine. Detection makes mistakes, and
    voicemail does not press keys.
    """
    meaning = meaning_of(called.kind, key, sends_help=called.sends_help)
    word = _Word(called, call_sid, key, meaning, runtime.clock.now())
    await runtime.ledger.write_item(_take, word)
    return said(called, meaning.answer) if meaning else None


def said(called: Called, kind: SpeechKind) -> SpokenLine:
    """Return a speech of this kind, in the language of the phone call."""
    return read_speech(compose_speech(kind, called.language, TextFacts(status=called.status)))


async def record_call_status(
    runtime: Runtime,
    token: str,
    call_sid: str,
    status: str,
    answered_by: str,
    error_code: int | None,
) -> None:
    """Record a status callback. `answered_by` is empty if the callback does not say who answered.

    Raises:
        InvalidError: if the provider has no such status.
        NotFoundError: if no attempt has this token.
    """
    try:
        state = state_of_call(status)
    except ValueError as unknown:
        raise InvalidError("CallStatus", str(unknown)) from None
    RECEIPTS.labels(status).inc()
    # The receipt includes who answered, to explain why a completed call reached nobody.
    words = f"{status} {answered_by}".rstrip()
    receipt = Receipt(token, call_sid, state, words, error_code, runtime.clock.now())
    if not await runtime.ledger.write_item(record_receipts, receipt):
        raise NotFoundError(f"no attempt has the token {token!r}")


def _take(transaction: Transaction, words: Sequence[_Word]) -> list[None]:
    """Record pressed keys; a key that arrives twice is recorded once. Returns None for each."""
    transaction.lock([word.called.alert for word in words])
    record_receipts(transaction, [_receipt(word) for word in words])
    if items := [
        evidence_by_phone(word.called, word.report, word.at, word.call_sid, word.key)
        for word in words
        if word.report
    ]:
        record_evidence(transaction, items)
    confirming = [
        CalledOfficer(word.called.alert, word.called.recipient, word.called.division)
        for word in words
        if word.meaning
        and word.meaning.answer is SpeechKind.CONFIRMED
        and word.called.state is AlertState.OPEN
    ]
    confirm(transaction, confirming, Channel.VOICE, max(word.at for word in words))
    return [None] * len(words)


def _receipt(word: _Word) -> Receipt:
    return Receipt(
        word.called.token,
        word.call_sid,
        DeliveryState.DELIVERED if word.meaning else DeliveryState.SENT,
        f"{KEY}{word.key}",
        None,
        word.at,
    )


def evidence_by_phone(
    called: Called, report: Report, at: datetime, source: str, note: str = ""
) -> NewEvidence:
    """Return evidence that a household gave by phone; `source` is its idempotency key."""
    return NewEvidence(
        alert=called.alert,
        household=called.recipient,
        given_at=at,
        recorded_at=at,
        rung=Rung.OWN,
        given_by=called.number,
        report=report,
        people=None,
        channel=Channel.VOICE,
        source=source,
        note=note,
    )


def calls_of(connection: Connection, tokens: Collection[str]) -> dict[str, Called]:
    """Return the phone calls of these attempts by token; unknown tokens are left out."""
    rows = connection.execute(_CALLS, {"tokens": sorted(tokens)})
    return {row.token: _called(row) for row in rows}


_CALLS: Final = (
    select(
        attempts.c.token,
        deliveries.c.alert,
        alerts.c.status,
        alerts.c.state,
        alerts.c.exercise_size,
        deliveries.c.expires_at,
        deliveries.c.recipient_kind,
        deliveries.c.recipient,
        deliveries.c.division,
        deliveries.c.number,
        texts.c.language,
        texts.c.body,
    )
    .join(deliveries, deliveries.c.id == attempts.c.delivery)
    .join(alerts, alerts.c.id == deliveries.c.alert)
    .join(texts, texts.c.id == deliveries.c.text)
    .where(
        attempts.c.token.in_(bindparam("tokens", expanding=True)),
        deliveries.c.channel == Channel.VOICE,
    )
)


def _called(row: Any) -> Called:
    return Called(
        token=row.token,
        alert=row.alert,
        status=Status(row.status),
        state=AlertState(row.state),
        sends_help=row.exercise_size != ExerciseSize.ONE_PHONE,
        expires_at=row.expires_at,
        kind=Recipient(row.recipient_kind),
        recipient=row.recipient,
        division=row.division,
        number=row.number,
        language=row.language,
        speech=row.body,
    )
