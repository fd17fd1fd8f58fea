"""Raising an alert: permissions, refusals, deliveries and idempotency."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, insert, select, update

from alerting.alerts.exercise_checks import MOST_EXERCISES
from alerting.alerts.raise_alert import Raised, raise_alert
from alerting.approvals.rules import ApprovalCause
from alerting.approvals.store import Approval, waiting_of
from alerting.approvals.tables import approvals
from alerting.cap.alert import AlertRequest
from alerting.deliveries.tables import deliveries, texts
from alerting.errors import ConflictError, ForbiddenError, InvalidError, TooManyError
from alerting.ledger.tables import alerts, events
from alerting.roll.tables import roll, tallies
from alerting.runtime import Clock
from contacts.tables import DIVISIONS, HOUSEHOLD_PHONES, HOUSEHOLDS
from tests.support.approvals import look_next_door
from tests.support.city import (
    CITY,
    COUNTY,
    FAR_TOWN,
    NEXT_VILLAGE,
    QIANFO,
    TOWN,
    headcount,
    household_code,
)
from tests.support.running import Running, Workplace, request_for, workplace

AROUND_FIRST_THREE = [(31.9, 107.1), (31.9, 107.3), (31.9035, 107.3), (31.9035, 107.1)]
PEOPLE = sum(headcount(n) for n in range(1, 11))


async def raised(work: Workplace, officer: str, body: object, key: str | None = None) -> Raised:
    request = AlertRequest.model_validate(body)
    return await raise_alert(work.runtime, work.somebody(officer), request, key, again=True)


def waiting(work: Workplace, answer: Raised) -> tuple[Approval, ...]:
    return work.runtime.database.look(lambda db: waiting_of(db, answer.alert.id))


def counted(work: Workplace) -> list[int]:
    tables = (alerts, deliveries, texts, events, roll, tallies, approvals)
    return [work.rows(select(func.count()).select_from(table))[0][0] for table in tables]


async def test_informants_alert_reaches_five_tiers_at_once(work: Workplace) -> None:
    answer = await work.raised("informant", QIANFO)
    assert answer.reached
    assert (answer.reached.households, answer.reached.people) == (10, PEOPLE)
    assert answer.alert.divisions == (QIANFO,)
    owed = work.rows(
        select(deliveries.c.tier, deliveries.c.channel, func.count())
        .join(texts, texts.c.id == deliveries.c.text)
        .where(texts.c.kind.in_(["alert", "call"]))
        .group_by(deliveries.c.tier, deliveries.c.channel)
        .order_by(deliveries.c.tier)
    )
    assert {(tier, channel): count for tier, channel, count in owed} == {
        (tier, channel): count
        for tier, count in {"city": 1, "county": 1, "town": 1, "village": 2}.items()
        for channel in ("sms", "websocket")
    } | {("household", "sms"): 9}
    assert answer.reached.texts == 14
    assert ("deliveries", "") in work.woken


async def test_phoneless_households_are_enrolled_without_texts(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    phoneless = household_code(QIANFO, 10)
    assert work.rows(select(roll.c.unaccounted).where(roll.c.household == phoneless)) == [(3,)]
    assert not work.rows(select(deliveries).where(deliveries.c.recipient == phoneless))


async def test_officers_come_first_then_vulnerable_then_nearest(work: Workplace) -> None:
    work.change(
        update(HOUSEHOLDS)
        .where(HOUSEHOLDS.c.code == household_code(QIANFO, 9))
        .values(latitude=None, longitude=None)
    )
    # The hazard is at household 2. The commander gets a request to approve the next village.
    await work.raised("informant", QIANFO, hazard_location=[31.902, 107.2])
    await look_next_door(work)
    order = work.rows(
        select(deliveries.c.recipient_kind, deliveries.c.recipient, deliveries.c.priority)
        .where(deliveries.c.channel == "sms")
        .order_by(deliveries.c.priority, deliveries.c.id)
    )
    assert [kind for kind, _, _ in order] == ["officer"] * 6 + ["household"] * 9
    # Distances are rounded to 100 m; 0.001 degrees of latitude are 111 m. Household 9 has no
    # coordinates.
    assert sorted((priority, int(code[-4:])) for _, code, priority in order[6:]) == [
        (10_003, 5),
        (20_000, 2),
        *((20_001, 1), (20_001, 3)),
        *((20_002, 4), (20_004, 6), (20_006, 7), (20_007, 8)),
        (29_999, 9),
    ]


async def test_texts_are_frozen_on_acceptance(work: Workplace) -> None:
    await work.raised("informant", QIANFO, assembly_point="村小学")
    work.change(update(HOUSEHOLDS).values(headcount=9, head="somebody else"))
    bodies = dict(work.rows(select(texts.c.language, texts.c.body).where(texts.c.kind == "alert")))
    assert bodies["zh"].startswith("演练：")
    assert "立即撤离" in bodies["zh"]
    assert "千佛村" in bodies["zh"]
    assert "村小学" in bodies["zh"]
    assert "Qianfo village" in bodies["en"]
    assert "village school" in bodies["en"]
    assert bodies["zh"].startswith("演练：应急指挥部：立即撤离")
    assert bodies["en"].startswith("DRILL. Emergency Office: EVACUATE")
    assert work.rows(select(func.sum(roll.c.headcount))) == [(PEOPLE,)]
    (call,) = work.rows(select(texts.c.body).where(texts.c.kind == "call"))
    assert f"10户{PEOPLE}人" in call.body


@pytest.mark.parametrize(
    ("officer", "divisions"),
    [
        ("informant", [NEXT_VILLAGE]),
        ("grid", [NEXT_VILLAGE, FAR_TOWN]),
        ("far-commander", [QIANFO]),
        ("commander", [COUNTY]),
    ],
)
async def test_area_beyond_the_callers_division_is_refused(
    work: Workplace, officer: str, divisions: list[str]
) -> None:
    before = counted(work)
    with pytest.raises(InvalidError, match=r"^area: 5119.* is not within your division") as refused:
        await work.raised(officer, *divisions)
    assert refused.value.field == "area"
    assert counted(work) == before


@pytest.mark.parametrize(
    ("divisions", "waiting", "asked"),
    [
        ([QIANFO, NEXT_VILLAGE], [NEXT_VILLAGE], TOWN),
        ([TOWN], [TOWN], TOWN),
        ([QIANFO, FAR_TOWN], [FAR_TOWN], FAR_TOWN),
        ([QIANFO, NEXT_VILLAGE, FAR_TOWN], [NEXT_VILLAGE, FAR_TOWN], COUNTY),
        ([CITY], [CITY], CITY),
    ],
)
@pytest.mark.parametrize("officer", ["informant", "grid"])
async def test_own_village_is_alerted_while_the_wider_area_waits(
    work: Workplace, officer: str, divisions: list[str], waiting: list[str], asked: str
) -> None:
    answer = await work.raised(officer, *divisions)
    assert answer.reached
    assert (answer.reached.households, answer.reached.people) == (10, PEOPLE)
    assert answer.alert.divisions == (QIANFO,)
    (wider,) = [each for each in answer.waiting if each.cause is ApprovalCause.WIDER_AREA]
    assert (wider.divisions, wider.asked, wider.asked_by) == (tuple(waiting), asked, officer)
    homes = roll.c.household.startswith(NEXT_VILLAGE)
    assert work.rows(select(roll.c.household).where(homes)) == []
    owed = select(func.count()).where(deliveries.c.recipient_kind == "household")
    assert work.rows(owed) == [(9,)]


async def test_approvals_and_deliveries_commit_together(work: Workplace) -> None:
    """If no officer can approve the wider area, nothing of the alert is stored."""
    work.change(insert(DIVISIONS).values(code="52", name="elsewhere", tier="province"))
    with pytest.raises(InvalidError, match=r"^area: no city covers"):
        await work.raised("informant", QIANFO, "52")
    assert counted(work) == [0] * len(counted(work))
    await work.raised("informant", QIANFO, NEXT_VILLAGE)
    seqs = work.rows(select(events.c.seq, events.c.kind).order_by(events.c.seq))
    assert [tuple(row) for row in seqs] == [
        (1, "alert.raised"),
        (2, "approval.asked"),
        (3, "officer.confirmed"),
    ]


async def test_requested_area_is_not_also_proposed(work: Workplace) -> None:
    answer = await work.raised("informant", QIANFO, NEXT_VILLAGE)
    assert [each.cause for each in answer.waiting] == [ApprovalCause.WIDER_AREA]
    alone = await work.raised("informant", QIANFO)
    assert alone.waiting == ()
    for raised_alert in (answer.alert, alone.alert):
        await look_next_door(work, raised_alert.id)
    assert waiting(work, answer) == answer.waiting
    (proposed,) = waiting(work, alone)
    assert (proposed.cause, proposed.asked_by) == (ApprovalCause.ADJACENT_VILLAGES, "informant")
    assert (proposed.divisions, proposed.asked) == ((NEXT_VILLAGE,), TOWN)


async def test_polygon_reaches_own_households_while_other_villages_wait(
    work: Workplace,
) -> None:
    area = {"polygon": AROUND_FIRST_THREE}
    answer = await raised(work, "informant", request_for() | {"area": area})
    assert answer.reached
    assert answer.reached.households == 3
    assert answer.alert.divisions == (QIANFO,)
    assert [each.divisions for each in answer.waiting] == [(NEXT_VILLAGE,)]


async def test_polygon_without_own_households_is_refused(work: Workplace) -> None:
    moved = update(HOUSEHOLDS).where(HOUSEHOLDS.c.division == NEXT_VILLAGE)
    work.change(moved.values(longitude=107.27))
    north = [(31.9, 107.25), (31.9, 107.3), (31.92, 107.3), (31.92, 107.25)]
    with pytest.raises(InvalidError, match=NEXT_VILLAGE):
        await raised(work, "informant", request_for() | {"area": {"polygon": north}})


async def test_repeated_request_for_a_wider_area_asks_for_one_approval(work: Workplace) -> None:
    body = request_for(QIANFO, NEXT_VILLAGE)
    first = await raised(work, "informant", body, "key-00003")
    before = counted(work)
    again = await raised(work, "informant", body, "key-00003")
    assert (again.reached, again.waiting) == (None, first.waiting)
    assert counted(work) == before


async def test_administrator_may_not_raise(work: Workplace) -> None:
    with pytest.raises(ForbiddenError, match="administrator"):
        await work.raised("administrator", CITY)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"area": {"divisions": ["511921100299"]}}, "area.divisions"),
        ({"area": {"polygon": [(10, 10), (10, 11), (11, 11)]}}, "area.polygon"),
        ({"area": {"polygon": [(31, 107), (32, 108), (31, 108), (32, 107)]}}, "area.polygon"),
        ({"expires": "2020-01-01T00:00:00Z"}, "expires"),
        ({"effective": "2099-01-01T00:00:00Z"}, "effective"),
        ({"status": "Actual", "exercise": None}, "status"),
        ({"msg_type": "Cancel", "references": ["somewhere-1"]}, "msg_type"),
    ],
)
async def test_invalid_request_is_refused_by_field(
    work: Workplace, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        await raised(work, "city-duty", request_for(CITY, **changes))
    assert refused.value.field == field
    assert counted(work) == [0] * 7


async def test_polygon_reaches_the_households_in_it(work: Workplace) -> None:
    area = {"polygon": AROUND_FIRST_THREE}
    answer = await raised(work, "commander", request_for() | {"area": area})
    assert answer.reached
    assert answer.reached.households == 6
    assert answer.alert.divisions == (QIANFO, NEXT_VILLAGE)


async def test_repeated_request_is_accepted_once(work: Workplace) -> None:
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


async def test_concurrent_requests_are_accepted_once(work: Workplace) -> None:
    body = request_for(QIANFO)
    answers = await asyncio.gather(*(raised(work, "grid", body, "key-00002") for _ in range(8)))
    assert len({answer.alert.id for answer in answers}) == 1
    assert sum(answer.reached is not None for answer in answers) == 1


async def test_open_alerts_have_distinct_codes(work: Workplace) -> None:
    numbers = [(await work.raised("informant", QIANFO)).alert.number for _ in range(4)]
    assert len(set(numbers)) == 4
    assert all(10 <= number <= 99 for number in numbers)


async def test_village_without_households_can_be_alerted(work: Workplace) -> None:
    work.change(delete(HOUSEHOLD_PHONES), delete(HOUSEHOLDS))
    answer = await work.raised("informant", QIANFO)
    assert answer.reached
    assert (answer.reached.households, answer.reached.texts) == (0, 5)


async def test_language_without_texts_falls_back_to_chinese(work: Workplace) -> None:
    work.change(
        update(HOUSEHOLDS)
        .where(HOUSEHOLDS.c.code == household_code(QIANFO, 1))
        .values(language="ii")
    )
    await work.raised("informant", QIANFO)
    languages = Counter(
        row.body[:4] for row in work.rows(select(texts.c.body).where(texts.c.kind == "alert"))
    )
    assert languages == {"演练：应": 2, "DRIL": 1}


async def test_only_the_first_phone_is_texted(work: Workplace) -> None:
    work.change(
        insert(HOUSEHOLD_PHONES).values(
            household=household_code(QIANFO, 1), position=1, number="+8610001234567"
        )
    )
    await work.raised("informant", QIANFO)
    assert not work.rows(select(deliveries).where(deliveries.c.number == "+8610001234567"))


async def rehearse(work: Workplace) -> None:
    """Raise an exercise as the commander, and copy its row until the limit is reached."""
    await work.raised("commander", QIANFO)
    (raised,) = work.rows(select(alerts))
    copied = {name: value for name, value in raised._mapping.items() if name != "id"}
    copies = [copied | {"identifier": f"copy-{n}", "number": n} for n in range(1, MOST_EXERCISES)]
    work.change(insert(alerts).values(copies))


@pytest.fixture
async def rehearsed(work: Workplace) -> Workplace:
    """Return a workplace where the commander has raised as many exercises as are allowed."""
    await rehearse(work)
    return work


async def test_further_exercise_is_refused(rehearsed: Workplace) -> None:
    for status in ("Exercise", "Test"):
        with pytest.raises(TooManyError, match="there is no limit for actual alerts"):
            await rehearsed.raised("commander", QIANFO, status=status)


async def test_another_officer_may_still_raise_an_exercise(rehearsed: Workplace) -> None:
    raised = await rehearsed.raised("county-duty", QIANFO)
    assert raised.alert.id == MOST_EXERCISES + 1


async def test_exercises_of_an_earlier_hour_do_not_count(rehearsed: Workplace) -> None:
    earlier = rehearsed.runtime.clock.now() - timedelta(hours=1)
    rehearsed.change(alerts.update().values(sent=earlier))
    raised = await rehearsed.raised("commander", QIANFO)
    assert raised.reached is not None


async def test_repeated_exercise_request_is_accepted_at_the_limit(service: Running) -> None:
    body = request_for(QIANFO)
    key = {"Idempotency-Key": "key-of-the-phone"}
    status, first = await service.post("/api/alerts", "commander", body, **key)
    assert status == 201
    for _ in range(MOST_EXERCISES - 1):
        await service.raised("commander", QIANFO)
    status, again = await service.post("/api/alerts", "commander", body, **key)
    assert (status, again["id"]) == (200, first["id"])
    status, refused = await service.post("/api/alerts", "commander", request_for(QIANFO))
    assert (status, refused["code"]) == (429, "too_many_requests")


async def test_actual_alert_is_never_held_back(database_url: str) -> None:
    async with workplace(database_url, Clock()) as work:
        await rehearse(work)
        raised = await work.raised("commander", QIANFO, status="Actual")
    assert raised.reached is not None
