"""Sends lists of door tasks to officers by text, and reads the reply codes in them."""

import re

from sqlalchemy import select

from alerting.deliveries.tables import deliveries, texts
from alerting.doors.notify import tell_doors
from alerting.doors.rules import Cause
from alerting.doors.tasks import Door, assign
from alerting.ledger.writer import Transaction
from contacts.division import village_of
from tests.support.city import NOW
from tests.support.running import Workplace


def send_to_doors(work: Workplace, *households: str, officer: str = "grid", alert: int = 1) -> str:
    """Assign doors to an officer, text them the list, and return its reply code."""
    with work.runtime.database.writer.begin() as connection:
        transaction = Transaction(connection, work.runtime.policy)
        doors = [
            Door(alert, each, village_of(each), officer, Cause.SILENT, NOW) for each in households
        ]
        assign(transaction, doors, NOW)
        tell_doors(transaction, NOW)
        transaction.flush()
    return door_code(work, officer)


def door_code(work: Workplace, officer: str) -> str:
    """Return the reply code in an officer's latest list of doors."""
    newest = (
        select(texts.c.body)
        .join(deliveries, deliveries.c.text == texts.c.id)
        .where(texts.c.kind == "doors", deliveries.c.recipient == officer)
        .order_by(deliveries.c.id.desc())
        .limit(1)
    )
    ((body,),) = work.rows(newest)
    (code,) = re.findall(r"#(\d{4})(?!\d)", body)
    return str(code)
