"""A stolen database without its key reveals no phone, name, vulnerability or token."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, select
from sqlmodel import SQLModel

from alerting.deliveries.texts import tokens_of
from alerting.replies.tables import inbound
from alerting.roll.tables import evidence, roll
from contacts.roster.importing import import_households, import_officers
from contacts.tables import OFFICERS as PEOPLE
from contacts.tables import SIGN_IN_LINKS
from tests.support.city import NOW, QIANFO
from tests.support.running import Running, message_id

HOME = f"{QIANFO}0777"
PHONE, STRANGER = "+8613900000771", "+8613900000772"
HOUSEHOLDS = f"""code,division,address,head,headcount,phones,language,vulnerable,officer,persons
{HOME},{QIANFO},七星巷77号,欧阳见证,2,{PHONE},zh,disabled;pregnant,canary,欧阳见证;司徒见证
"""
OFFICERS = f"""id,name,role,division,phones
canary,尉迟见证,grid_officer,{QIANFO},+8613900000773
"""
CANARIES = (
    *("1390000077", "139-0000-0779"),
    *("欧阳见证", "司徒见证", "尉迟见证", "上官见证", "七星巷", "塔吊下"),
    *("disabled", "pregnant", "example.org/picture"),
)


async def fill(service: Running) -> list[str]:
    """Store canary values through every input, and return the tokens that were issued."""
    ledger = service.runtime.ledger
    await ledger.write(
        lambda tx: import_officers(tx.connection, StringIO(OFFICERS), ["zh"], now=NOW)
    )
    await ledger.write(
        lambda tx: import_households(tx.connection, StringIO(HOUSEHOLDS), ["zh"], now=NOW)
    )
    alert = await service.raised("informant", QIANFO)
    await service.text(PHONE, "2 我是欧阳见证, 打139-0000-0779")
    await service.text(STRANGER, "救命 我是上官见证, 在七星巷")
    await service.text("+8613900000774", "家里老人欧阳见证, 电话13900000775")
    picture = {"NumMedia": "1", "MediaUrl0": "https://example.org/picture", "Body": ""}
    await service.form("/twilio/sms", {"MessageSid": message_id(), "From": STRANGER} | picture)
    key = alert["id"], HOME
    token = (await ledger.write(lambda tx: tokens_of(tx.connection, {key})))[key]
    async with service.session.post(
        f"{service.url}/h/{token}", data={"answer": "2", "people": "2", "page": "one"}
    ) as tapped:
        assert tapped.status == 200
    path, report = f"/api/alerts/{alert['id']}", {"report": "needs_help", "note": "塔吊下"}
    status, _ = await service.post(f"{path}/evidence", "grid", {"household": HOME} | report)
    assert status == 200
    visitors = {"division": QIANFO, "name": "上官见证", "people": 2, "address": "塔吊下"}
    status, _ = await service.post(f"{path}/visitors", "grid", visitors | report)
    assert status == 201
    await service.post("/api/sign-in", None, {"officer": "canary"})
    return [token, *(await service.until(select(SIGN_IN_LINKS.c.unsent), bool))[0]]


def bytes_of(url: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of each file of SQLite, or of each table in a dump of PostgreSQL."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        for file in Path(address.database or "").parent.glob("alerting.db*"):
            yield file.name, file.read_bytes()
        return
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        for table in SQLModel.metadata.tables:
            with connection.cursor().copy(f"COPY {table} TO STDOUT".encode()) as copied:
                yield table, b"".join(bytes(block) for block in copied)


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_stolen_database_contains_no_canary(service: Running, database_url: str) -> None:
    tokens = await fill(service)
    assert len(tokens) == 2
    known = "\n".join(
        str(row)
        for table in (PEOPLE, roll, inbound, evidence)
        for row in service.rows(select(table))
    )
    assert not [canary for canary in CANARIES if canary not in known and not canary.isdigit()]
    for name, held in bytes_of(database_url):
        for canary in (*CANARIES, *tokens):
            for written in {canary, json.dumps(canary).strip('"')}:
                assert written.encode() not in held, f"{canary} in {name}"
