"""Which households a roll-call asks, by which channel, and with which text."""

import json

from sqlalchemy import insert, update

from alerting.deliveries.rules.forecast import Priority
from alerting.escalation.households import follow_households
from alerting.roll.tables import roll
from alerting.roll_calls.begin import call_roll
from contacts.tables import HOUSEHOLDS, OFFICERS
from tests.support.city import (
    NEXT_VILLAGE,
    QIANFO,
    TOWN,
    after,
    headcount,
    household_code,
    household_phone,
    officer_phone,
)
from tests.support.closed_alert import (
    BY_PHONE,
    CALLED_AT,
    ENDS_AT,
    IN_SHELTER,
    PHONELESS,
    AfterZero,
    at_zero,
    closed,
)
from tests.support.running import Workplace

HOME_TIME = "16:10"
"""The deadline in local time; other times in these tests are in UTC."""


async def called(zero: AfterZero) -> AfterZero:
    assert await zero.tick(CALLED_AT) == 1
    return zero


def asked(zero: AfterZero) -> list[str]:
    return [row.recipient for row in zero.owed("roll_call")]


async def test_households_with_phones_are_texted_vulnerable_first(work: Workplace) -> None:
    zero = await called(await closed(work))
    owed = zero.owed("roll_call")
    homes = [household_code(QIANFO, number) for number in (5, 1, 2, 3, 4, 6, 7, 8)]
    assert [row.recipient for row in owed] == homes
    assert owed[1].number == household_phone(QIANFO, 1)
    assert {(row.channel, row.due_at, row.expires_at) for row in owed} == {
        ("sms", CALLED_AT, ENDS_AT)
    }
    assert {row.priority for row in owed} == {Priority.ANSWER}
    assert {row.division for row in owed} == {QIANFO}
    assert ("deliveries", "") in work.woken


async def test_text_has_warning_deadline_and_language(
    work: Workplace,
) -> None:
    zero = await called(await closed(work))
    bodies = {row.language: row.body for row in zero.owed("roll_call")}
    assert bodies["zh"].startswith("演练：应急指挥部：请勿返回！诺江镇千佛村")
    assert f"{HOME_TIME}前请回复：1全家已撤 2求助" in bodies["zh"]
    assert bodies["en"].startswith("DRILL. Emergency Office: DO NOT GO BACK.")
    assert f"by {HOME_TIME} reply: 1 all out 2 help" in bodies["en"]
    assert "#" not in bodies["zh"] + bodies["en"]


async def test_text_has_a_code_beside_another_followed_alert(work: Workplace) -> None:
    zero = await closed(work)
    await work.raised("commander", TOWN)
    await called(zero)
    assert all(f"#{zero.row.number:02d}" in row.body for row in zero.owed("roll_call"))


async def test_text_has_no_code_beside_an_unrelated_alert(
    work: Workplace,
) -> None:
    zero = await closed(work)
    await work.raised("next-grid", NEXT_VILLAGE)
    await called(zero)
    assert all("#" not in row.body for row in zero.owed("roll_call"))


async def test_village_officers_get_the_number_of_households_not_texted(
    work: Workplace,
) -> None:
    zero = await called(await closed(work))
    owed = zero.owed("roll_call_doors")
    assert {(row.recipient, row.channel, row.number) for row in owed} == {
        (officer, channel, officer_phone(officer) if channel == "sms" else "")
        for officer in ("grid", "informant")
        for channel in ("sms", "websocket")
    }
    assert {row.body for row in owed} == {
        f"演练：应急指挥部：请在{HOME_TIME}前当面点名2户（无电话或在安置点），一户一条上报。"
        f"诺江镇千佛村{json.loads(zero.row.request)['event']}险情未解除。"
    }
    assert set(asked(zero)).isdisjoint(household_code(QIANFO, n) for n in (IN_SHELTER, PHONELESS))


async def test_opted_out_household_is_not_texted(work: Workplace) -> None:
    zero = await closed(work)
    home = household_code(QIANFO, 3)
    work.change(update(roll).where(roll.c.household == home).values(reachable=False))
    await called(zero)
    assert home not in asked(zero)
    assert "当面点名3户" in zero.owed("roll_call_doors")[0].body


async def test_grid_without_officer_is_counted_by_the_village(
    work: Workplace,
) -> None:
    zero = await closed(work)
    first, second = f"{QIANFO}001", f"{QIANFO}002"
    for grid, number in ((first, IN_SHELTER), (second, PHONELESS)):
        home = roll.c.household == household_code(QIANFO, number)
        work.change(
            insert(HOUSEHOLDS.metadata.tables["divisions"]).values(
                code=grid, name=grid, tier="grid", parent=QIANFO
            ),
            update(roll).where(home).values(division=grid),
        )
    officer = {"name": "o", "role": "grid_officer", "division": first}
    work.change(
        insert(OFFICERS).values(id="of-grid", deputy_of=None, **officer),
        insert(OFFICERS).values(id="deputy", deputy_of="of-grid", **officer),
    )
    await called(zero)
    told = {row.recipient: row.body for row in zero.owed("roll_call_doors")}
    assert told.keys() == {"of-grid", "grid", "informant"}
    assert all("当面点名1户" in body for body in told.values())


async def test_officers_are_not_told_when_all_are_texted(work: Workplace) -> None:
    zero = await closed(work)
    by_phone = {household_code(QIANFO, number) for number in BY_PHONE}
    nobody = {"evacuated": 0, "elsewhere": 0, "staying": roll.c.headcount}
    work.change(update(roll).where(roll.c.household.not_in(by_phone)).values(nobody))
    await called(zero)
    assert set(asked(zero)) == by_phone
    assert zero.owed("roll_call_doors") == []


async def test_household_with_other_follow_up_is_not_asked(work: Workplace) -> None:
    zero = await at_zero(work)
    await zero.text(2, "2", after(1900))
    await zero.text(3, "1 2", after(1901))
    await zero.tick(after(1902), (follow_households,))
    commander = work.somebody("commander")
    await call_roll(zero.runtime(CALLED_AT), commander, zero.alert)
    assert zero.on_roll(3).standing == "partly"
    assert set(asked(zero)) == {household_code(QIANFO, n) for n in BY_PHONE if n not in {2, 3}}


async def test_log_has_the_counts(work: Workplace) -> None:
    zero = await called(await closed(work))
    (event,) = zero.events("roll_call.called")
    people = sum(headcount(number) for number in range(1, 11))
    assert json.loads(event.payload) == {
        "number": 1,
        "households": 10,
        "people": people,
        "by_phone": len(BY_PHONE),
    }
    assert (event.at, event.subject) == (CALLED_AT, "")
