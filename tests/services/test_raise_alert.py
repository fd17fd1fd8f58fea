"""Raising: who may, what is refused, what is owed, once for each request."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, insert, select, update

from alerting.core.cap import AlertRequest, Status
from alerting.core.errors import ConflictError, ForbiddenError, InvalidError
from alerting.services.raise_alert import Raised, raise_alert, raise_by_text
from alerting.storage.alerts import events_after
from alerting.storage.tables import alerts, deliveries, events, roll, tallies, texts
from contacts.tables import HOUSEHOLD_PHONES, HOUSEHOLDS
from tests.city import (
    CITY,
    COUNTY,
    NEXT_VILLAGE,
    QIANFO,
    TOWN,
    headcount,
    household_code,
    household_phone,
    officer_phone,
)
from tests.running import Workplace, message_id, request_for

AROUND_FIRST_THREE = [(31.9, 107.1), (31.9, 107.3), (31.9035, 107.3), (31.9035, 107.1)]
PEOPLE = sum(headcount(n) for n in range(1, 11))


async def raised(work: Workplace, officer: str, body: object, key: str | None = None) -> Raised:
    request = AlertRequest.model_validate(body)
    return await raise_alert(work.desk, work.somebody(officer), request, key)


def counted(work: Workplace) -> list[int]:
    tables = (alerts, deliveries, texts, events, roll, tallies)
    return [work.rows(select(func.count()).select_from(table))[0][0] for table in tables]


async def test_an_informants_alert_reaches_five_tiers_at_once(work: Workplace) -> None:
    answer = await work.raised("informant", QIANFO)
    assert answer.reached
    assert (answer.reached.households, answer.reached.people) == (10, PEOPLE)
    assert answer.alert.divisions == (QIANFO,)
    owed = work.rows(
        select(deliveries.c.tier, deliveries.c.channel, func.count())
        .group_by(deliveries.c.tier, deliveries.c.channel)
        .order_by(deliveries.c.tier)
    )
    assert {(tier, channel): count for tier, channel, count in owed} == {
        (tier, channel): count
        for tier, count in {"city": 1, "county": 1, "town": 1, "village": 2}.items()
        for channel in ("sms", "websocket")
    } | {("household", "sms"): 9}
    assert answer.reached.texts == 14
    assert ("deliveries", QIANFO) in work.woken


async def test_the_phoneless_are_on_the_roll_and_get_nothing(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    phoneless = household_code(QIANFO, 10)
    assert work.rows(select(roll.c.unaccounted).where(roll.c.household == phoneless)) == [(3,)]
    assert not work.rows(select(deliveries).where(deliveries.c.recipient == phoneless))


async def test_officers_then_vulnerable_then_nearest_then_the_rest(work: Workplace) -> None:
    work.change(
        update(HOUSEHOLDS)
        .where(HOUSEHOLDS.c.code == household_code(QIANFO, 9))
        .values(latitude=None, longitude=None)
    )
    # The hazard lies at household 2's door.
    await work.raised("informant", QIANFO, hazard_location=[31.902, 107.2])
    order = work.rows(
        select(deliveries.c.recipient_kind, deliveries.c.recipient, deliveries.c.priority)
        .where(deliveries.c.channel == "sms")
        .order_by(deliveries.c.priority, deliveries.c.id)
    )
    assert [kind for kind, _, _ in order] == ["officer"] * 5 + ["household"] * 9
    households = [(int(code[-4:]), priority) for _, code, priority in order[5:]]
    assert [number for number, _ in households] == [5, 2, 1, 3, 4, 6, 7, 8, 9]
    # 0.001 degrees of latitude are 111 m, in steps of 100 m; nobody knows where 9 is.
    assert [priority for _, priority in households] == [
        *(10_003, 20_000, 20_001, 20_001, 20_002, 20_004, 20_006, 20_007),
        29_999,
    ]


async def test_what_is_sent_was_frozen_when_it_was_accepted(work: Workplace) -> None:
    await work.raised("informant", QIANFO, assembly_point="村小学")
    work.change(update(HOUSEHOLDS).values(headcount=9, head="somebody else"))
    bodies = dict(work.rows(select(texts.c.language, texts.c.body).where(texts.c.kind == "alert")))
    assert bodies["zh"].startswith("【演练】立即撤离")
    assert bodies["en"].startswith("[DRILL] EVACUATE")
    assert all("村小学" in body and "1" in body for body in bodies.values())
    assert work.rows(select(func.sum(roll.c.headcount))) == [(PEOPLE,)]
    (call,) = work.rows(select(texts.c.body).where(texts.c.kind == "call"))
    assert f"10户{PEOPLE}人" in call.body


@pytest.mark.parametrize(
    ("officer", "divisions"),
    [
        ("informant", [NEXT_VILLAGE]),
        ("informant", [QIANFO, NEXT_VILLAGE]),
        ("informant", [TOWN]),
        ("far-commander", [QIANFO]),
        ("commander", [COUNTY]),
    ],
)
async def test_what_is_not_ones_own_is_refused(
    work: Workplace, officer: str, divisions: list[str]
) -> None:
    before = counted(work)
    with pytest.raises(InvalidError, match=r"^area: 5119.* is not within your division") as refused:
        await work.raised(officer, *divisions)
    assert refused.value.field == "area"
    assert counted(work) == before


async def test_an_administrator_raises_nothing(work: Workplace) -> None:
    with pytest.raises(ForbiddenError, match="administrator"):
        await work.raised("administrator", CITY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"area": {"divisions": ["511921100299"]}}, "area.divisions"),
        ({"area": {"polygon": [(10, 10), (10, 11), (11, 11)]}}, "area.polygon"),
        ({"area": {"polygon": [(31, 107), (32, 108), (31, 108), (32, 107)]}}, "area.polygon"),
        ({"expires": "2020-01-01T00:00:00Z"}, "expires"),
        ({"effective": "2999-01-01T00:00:00Z"}, "effective"),
        ({"status": "Actual"}, "status"),
        ({"msg_type": "Cancel", "references": ["somewhere-1"]}, "msg_type"),
    ],
)
async def test_what_cannot_be_is_refused_by_field(
    work: Workplace, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        await raised(work, "city-duty", request_for(CITY) | changes)
    assert refused.value.field == field
    assert counted(work) == [0] * 6


async def test_a_polygon_reaches_the_households_in_it(work: Workplace) -> None:
    area = {"polygon": AROUND_FIRST_THREE}
    answer = await raised(work, "commander", request_for() | {"area": area})
    assert answer.reached
    assert answer.reached.households == 6
    assert answer.alert.divisions == (QIANFO, NEXT_VILLAGE)
    with pytest.raises(InvalidError, match=NEXT_VILLAGE):
        await raised(work, "informant", request_for() | {"area": area})


async def test_the_same_request_is_accepted_once(work: Workplace) -> None:
    body = request_for(QIANFO)
    first = await raised(work, "informant", body, "key-00001")
    before = counted(work)
    again = await raised(work, "informant", body, "key-00001")
    assert (again.alert.id, again.reached) == (first.alert.id, None)
    with pytest.raises(ConflictError, match="Idempotency-Key"):
        await raised(work, "informant", body | {"event": "洪水"}, "key-00001")
    assert counted(work) == before
    other = await raised(work, "grid", body, "key-00001")
    assert other.alert.id != first.alert.id


async def test_at_once_it_is_accepted_once_too(work: Workplace) -> None:
    body = request_for(QIANFO)
    answers = await asyncio.gather(*(raised(work, "grid", body, "key-00002") for _ in range(8)))
    assert len({answer.alert.id for answer in answers}) == 1
    assert sum(answer.reached is not None for answer in answers) == 1


async def test_each_open_alert_has_a_code_of_its_own(work: Workplace) -> None:
    numbers = [(await work.raised("informant", QIANFO)).alert.number for _ in range(4)]
    assert len(set(numbers)) == 4
    assert all(10 <= number <= 99 for number in numbers)


async def by_text(work: Workplace, officer: str, sid: str | None = None) -> bool:
    return await raise_by_text(
        work.desk, sid or message_id(), officer_phone(officer), "滑坡 后山裂缝变宽", "滑坡"
    )


def answers_to(work: Workplace, phone: str) -> list[str]:
    return [
        row.body
        for row in work.rows(
            select(texts.c.body)
            .join(deliveries, deliveries.c.text == texts.c.id)
            .where(texts.c.kind == "raised", deliveries.c.number == phone)
        )
    ]


async def test_an_informants_text_raises_an_alert_for_the_own_village(work: Workplace) -> None:
    assert await by_text(work, "informant")
    ((alert, number, status),) = work.rows(select(alerts.c.id, alerts.c.number, alerts.c.status))
    assert status == Status.EXERCISE
    assert work.rows(select(func.count()).where(roll.c.alert == alert)) == [(10,)]
    (answer,) = answers_to(work, officer_phone("informant"))
    assert f"#{number}" in answer
    assert f"10户{PEOPLE}人" in answer


async def test_a_second_text_joins_the_first_alert(work: Workplace) -> None:
    await by_text(work, "informant")
    owed = work.rows(select(func.count()).select_from(deliveries))[0][0]
    assert await by_text(work, "grid")
    assert work.rows(select(func.count()).select_from(alerts)) == [(1,)]
    assert work.rows(select(func.count()).select_from(deliveries)) == [(owed + 1,)]
    logged = work.desk.database.look(lambda db: events_after(db, 1, 0, 10))
    assert [event.kind for event in logged] == ["alert.raised", "alert.repeated_by_text"]
    assert "裂缝" in logged[1].payload


@pytest.mark.parametrize("first", [True, False])
async def test_a_text_that_the_provider_repeats_counts_once(work: Workplace, first: bool) -> None:
    if not first:
        await by_text(work, "grid")
    before = counted(work)
    assert await by_text(work, "informant", "SM1")
    once = counted(work)
    assert await by_text(work, "informant", "SM1")
    assert counted(work) == once != before


async def test_a_strangers_text_raises_nothing(work: Workplace) -> None:
    for sender in ("+8610001234567", household_phone(QIANFO, 1), officer_phone("commander")):
        assert not await raise_by_text(work.desk, message_id(), sender, "滑坡", "滑坡")
    assert counted(work) == [0] * 6


async def test_an_alert_that_has_expired_does_not_swallow_a_new_landslide(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    work.change(update(alerts).values(expires=work.desk.clock.now() - timedelta(hours=1)))
    assert await by_text(work, "informant")
    assert work.rows(select(func.count()).select_from(alerts)) == [(2,)]
    assert work.rows(select(func.count()).where(roll.c.alert == 2)) == [(10,)]


async def test_an_alert_for_a_part_of_the_village_is_widened_to_all_of_it(work: Workplace) -> None:
    await raised(work, "city-duty", request_for() | {"area": {"polygon": AROUND_FIRST_THREE}})
    assert await by_text(work, "informant")
    assert work.rows(select(func.count()).select_from(alerts)) == [(1,)]
    in_qianfo = roll.c.household.startswith(QIANFO)
    assert work.rows(select(func.count()).where(in_qianfo)) == [(10,)]
    told = select(func.count()).where(deliveries.c.recipient.startswith(QIANFO))
    assert work.rows(told) == [(9,)]
    assert f"{13}户" in answers_to(work, officer_phone("informant"))[0]


async def test_a_village_without_a_household_is_alerted_all_the_same(work: Workplace) -> None:
    work.change(delete(HOUSEHOLD_PHONES), delete(HOUSEHOLDS))
    answer = await work.raised("informant", QIANFO)
    assert answer.reached
    assert (answer.reached.households, answer.reached.texts) == (0, 5)


async def test_a_household_in_a_language_without_texts_reads_chinese(work: Workplace) -> None:
    work.change(
        update(HOUSEHOLDS)
        .where(HOUSEHOLDS.c.code == household_code(QIANFO, 1))
        .values(language="ii")
    )
    await work.raised("informant", QIANFO)
    languages = Counter(
        row.body[:4] for row in work.rows(select(texts.c.body).where(texts.c.kind == "alert"))
    )
    assert languages == {"【演练】": 2, "[DRI": 1}


async def test_only_the_first_phone_is_written_to(work: Workplace) -> None:
    work.change(
        insert(HOUSEHOLD_PHONES).values(
            household=household_code(QIANFO, 1), position=1, number="+8610001234567"
        )
    )
    await work.raised("informant", QIANFO)
    assert not work.rows(select(deliveries).where(deliveries.c.number == "+8610001234567"))
