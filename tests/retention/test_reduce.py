"""A reduced alert has no personal data, its numbers are unchanged, and its log still verifies."""

import io
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest
from sqlalchemy import Column, String, insert, make_url, select, type_coerce, update
from sqlmodel import SQLModel

from alerting.accounting.audit import Audit, verify
from alerting.accounting.report import Finding, report
from alerting.alerts.correct import cancel
from alerting.deliveries.tables import links
from alerting.deliveries.texts import tokens_of
from alerting.ledger.alerts import stored
from alerting.ledger.tables import events
from alerting.replies.tables import inbound
from alerting.report.export import write_export
from alerting.report.facts import Facts
from alerting.report.proof import Proof, prove
from alerting.retention.households import reduce_households
from alerting.retention.reduce import due_alerts, reduce_due, reduce_strangers
from alerting.roll.rules.evidence import Report
from alerting.roll.tables import roll
from alerting.security_log.tables import security_events
from contacts.encryption.columns import encrypted_in
from contacts.tables import HOUSEHOLDS
from tests.report.conftest import HELPED, NAMED, STAYING, play
from tests.support.city import CITY, POLICY, QIANFO, after, household_code, household_phone
from tests.support.closed_alert import AfterZero, raised
from tests.support.reports import facts_for
from tests.support.running import message_id, workplace

ENDED: Final = after(600)
LATER: Final = ENDED + timedelta(days=181)
STRANGER: Final = "+8613900000772"
CANARIES: Final = ("欧阳见证", "司徒见证", "七星巷", "disabled", "塔吊下", "误报见证", STRANGER)
ROSTER: Final = ("divisions", "officer", "household_phones", "households", "past_officers")
"""Prefixes of the names of tables that do not belong to an alert."""


@pytest.fixture
async def ended(database_url: str) -> AsyncIterator[AfterZero]:
    """Yield a cancelled alert with recognisable personal data in every column that can hold it."""
    async with workplace(database_url) as work:
        there = HOUSEHOLDS.c.division == QIANFO
        canaries = {"head": "欧阳见证", "address": "七星巷", "vulnerable": "disabled"}
        work.change(update(HOUSEHOLDS).where(there).values(**canaries))
        named = HOUSEHOLDS.c.code == household_code(QIANFO, NAMED)
        work.change(update(HOUSEHOLDS).where(named).values(persons="司徒见证;张二;张三;张四"))
        alert = await raised(work)
        await play(alert)
        home = household_code(QIANFO, HELPED)
        finding = Finding(home, Report.EVACUATED, None, None, "塔吊下", message_id())
        await report(alert.runtime(after(330)), work.somebody("grid"), alert.alert, finding)
        await alert.text(1, "1 欧阳见证", after(340))
        tokens = {(alert.alert, home)}
        await work.runtime.ledger.write(lambda tx: tokens_of(tx.connection, tokens))
        work.change(insert(inbound).values(strangers_text()))
        await cancel(alert.runtime(ENDED), work.somebody("commander"), alert.alert, "误报见证")
        yield alert


def strangers_text() -> dict[str, Any]:
    read = {"intent": "unclear", "reason": "nothing_understood", "waits": True}
    came = {"provider_id": "SM0", "sender": STRANGER, "body": "塔吊下", "received_at": ENDED}
    return came | read


def reduce(alert: AfterZero) -> int:
    """Reduce all ended alerts; return how many rows changed."""
    engine = alert.work.runtime.database.writer
    rows = sum(changed for _, changed in reduce_due(engine, POLICY, LATER, LATER))
    return rows + reduce_strangers(engine, LATER)


def audit(alert: AfterZero) -> Audit:
    return alert.work.runtime.database.look(verify)


def proven(alert: AfterZero) -> Proof:
    lines: list[str] = []
    alert.work.runtime.database.look(
        lambda db: write_export(db, stored(db, alert.alert), POLICY.issuer, LATER, lines.append)
    )
    return prove(io.BytesIO("".join(lines).encode()))


def numbers(facts: Facts) -> list[Any]:
    """Return the facts of a report, without the names of households."""
    outcomes = [(each.kept, each.resolver) for each in facts.help]
    stayed = [(each.division, each.people, each.officer) for each in facts.stayed]
    moments = [(each.at, each.first.kind, each.count) for each in facts.moments]
    sums = (facts.accounts, facts.reached, facts.points, facts.sent, facts.calls, facts.doors)
    return [*sums, outcomes, stayed, moments, facts.dark, facts.raised_by]


def personal(alert: AfterZero) -> str:
    """Return the decrypted content of all encrypted columns outside the roster."""
    columns = encrypted_columns(lambda name: not name.startswith(ROSTER))
    return "\n".join(row[0] for column in columns for row in alert.rows(select(column)) if row[0])


def encrypted(alert: AfterZero) -> set[tuple[str, str]]:
    """Return a (table, ciphertext) pair for each encrypted value in the database."""
    return {
        (column.table.name, row[0])
        for column in encrypted_columns(lambda _: True)
        for row in alert.rows(select(type_coerce(column, String)))
        if row[0]
    }


def encrypted_columns(wanted: Callable[[str], bool]) -> list[Column[Any]]:
    tables = [table for table in SQLModel.metadata.sorted_tables if wanted(table.name)]
    return [table.c[name] for table in tables for name in encrypted_in(table.c)]


async def test_no_personal_data_is_left(ended: AfterZero, database_url: str) -> None:
    phones = [household_phone(QIANFO, number) for number in range(1, 10)]
    before, stood = personal(ended), encrypted(ended)
    assert not [each for each in (*CANARIES, phones[0]) if each not in before]
    reduce(ended)
    left = encrypted(ended)
    gone = {value for _, value in stood} - {value for _, value in left}
    tables = {table for table, _ in stood - left}
    assert tables >= {"roll", "evidence", "events", "texts", "deliveries", "inbound", "links"}
    held = bytes_of(ended, database_url)
    assert not [value for value in gone if value.encode() in held]
    listed = {household_code(QIANFO, number) for number in (STAYING, HELPED)}
    heads = dict(ended.rows(select(roll.c.household, roll.c.head)))
    assert {code for code, head in heads.items() if head} == listed
    # The report keeps the names of these two households.
    ended.work.change(update(roll).values(head="", address=""))
    assert not [each for each in (*CANARIES, *phones) if each in personal(ended)]
    assert ended.rows(select(links)) == []
    assert ended.rows(select(inbound.c.waits).distinct()) == [(False,)]


def bytes_of(alert: AfterZero, url: str) -> bytes:
    """Return the raw bytes of the database files; for PostgreSQL, of a dump."""
    if make_url(url).get_backend_name() == "sqlite":
        with closing(sqlite3.connect(make_url(url).database or "")) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        folder = Path(make_url(url).database or "").parent
        return b"".join(file.read_bytes() for file in folder.glob("*.db*"))
    with psycopg.connect(url.replace("+psycopg", "")) as connection, connection.cursor() as cursor:
        found = b""
        for table in SQLModel.metadata.tables:
            with cursor.copy(f"COPY {table} TO STDOUT".encode()) as copied:
                found += b"".join(bytes(block) for block in copied)
        return found


async def test_numbers_stay_the_same_and_the_log_verifies(ended: AfterZero) -> None:
    before, proof_before = numbers(facts_for(ended, CITY)), proven(ended)
    look = ended.work.runtime.database.look
    assert look(lambda db: due_alerts(db, ENDED)) == []
    assert reduce(ended) > 0
    assert reduce(ended) == 0
    assert numbers(facts_for(ended, CITY)) == before
    audited, proof = audit(ended), proven(ended)
    assert (audited.differences, proof.faults) == ((), ())
    assert (proof.accounts, proof.reached) == (proof_before.accounts, proof_before.reached)
    assert proof.reduced == audited.reduced > 0
    (told,) = ended.rows(select(security_events.c.detail).where(REDUCED))
    assert told[0].startswith(f"alert {ended.alert}: ")


REDUCED: Final = security_events.c.kind == "personal_data_reduced"


async def test_log_verifies_between_transactions_and_accepts_new_entries(ended: AfterZero) -> None:
    await ended.work.runtime.ledger.write(lambda tx: reduce_households(tx, ended.alert, LATER))
    assert audit(ended).differences == ()
    assert reduce(ended) > 0
    grid = ended.work.somebody("grid")
    finding = Finding(household_code(QIANFO, 2), Report.STAYING, 1, None, "塔吊下", message_id())
    await report(ended.runtime(LATER), grid, ended.alert, finding)
    assert "塔吊下" in personal(ended)
    assert reduce(ended) > 0
    assert "塔吊下" not in personal(ended)
    assert audit(ended).differences == ()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_entry_marked_as_reduced_by_a_forger_is_a_fault(ended: AfterZero) -> None:
    reduce(ended)
    reduced = select(events.c.seq).where(events.c.commitment.is_not(None)).order_by(events.c.seq)
    seq = ended.rows(reduced)[0].seq
    left = "the entries that it says were reduced differ"
    untold = {"payload": '{"divisions":[]}', "salt": "", "commitment": "0" * 64}
    for entry, changed, found in (
        (seq, {"payload": "{}"}, left),
        (seq, {"commitment": None}, left),
        (seq, {"commitment": "0" * 64}, None),
        (1, untold, "no entry tells of it"),
    ):
        (row,) = ended.rows(select(events).where(events.c.seq == entry))
        ended.work.change(update(events).where(events.c.seq == entry).values(changed))
        rebuilt = [each.rebuilt for each in audit(ended).differences]
        assert rebuilt
        assert found is None or found in rebuilt
        assert proven(ended).faults
        before = {name: row._mapping[name] for name in changed}
        ended.work.change(update(events).where(events.c.seq == entry).values(before))
        assert audit(ended).differences == ()
