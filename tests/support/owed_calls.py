"""Queues phone calls as escalation does, for tests of their outcomes."""

import itertools
from typing import Final

from sqlalchemy import select

from alerting.deliveries.outbox import Addressee, Plan
from alerting.deliveries.plan import owe_call
from alerting.deliveries.rules.forecast import Priority, Recipient
from alerting.deliveries.tables import attempts, deliveries
from alerting.deliveries.texts import insert_text
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.messages.speech import SpeechKind, compose_speech
from alerting.messages.text import TextFacts
from alerting.policy.sections import Channel
from alerting.runtime import Runtime
from contacts.division import Tier
from tests.support.city import POLICY, QIANFO, household_code

HOME: Final = household_code(QIANFO, 1)
FACTS: Final = TextFacts(
    status="Exercise", issuer=POLICY.issuer.at(QIANFO), action="立即撤离", place="千佛村",
    hazard="滑坡 & <泥石流>", time="05:10",
    assembly_point="村小学", households=10, people=24,
)  # fmt: skip
_numbers = itertools.count(1)


def nobodys_phone() -> str:
    """Return a number that no other test calls."""
    return f"+8610008{next(_numbers):06d}"


def household(number: str, code: str = HOME) -> Addressee:
    """Return a household with this phone number as an addressee."""
    return Addressee(Recipient.HOUSEHOLD, code, QIANFO, Tier.HOUSEHOLD, number)


def officer(number: str, officer_id: str = "grid") -> Addressee:
    """Return an officer with this phone number as an addressee."""
    return Addressee(Recipient.OFFICER, officer_id, QIANFO, Tier.VILLAGE, number)


async def owe(runtime: Runtime, alert: int, to: Addressee, language: str = "zh") -> None:
    """Queue a phone call about an alert, and wake the dispatcher."""
    await runtime.ledger.write(lambda t: _owe(runtime, t, alert, to, language))


def _owe(
    runtime: Runtime, transaction: Transaction, alert: int, to: Addressee, language: str
) -> None:
    connection = transaction.connection
    kind = SpeechKind.ALERT if to.kind is Recipient.HOUSEHOLD else SpeechKind.CALL
    text = insert_text(connection, alert, kind, language, compose_speech(kind, language, FACTS))
    expires = connection.execute(select(alerts.c.expires).where(alerts.c.id == alert)).scalar_one()
    plan = Plan(alert, 1, due_at=runtime.clock.now(), expires_at=expires)
    owe_call(transaction, plan, text, to, Priority.OFFICER)


CALLS: Final = (
    select(
        deliveries.c.state,
        deliveries.c.attempts,
        deliveries.c.number,
        attempts.c.token,
        attempts.c.provider_id,
    )
    .join(attempts, attempts.c.delivery == deliveries.c.id)
    .where(deliveries.c.channel == Channel.VOICE)
    .order_by(attempts.c.number)
)
"""The query for every attempt at a phone call, with its delivery's state."""
