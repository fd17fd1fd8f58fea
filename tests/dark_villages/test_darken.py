"""A village where texts do not arrive is detected, and its households get door tasks."""

from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlalchemy import select, update

from alerting.cap.lifecycle import AlertState
from alerting.dark_villages.darken import Darkness, look_for_dark, send_into_the_dark
from alerting.dark_villages.tables import dark_villages
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.tables import deliveries, texts
from alerting.doors.notify import tell_doors
from alerting.doors.rules import Cause
from alerting.escalation import loop
from alerting.escalation.households import follow_households
from alerting.escalation.loop import Escalator
from alerting.escalation.watchdog import watch
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.roll.rules.evidence import Report, Rung
from contacts.tables import OFFICERS
from tests.support.city import FAR_TOWN, NEXT_VILLAGE, POLICY, QIANFO, TOWN, household_code
from tests.support.followed_alert import Followed
from tests.support.running import Workplace

HOME = household_code(QIANFO, 3)


def look_and_send(transaction: Transaction, now: datetime) -> int:
    found = look_for_dark(transaction.connection, now, transaction.policy)
    return send_into_the_dark(transaction, found, now) if found else 0


ROUND = (look_and_send,)
LADDER = (follow_households, tell_doors)


async def two_villages(work: Workplace, *, arrived: Sequence[str]) -> Followed:
    """Alert two villages. Texts are delivered in the villages `arrived`, elsewhere only sent."""
    raised = await work.raised("commander", TOWN)
    followed = Followed(work, raised.alert.id, raised.alert.sent)
    for village in (QIANFO, NEXT_VILLAGE):
        state = DeliveryState.DELIVERED if village in arrived else DeliveryState.SENT
        work.change(
            update(deliveries)
            .where(deliveries.c.division == village, deliveries.c.recipient_kind == "household")
            .values(state=state, accepted_at=followed.at(5))
        )
    return followed


def told_of_darkness(followed: Followed) -> set[str]:
    told = followed.rows(
        select(deliveries.c.recipient)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(texts.c.kind == "dark")
    )
    return {row.recipient for row in told}


async def test_village_without_receipts_gets_door_tasks_at_once(work: Workplace) -> None:
    followed = await two_villages(work, arrived=[NEXT_VILLAGE])
    await followed.pass_to(184, (*ROUND, watch))
    assert followed.rows(select(dark_villages)) == []
    await followed.pass_to(245, (*ROUND, *LADDER, watch))
    (dark,) = followed.rows(select(dark_villages))
    assert (dark.division, dark.share, dark.neighbours_share) == (QIANFO, 0.0, 1.0)
    doors = [t for t in followed.tasks() if t.opened_at == followed.at(245)]
    assert {t.division for t in doors if t.cause == Cause.CANNOT_BE_REACHED} >= {QIANFO}
    assert {t.household for t in doors if t.division == QIANFO} >= {HOME}
    assert told_of_darkness(followed) == {"commander"}
    await followed.pass_to(400, (*ROUND, *LADDER, watch))
    assert len(followed.rows(select(dark_villages))) == 1


async def test_county_officer_is_texted_if_the_town_has_no_officer(work: Workplace) -> None:
    followed = await two_villages(work, arrived=[NEXT_VILLAGE])
    found = found_by(followed, 245)
    assert found
    moved = update(OFFICERS).where(OFFICERS.c.division == TOWN).values(division=FAR_TOWN)
    work.change(moved)
    await work.runtime.ledger.write(lambda tx: send_into_the_dark(tx, found, followed.at(246)))
    assert told_of_darkness(followed) == {"county-duty"}


async def test_no_village_is_dark_if_texts_arrive_in_all(work: Workplace) -> None:
    everywhere = await two_villages(work, arrived=[QIANFO, NEXT_VILLAGE])
    await everywhere.pass_to(400, ROUND)
    assert work.rows(select(dark_villages)) == []


async def test_silent_town_gets_door_tasks_and_each_officer_one_text(work: Workplace) -> None:
    followed = await two_villages(work, arrived=[])
    await followed.pass_to(245, (*ROUND, *LADDER, watch))
    dark = followed.rows(select(dark_villages).order_by(dark_villages.c.division))
    assert [(row.division, row.share, row.together) for row in dark] == [
        (QIANFO, 0.0, True),
        (NEXT_VILLAGE, 0.0, True),
    ]
    doors = {task.division for task in followed.tasks() if task.opened_at == followed.at(245)}
    assert doors >= {QIANFO, NEXT_VILLAGE}
    told = followed.rows(
        select(deliveries.c.recipient, texts.c.body)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(texts.c.kind == "dark", deliveries.c.channel == "sms")
        .order_by(deliveries.c.recipient)
    )
    assert [row.recipient for row in told] == ["commander", "county-duty"]
    assert all("千佛村等2处" in row.body for row in told)


async def test_villages_without_receipts_are_not_dark_if_households_answer(
    work: Workplace,
) -> None:
    followed = await two_villages(work, arrived=[])
    for number in (1, 2):
        await followed.hear(
            household=household_code(QIANFO, number),
            given_at=100,
            rung=Rung.OWN,
            given_by="",
            report=Report.RECEIVED,
        )
    await followed.pass_to(245, ROUND)
    assert followed.rows(select(dark_villages)) == []


def found_by(followed: Followed, seconds: float) -> Darkness | None:
    look = followed.work.runtime.database.look
    return look(lambda connection: look_for_dark(connection, followed.at(seconds), POLICY))


async def test_villages_are_checked_only_when_the_watchdog_is_due(work: Workplace) -> None:
    followed = await two_villages(work, arrived=[NEXT_VILLAGE])
    found = found_by(followed, 245)
    assert found
    assert [light.village for light in found.villages] == [QIANFO]
    await followed.pass_to(245, (watch,))
    assert found_by(followed, 246) is None


@pytest.mark.parametrize(
    ("state", "news"),
    [(AlertState.OPEN, 1), (AlertState.CLOSED, 1), (AlertState.ALL_CLEAR, 0)],
)
async def test_dark_village_is_not_recorded_once_the_alert_is_over(
    work: Workplace, state: AlertState, news: int
) -> None:
    followed = await two_villages(work, arrived=[NEXT_VILLAGE])
    found = found_by(followed, 245)
    assert found
    work.change(update(alerts).values(state=state))

    def send(transaction: Transaction) -> int:
        return send_into_the_dark(transaction, found, followed.at(246))

    assert await work.runtime.ledger.write(send) == news
    assert await work.runtime.ledger.write(send) == 0
    assert len(work.rows(select(dark_villages))) == news


async def test_loop_looks_for_dark_villages_on_a_reader_connection(
    work: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed = await two_villages(work, arrived=[NEXT_VILLAGE])
    writing = work.runtime.database.writer
    looked = list[bool]()

    def look(connection: object, now: datetime, policy: object) -> Darkness | None:
        looked.append(connection.engine is writing)  # type: ignore[attr-defined]
        return look_for_dark(connection, followed.at(245), policy)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "look_for_dark", look)
    await Escalator(work.runtime).tick(followed.at(245))
    assert looked == [False]
    assert [row.division for row in work.rows(select(dark_villages))] == [QIANFO]
