"""Test texts that administrators send to their own phone to try a provider.

They belong to no alert and are not counted in any. Each is sent at most once.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, or_, select, update

from alerting.deliveries.channel import Answer, Content, Message
from alerting.deliveries.rules.delivery import DeliveryState, merge
from alerting.deliveries.tables import phone_tests
from alerting.errors import TooManyError
from alerting.messages.text import ComposedText, TextKind
from contacts.directory import Officer

EVERY: Final = timedelta(minutes=1)
"""Shortest time between two tests of one officer."""

LASTS: Final = timedelta(minutes=5)
"""Validity of a test: after this time it is not sent any more."""

_KEPT: Final = timedelta(days=1)

_TESTS: Final = phone_tests.c

_WAITING: Final = (
    _TESTS.token,
    _TESTS.number,
    _TESTS.language,
    _TESTS.body,
    _TESTS.facts,
)


@dataclass(frozen=True, slots=True)
class PhoneTest:
    """A test text with its progress so far."""

    token: str
    provider: str
    asked_at: datetime
    started_at: datetime | None
    outcome: str | None
    failure: str | None
    error_code: int | None
    reported: str | None
    reported_at: datetime | None


_COLUMNS: Final = tuple(phone_tests.c[name] for name in PhoneTest.__dataclass_fields__)


def ask_test(
    connection: Connection,
    whom: Officer,
    provider: str,
    language: str,
    text: ComposedText,
    now: datetime,
) -> str:
    """Queue a test text to the officer's first phone; return the test's token.

    Raises:
        IndexError: if the officer has no phone.
        TooManyError: if the officer asked for a test less than a minute ago.
    """
    connection.execute(delete(phone_tests).where(_TESTS.asked_at < now - _KEPT))
    lately = _TESTS.officer == whom.id, _TESTS.asked_at > now - EVERY
    if connection.execute(select(_TESTS.token).where(*lately).limit(1)).first() is not None:
        raise TooManyError(
            "you asked for a test text less than a minute ago: wait for its receipt",
            "不到一分钟前您已要过测试短信：请等回执",
        )
    token = f"phone-test-{uuid4()}"
    row = {"token": token, "officer": whom.id, "provider": provider, "number": whom.phones[0]}
    frozen = {"language": language, "body": text, "facts": json.dumps(text.facts)}
    connection.execute(insert(phone_tests).values(row | frozen | {"asked_at": now}))
    return token


def any_test_waits(connection: Connection, provider: str, now: datetime) -> bool:
    """Return whether a test waits to be sent by this provider."""
    return connection.execute(select(_TESTS.token).where(*_due(provider, now))).first() is not None


def take_tests(connection: Connection, provider: str, now: datetime) -> list[Message]:
    """Mark the tests that wait for this provider as handed over, and return them."""
    query = select(*_WAITING).where(*_due(provider, now)).with_for_update(skip_locked=True)
    rows = connection.execute(query).all()
    taken = _TESTS.token.in_([row.token for row in rows])
    connection.execute(update(phone_tests).where(taken).values(started_at=now))
    return [_message(row) for row in rows]


def settle_test(connection: Connection, token: str, answer: Answer) -> None:
    """Store the provider's answer to a test; keep a receipt that came before the answer."""
    settled = {
        "outcome": answer.kind,
        "failure": answer.failure,
        "error_code": answer.error_code,
        "provider_id": answer.provider_id,
    }
    connection.execute(update(phone_tests).where(_TESTS.token == token).values(settled))


def report_test(
    connection: Connection, token: str, state: DeliveryState, code: int | None, now: datetime
) -> bool:
    """Store a receipt for a test; return False if no test has this token.

    A receipt never lowers the rank of the state reported before.
    """
    query = select(_TESTS.reported, _TESTS.error_code).where(_TESTS.token == token)
    row = connection.execute(query.with_for_update()).one_or_none()
    if row is None:
        return False
    merged = merge(DeliveryState(row.reported), state) if row.reported else state
    if merged != row.reported:
        told = {"reported": merged, "reported_at": now, "error_code": code or row.error_code}
        connection.execute(update(phone_tests).where(_TESTS.token == token).values(told))
    return True


def named_test(connection: Connection, provider: str, names: tuple[str, ...]) -> Any | None:
    """Return the test whose token or provider's id is among `names`, or None."""
    columns = _TESTS.token, _TESTS.body, _TESTS.number
    named = or_(_TESTS.token.in_(names), _TESTS.provider_id.in_(names))
    return connection.execute(select(*columns).where(_TESTS.provider == provider, named)).first()


def latest_tests(connection: Connection, officer: str) -> dict[str, PhoneTest]:
    """Return the officer's latest test of each provider, by provider name."""
    query = select(*_COLUMNS).where(_TESTS.officer == officer).order_by(_TESTS.asked_at)
    return {row.provider: PhoneTest(*row) for row in connection.execute(query)}


def _due(provider: str, now: datetime) -> tuple[Any, ...]:
    waits = _TESTS.provider == provider, _TESTS.started_at.is_(None)
    return (*waits, _TESTS.asked_at > now - LASTS)


def _message(row: Any) -> Message:
    content = Content(TextKind.ALERT, row.language, json.loads(row.facts))
    return Message(row.number, row.body, row.token, int(LASTS.total_seconds()), content)
