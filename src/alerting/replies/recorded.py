"""Texts that acknowledge officers' reports, at most one text a minute for each officer."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, func, select, update

from alerting.cap.lifecycle import AlertState
from alerting.deliveries.outbox import Addressee, Plan
from alerting.deliveries.plan import owe_text
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.tables import deliveries, texts
from alerting.deliveries.texts import insert_text
from alerting.ledger.events.households import TextAnswered
from alerting.ledger.writer import Transaction
from alerting.messages.parts import Limit, Rest, in_parts
from alerting.messages.text import TextFacts, TextKind, language_for
from alerting.policy.sections import Channel
from alerting.replies.rules.routing import Candidate, shortest_ends
from alerting.replies.statements import ReadText
from alerting.roll.rules.evidence import RUNG, Rung
from alerting.roll.tables import evidence
from contacts.directory import Officer
from contacts.tables import Instant

_APART: Final = timedelta(minutes=1)

_ONE_TEXT: Final = Limit(1, Rest.ON_BOARD)

_KINDS: Final = (TextKind.REPORTS_RECORDED, TextKind.UNVERIFIED, TextKind.CODES_REFUSED)

_MINE: Final = (
    select(deliveries.c.id)
    .join(texts, texts.c.id == deliveries.c.text)
    .where(
        texts.c.kind.in_(_KINDS),
        deliveries.c.alert == bindparam("alert"),
        deliveries.c.recipient == bindparam("officer"),
    )
)

_WAITING: Final = _MINE.where(deliveries.c.state == DeliveryState.QUEUED).limit(1)

_LAST_DUE: Final = _MINE.where(deliveries.c.state != DeliveryState.QUEUED).with_only_columns(
    func.max(deliveries.c.due_at, type_=Instant)
)


def acknowledge_reports(transaction: Transaction, taken: Sequence[ReadText]) -> None:
    """For each officer, insert one text with the households reported since the officer's last text.

    If reports on some of the officer's doors lack a valid code, the text names only those doors.
    The text is sent at the earliest a minute after the last, and further reports are added to it
    until then. So a forged number cannot make us send more than one text a minute. Households that
    do not fit into the text are only counted.
    """
    for one in taken:
        reported = {
            (target.alert, statement.officer.id): (statement.officer, target)
            for statement in one.statements
            if statement.officer and statement.named and statement.report
            for target in statement.route.targets
            if target.state is AlertState.OPEN and target.expires > one.text.received_at
        }
        for officer, target in reported.values():
            _acknowledge(transaction, one, officer, target)


def _acknowledge(
    transaction: Transaction, one: ReadText, officer: Officer, target: Candidate
) -> None:
    connection, now, alert = transaction.connection, one.text.received_at, target.alert
    mine = {"alert": alert, "officer": officer.id}
    waiting = connection.execute(_WAITING, mine).scalar()
    last: datetime | None = connection.execute(_LAST_DUE, mine).scalar()
    households = _reported(connection, alert, (officer.id, one.text.sender), last)
    unverified = _unverified(one, officer, alert, _reported(connection, alert, (officer.id,), last))
    kind = TextKind.REPORTS_RECORDED
    if unverified:
        kind = TextKind.CODES_REFUSED if one.proof.is_refused else TextKind.UNVERIFIED
    ends = shortest_ends(unverified or list(households))
    issuer = transaction.policy.issuer.at(officer.division)

    def facts(some: Sequence[str]) -> TextFacts:
        return TextFacts(
            status=target.status, issuer=issuer, count=len(ends), listed=" ".join(some)
        )

    language = language_for(officer.language)
    (body,) = in_parts(kind, language, list(ends.values()), facts, _ONE_TEXT)
    frozen = insert_text(connection, alert, kind, language, body)
    if waiting is not None:
        connection.execute(update(deliveries).where(deliveries.c.id == waiting).values(text=frozen))
        return
    seq = transaction.append(
        alert, TextAnswered(), now, division=officer.division, subject=officer.id
    )
    due = now if last is None else max(now, last + _APART)
    plan = Plan(alert, seq, due_at=due, expires_at=target.expires)
    owe_text(transaction, plan, frozen, Addressee.officer(officer, one.text.sender))


def _unverified(
    one: ReadText, officer: Officer, alert: int, reported: Mapping[str, Rung]
) -> list[str]:
    """Return the reported households, among the officer's doors, whose reports lack a valid code.

    A report with the code would weigh as the officer's. Without it, a report weighs as a
    neighbour's.
    """
    return [
        household
        for household, rung in reported.items()
        if rung < RUNG[officer.role] and (alert, household) in one.sender.doors
    ]


def _reported(
    connection: Connection, alert: int, givers: Sequence[str], since: datetime | None
) -> dict[str, Rung]:
    """Return the households reported by text after `since`, each with its highest rung."""
    asked = {"alert": alert, "givers": givers, "since": since}
    rows = connection.execute(_REPORTED if since is None else _REPORTED_SINCE, asked)
    return {household: Rung(rung) for household, rung in rows}


# `+ 0` stops SQLite from using the index by alert, with which it would read all evidence of the
# alert for each report. The index by giver reads only the officer's.
_REPORTED: Final = (
    select(evidence.c.household, func.max(evidence.c.rung))
    .where(
        evidence.c.alert + 0 == bindparam("alert"),
        evidence.c.given_by.in_(bindparam("givers", expanding=True)),
        evidence.c.channel == Channel.SMS,
    )
    .group_by(evidence.c.household)
    .order_by(evidence.c.household)
)

_REPORTED_SINCE: Final = _REPORTED.where(
    evidence.c.recorded_at > bindparam("since", type_=evidence.c.recorded_at.type)
)
