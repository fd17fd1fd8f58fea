"""Passes incoming texts to a runtime, and reads the results."""

from typing import Any

from sqlalchemy import select

from alerting.deliveries.tables import deliveries, texts
from alerting.replies.statements import IncomingText
from alerting.replies.tables import inbound
from alerting.replies.take import take_text
from alerting.roll.entries import entries
from alerting.roll.tables import evidence
from tests.support.city import QIANFO, household_code, household_phone
from tests.support.running import Workplace, message_id

HOME = household_code(QIANFO, 3)
PHONE = household_phone(QIANFO, 3)
NEIGHBOUR = household_code(QIANFO, 4)


async def says(work: Workplace, body: str, phone: str = PHONE, sid: str | None = None) -> str:
    """Receive an incoming text, and return the provider's id of the text."""
    provider_id = sid or message_id()
    await take_text(work.runtime, IncomingText(provider_id, phone, body, work.runtime.clock.now()))
    return provider_id


def given(work: Workplace) -> list[Any]:
    """Return the recorded evidence: household, rung, source, report, people."""
    e = evidence.c
    return work.rows(select(e.household, e.rung, e.given_by, e.report, e.people).order_by(e.id))


def answers(work: Workplace, phone: str = PHONE) -> list[tuple[str, str]]:
    """Return kind and body of each queued answer to a phone, in order."""
    rows = work.rows(
        select(texts.c.kind, texts.c.body)
        .join(deliveries, deliveries.c.text == texts.c.id)
        .where(deliveries.c.number == phone, texts.c.kind.not_in(("alert", "call")))
        .order_by(deliveries.c.id)
    )
    return [(kind, body) for kind, body in rows]


def kinds(work: Workplace, phone: str = PHONE) -> list[str]:
    return [kind for kind, _ in answers(work, phone)]


def queue(work: Workplace) -> list[Any]:
    """Return body, reason, alert and recipient of the texts that wait for an officer."""
    i = inbound.c
    return work.rows(
        select(i.body, i.reason, i.alert, i.recipient).where(i.waits).order_by(i.received_at)
    )


def standing(work: Workplace, household: str = HOME, alert: int = 1) -> str:
    found = work.runtime.database.look(lambda db: entries(db, {(alert, household)}))
    return str(found[alert, household].standing.standing)
