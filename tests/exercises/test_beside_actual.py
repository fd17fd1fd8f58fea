"""Replies during an exercise: what a call for help leads to, and for which alert a key counts."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from alerting.deliveries.tables import deliveries, texts
from alerting.roll.tables import roll
from tests.support.city import QIANFO, household_code, household_phone
from tests.support.gateway import Gateway
from tests.support.running import Json, Running, running_service

HOME = household_code(QIANFO, 3)
PHONE = household_phone(QIANFO, 3)
ONE_HOUSEHOLD = {"size": "one_phone", "household": HOME}


@pytest.fixture
async def service(database_url: str, gateway: Gateway) -> AsyncIterator[Running]:
    """Run a service with the real clock, because only such a service accepts actual alerts."""
    async with running_service(database_url, gateway, clock=None) as service:
        yield service


def answered(service: Running) -> list[tuple[str, str]]:
    """Return the kind and body of each answer to the household, except calls."""
    owed = (
        select(texts.c.kind, texts.c.body)
        .join(deliveries, deliveries.c.text == texts.c.id)
        .where(deliveries.c.recipient == HOME, texts.c.kind != "alert")
        .order_by(deliveries.c.id)
    )
    return [(kind, body) for kind, body in service.rows(owed) if not kind.startswith("voice")]


def standing_in(service: Running, alert: Json) -> str:
    held = select(roll.c.standing).where(roll.c.alert == alert["id"], roll.c.household == HOME)
    return str(service.rows(held)[0].standing)


async def test_call_for_help_in_an_exercise_for_one_phone_sends_nobody_and_says_so(
    service: Running,
) -> None:
    await service.raised("commander", QIANFO, exercise=ONE_HOUSEHOLD)
    await service.hand_over()
    await service.text(PHONE, "2")
    ((kind, body),) = answered(service)
    assert kind == "exercise_help"
    assert "没有派人" in body
    assert {row.recipient for row in service.rows(select(deliveries.c.recipient))} == {HOME}


async def test_call_for_help_in_an_exercise_for_everybody_is_confirmed(service: Running) -> None:
    await service.raised("commander", QIANFO)
    await service.hand_over()
    await service.text(PHONE, "2")
    assert [kind for kind, _ in answered(service)] == ["confirm_help"]


async def test_key_without_a_code_counts_for_the_actual_alert_and_the_answer_says_so(
    service: Running,
) -> None:
    drill = await service.raised("commander", QIANFO)
    actual = await service.raised("commander", QIANFO, status="Actual")
    await service.hand_over()
    await service.text(PHONE, "1")
    assert standing_in(service, actual) == "evacuated"
    assert standing_in(service, drill) == "unaccounted"
    ((kind, body),) = answered(service)
    assert kind == "for_live_alert"
    assert f"#{actual['number']}" in body
    assert "演练：" not in body
    await service.text(PHONE, f"1 #{drill['number']}")
    assert standing_in(service, drill) == "evacuated"


async def test_key_without_a_code_leads_to_a_question_if_two_actual_alerts_are_open(
    service: Running,
) -> None:
    drill = await service.raised("commander", QIANFO)
    both = [await service.raised("commander", QIANFO, status="Actual") for _ in range(2)]
    await service.hand_over()
    await service.text(PHONE, "1")
    ((kind, body),) = answered(service)
    assert kind == "which_alert"
    assert all(f"#{each['number']}" in body for each in both)
    assert f"#{drill['number']}" not in body
