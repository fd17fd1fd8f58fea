"""Each informed division gets one text about all unwoken officers below."""

from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from alerting.deliveries.tables import deliveries, texts
from alerting.ledger.alerts import stored
from alerting.ledger.tables import events
from alerting.ledger.writer import Transaction
from alerting.officer_calls.escalate import tell_above
from contacts.tables import DIVISIONS, OFFICER_PHONES, OFFICERS
from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN
from tests.support.followed_alert import Followed
from tests.support.running import Workplace

GRID = f"{QIANFO}001"


async def tell(followed: Followed, *officers: str) -> None:
    unwoken = [followed.work.somebody(officer) for officer in officers]

    def unit(transaction: Transaction) -> None:
        alert = stored(transaction.connection, followed.alert)
        tell_above(transaction, alert, unwoken, followed.at(480))

    await followed.work.runtime.ledger.write(unit)


def told(work: Workplace) -> list[Any]:
    return work.rows(
        select(deliveries.c.recipient, deliveries.c.channel, texts.c.body)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(texts.c.kind == "unwoken")
        .order_by(deliveries.c.recipient, deliveries.c.channel)
    )


async def test_officers_of_several_villages_are_in_one_text_to_the_town(followed: Followed) -> None:
    followed.work.woken.clear()
    await tell(followed, "grid", "informant", "next-grid")
    (sms, socket) = told(followed.work)
    assert [(row.recipient, row.channel) for row in (sms, socket)] == [
        ("commander", "sms"),
        ("commander", "websocket"),
    ]
    assert sms.body == socket.body
    assert "3名" in sms.body
    assert "邻村 officer next-grid" in sms.body
    assert ("deliveries", "") in followed.work.woken


async def test_tier_without_officers_is_skipped(followed: Followed) -> None:
    followed.work.change(
        delete(OFFICER_PHONES).where(OFFICER_PHONES.c.officer == "commander"),
        delete(OFFICERS).where(OFFICERS.c.id == "commander"),
    )
    await tell(followed, "grid")
    assert {row.recipient for row in told(followed.work)} == {"county-duty"}


async def test_silent_grid_officer_is_reported_to_the_village(followed: Followed) -> None:
    followed.work.change(
        insert(DIVISIONS).values(code=GRID, name="一组", tier="grid", parent=QIANFO),
        insert(OFFICERS).values(id="door", name="敲门", role="grid_officer", division=GRID),
    )
    await tell(followed, "door")
    assert {row.recipient for row in told(followed.work)} == {"grid", "informant"}


async def test_deputy_is_told_only_if_the_principal_serves_elsewhere(followed: Followed) -> None:
    followed.work.change(
        *(
            insert(OFFICERS).values(
                id=id_, name=id_, role="duty_officer", division=TOWN, deputy_of=principal
            )
            for id_, principal in (("deputy", "commander"), ("lent", "next-grid"))
        )
    )
    await tell(followed, "grid")
    assert {row.recipient for row in told(followed.work)} == {"commander", "lent"}


async def test_silence_at_the_top_tier_is_only_logged(followed: Followed) -> None:
    await tell(followed, "city-duty")
    assert told(followed.work) == []
    (entry,) = followed.rows(
        select(events.c.subject, events.c.payload).where(events.c.kind == "officer.not_woken")
    )
    assert entry == ("city-duty", '{"told":[]}')


async def test_no_silent_officers_means_no_text(followed: Followed) -> None:
    await tell(followed)
    assert told(followed.work) == []


@pytest.mark.parametrize(("number", "parts"), [(12, 2), (60, 5)])
async def test_long_list_is_split_over_several_texts(
    followed: Followed, number: int, parts: int
) -> None:
    names = [f"silent-{each:02d}" for each in range(number)]
    followed.work.change(
        *(
            insert(OFFICERS).values(id=name, name=name, role="grid_officer", division=NEXT_VILLAGE)
            for name in names
        )
    )
    await tell(followed, *names)
    frozen = select(texts.c.body, texts.c.segments).where(texts.c.kind == "unwoken")
    bodies = followed.rows(frozen.order_by(texts.c.id))
    assert [text.segments for text in bodies] == [2] * parts
    named = [name for name in names if any(f"邻村 {name}" in text.body for text in bodies)]
    left = number - len(named)
    assert bool(left) is (number == 60)
    assert (f"，另有{left}项见指挥台（{parts}/{parts}）" in bodies[-1].body) is bool(left)
    assert [row.recipient for row in told(followed.work)] == ["commander"] * 2 * parts
