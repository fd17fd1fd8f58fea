"""Text officers about their new door tasks; tasks that become due together share one text.

Each text has a new random code of four digits. A phone number can be forged, so a report by text
counts as the officer's only if it repeats the code from the officer's phone.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Final

from sqlalchemy import Connection

from alerting.deliveries.outbox import Plan
from alerting.deliveries.places import short_names
from alerting.deliveries.plan import notify_in_parts
from alerting.doors.rules import DOOR_CODE_DIGITS
from alerting.doors.tasks import Task, mark_told, untold
from alerting.ledger.alerts import StoredAlert, stored
from alerting.ledger.events.officers import TasksTold
from alerting.ledger.writer import Transaction
from alerting.messages.parts import Limit, Rest, in_parts
from alerting.messages.text import ComposedText, TextFacts, TextKind
from alerting.policy.issuer import Issuer
from alerting.roll.escalation import households_due
from contacts.directory import officers_named
from contacts.division import number_of

_AT_ONCE: Final = 1_000

_AT_MOST: Final = Limit(5, Rest.ON_DOORS)


def tell_doors(transaction: Transaction, now: datetime) -> int:
    """Queue texts that tell officers their new door tasks; return the number of these tasks."""
    connection = transaction.connection
    if households_due(connection, now, 1):
        return 0  # More tasks are about to be assigned, and one text should name them all.
    waiting = untold(connection, now, _AT_ONCE)
    for alert, told in groupby(waiting, key=lambda task: task.alert):
        _tell(transaction, stored(connection, alert), list(told), now)
    return len(waiting)


def _tell(
    transaction: Transaction, alert: StoredAlert, told: Sequence[Task], now: datetime
) -> None:
    connection = transaction.connection
    officers = officers_named(connection, {task.officer for task in told if task.officer})
    by_officer = groupby(told, key=lambda task: task.officer)
    for officer, doors in ((officers.get(id_ or ""), list(tasks)) for id_, tasks in by_officer):
        code = f"{secrets.randbelow(10**DOOR_CODE_DIGITS):0{DOOR_CODE_DIGITS}}"
        mark_told(connection, doors, code, now)
        if officer is None:
            # The officer has left the roster, so the household's ladder sends another officer.
            continue
        issuer = transaction.policy.issuer.at(officer.division)
        texts = partial(_texts, connection, alert, issuer, doors, code)
        seq = transaction.append(
            alert.id,
            TasksTold(doors=len(doors)),
            now,
            division=officer.division,
            subject=officer.id,
        )
        plan = Plan(alert.id, seq, due_at=now, expires_at=alert.expires)
        notify_in_parts(transaction, plan, TextKind.DOORS, texts, [officer])


def _texts(
    connection: Connection,
    alert: StoredAlert,
    issuer: Issuer,
    doors: Sequence[Task],
    code: str,
    language: str,
) -> list[ComposedText]:
    divisions = sorted({door.division for door in doors})
    names = short_names(connection, divisions, language) if len(divisions) > 1 else {}

    def facts(some: Sequence[Task]) -> TextFacts:
        return TextFacts(
            status=alert.status,
            issuer=issuer,
            count=len(some),
            listed=_numbers(some, names),
            reply_code=code,
        )

    by_place = sorted(doors, key=lambda door: door.division)
    return in_parts(TextKind.DOORS, language, by_place, facts, _AT_MOST)


def _numbers(doors: Sequence[Task], names: Mapping[str, str]) -> str:
    """Return the households' numbers, after the name of their village if there are several.

    The result reads like "001 002" or "Qianfo 001 002 Next 003".
    """
    words: list[str] = []
    for division, there in groupby(doors, key=lambda door: door.division):
        words += [names[division]] if names else []
        words += (number_of(door.household) for door in there)
    return " ".join(words)
