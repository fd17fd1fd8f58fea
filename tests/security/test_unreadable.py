"""A damaged row in every table does not stop texts, escalation or pages."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, String, Table, and_, literal, select, type_coerce, update
from sqlmodel import SQLModel
from structlog.testing import capture_logs

from alerting.escalation.loop import STEPS
from alerting.ledger.writer import Transaction
from alerting.roll.tables import evidence
from contacts.encryption.columns import Encrypted, encrypted_in
from tests.support.city import QIANFO, household_code, household_phone, officer_phone
from tests.support.running import Running

FOR_COMMANDERS = (
    "/api/alerts",
    "/api/texts",
    "/api/tasks",
    f"/api/divisions/{QIANFO}/roll.pdf",
    *(
        f"/api/alerts/1{part}"
        for part in (
            "",
            "/log",
            "/households",
            "/help-cases",
            "/tasks",
            "/officers",
            "/sending",
            "/log.jsonl",
            "/report.xlsx",
            "/prediction",
            "/next-steps",
        )
    ),
)

FOR_ADMINISTRATORS = (
    "/api/office/households",
    "/api/office/officers",
    "/api/office/divisions",
    "/api/office/duty",
    "/api/office/hazard-points",
    "/api/administration",
    "/api/security-events",
)
PAGES = [
    *((page, "commander") for page in FOR_COMMANDERS),
    *((page, "administrator") for page in FOR_ADMINISTRATORS),
]


def damage(connection: Connection) -> None:
    """Make the encrypted values in the first row of each table undecryptable."""
    for table in SQLModel.metadata.sorted_tables:
        if encrypted := encrypted_in(table.c):
            _damage_row(connection, table, list(encrypted))


def _damage_row(connection: Connection, table: Table, names: list[str]) -> None:
    key = [_stored(each) for each in table.primary_key]
    if first := connection.execute(select(*key).order_by(*key).limit(1)).first():
        damaged: dict[str, Any] = {name: literal(f"AAAA {name}", String) for name in names}
        this = and_(*(column == value for column, value in zip(key, first, strict=True)))
        connection.execute(update(table).where(this).values(damaged))


def _stored(column: Any) -> Any:
    return type_coerce(column, String) if isinstance(column.type, Encrypted) else column


async def test_damaged_rows_do_not_stop_the_service(service: Running) -> None:
    await service.raised("informant", QIANFO)
    for home, words in ((1, "1"), (2, "2"), (3, "what now"), (4, "4")):
        await service.text(household_phone(QIANFO, home), words)
    await service.runtime.ledger.write(lambda tx: damage(tx.connection))
    with capture_logs() as logged:
        for home in range(1, 8):
            await service.text(household_phone(QIANFO, home), "1")
        await service.text(officer_phone("grid"), "0008 1")
        for hours in (0, 1, 4):
            now = service.runtime.clock.now() + timedelta(hours=hours)
            await service.runtime.ledger.write(partial(_escalate, now=now), own_transaction=True)
        answers = {page: await _status(service, page, caller) for page, caller in PAGES}
    assert {page: status for page, status in answers.items() if status != 200} == {}
    failures = [e["event"] for e in logged if e["log_level"] in {"error", "critical"}]
    assert set(failures) <= {"a stored value cannot be decrypted"}
    recorded = select(evidence.c.household).where(evidence.c.report == "evacuated")
    heard = {row.household for row in service.rows(recorded)}
    assert {household_code(QIANFO, home) for home in (2, 3, 4, 5, 6, 7)} <= heard


def _escalate(transaction: Transaction, now: datetime) -> None:
    for step in STEPS:
        step(transaction, now)


async def _status(service: Running, page: str, caller: str) -> int:
    headers = {"Authorization": f"Bearer {service.tokens[caller]}"}
    async with service.session.get(service.url + page, headers=headers) as answer:
        return answer.status
