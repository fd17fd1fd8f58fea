"""A tap on the household's page counts like a text with the same key."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from alerting.accounting.audit import verify
from alerting.alerts.correct import cancel
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.texts import tokens_of
from alerting.errors import InvalidError, NotFoundError, TooManyError
from alerting.household_page.answer import Notice, Tap, answer_by_link, open_link
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Ledger
from alerting.messages.wording import Readers
from alerting.roll.tables import evidence, roll
from alerting.roll_calls.begin import call_roll
from contacts.tables import HOUSEHOLD_PHONES
from tests.support.city import QIANFO, household_code, household_phone
from tests.support.incoming_texts import HOME, PHONE, says, standing
from tests.support.running import Workplace

HEADCOUNT = 4


async def link_to(work: Workplace, household: str = HOME, alert: int = 1) -> str:
    """Return the token of a household's link, and create the link if necessary."""
    key = alert, household
    return (await work.runtime.ledger.write(lambda tx: tokens_of(tx.connection, {key})))[key]


@pytest.fixture
async def token(work: Workplace) -> str:
    """Raise an alert; return the link token of a household of four."""
    await work.raised("informant", QIANFO)
    return await link_to(work)


async def tap(
    work: Workplace, token: str, key: str, people: int | None = HEADCOUNT, shown: str = "one"
) -> None:
    await answer_by_link(work.runtime, token, Tap(key, people, shown))


def said(work: Workplace) -> list[Any]:
    e = evidence.c
    return work.rows(
        select(e.household, e.rung, e.given_by, e.report, e.people, e.note).order_by(e.id)
    )


async def notice(work: Workplace, token: str) -> Notice:
    return await open_link(work.runtime, token)


ANSWERS = [
    ("1", 4, "1", "evacuated"),
    ("1", None, "1", "evacuated"),
    ("1", 3, "1 3", "partly"),
    ("1", 6, "1 6", "evacuated"),
    ("2", 4, "2", "needs_help"),
    ("2", 0, "2", "needs_help"),
    ("3", 4, "3", "staying"),
    ("3", 1, "3", "staying"),
    ("4", 4, "4", "elsewhere"),
    ("4", 1, "4 1", "partly"),
]


@pytest.mark.parametrize(("key", "people", "text", "stands"), ANSWERS)
async def test_tap_gives_the_same_evidence_as_a_text_with_that_key(
    work: Workplace, token: str, key: str, people: int | None, text: str, stands: str
) -> None:
    await tap(work, token, key, people)
    by_link = said(work)
    assert standing(work) == stands
    work.change(evidence.delete())
    await says(work, text)
    assert said(work) == by_link
    assert [row[:3] for row in by_link] == [(HOME, 0, PHONE)]


async def test_evidence_of_a_tap_has_channel_link(work: Workplace, token: str) -> None:
    await tap(work, token, "1")
    ((channel, source),) = work.rows(select(evidence.c.channel, evidence.c.source))
    assert channel == "link"
    assert source.startswith("link/")
    assert token not in source


async def test_concurrent_taps_are_recorded_once(work: Workplace, token: str) -> None:
    await asyncio.gather(*(tap(work, token, "1") for _ in range(8)))
    await tap(work, token, "1")
    assert len(said(work)) == 1


@pytest.mark.parametrize(("keys", "recorded"), [("11", 1), ("13", 2)])
async def test_equal_taps_in_two_processes_are_recorded_once(
    work: Workplace, token: str, keys: str, recorded: int
) -> None:
    other = Ledger(work.runtime.database, lambda _topic: None, work.runtime.policy)
    desks = (work.runtime, replace(work.runtime, ledger=other))
    for page in range(20):
        taps = [Tap(key, HEADCOUNT, f"page {page}") for key in keys]
        at_once = zip(desks, taps, strict=True)
        await asyncio.gather(*(answer_by_link(runtime, token, tap) for runtime, tap in at_once))
    await other.close()
    assert len(said(work)) == 20 * recorded


async def test_changed_answers_on_one_page_are_each_recorded(work: Workplace, token: str) -> None:
    for key in ("3", "1", "1", "3"):
        await tap(work, token, key)
    assert [row.report for row in said(work)] == ["staying", "evacuated", "staying"]
    assert standing(work) == "staying"


async def test_equal_answer_on_a_later_page_is_new_evidence(work: Workplace, token: str) -> None:
    await tap(work, token, "1", shown="one")
    await tap(work, token, "1", shown="two")
    assert len(said(work)) == 2


async def test_other_number_of_people_on_one_page_is_recorded(work: Workplace, token: str) -> None:
    await tap(work, token, "1", 3)
    assert standing(work) == "partly"
    await tap(work, token, "1", 4)
    assert standing(work) == "evacuated"


async def test_texts_and_taps_correct_each_other(work: Workplace, token: str) -> None:
    await says(work, "3")
    await tap(work, token, "1")
    assert standing(work) == "evacuated"
    await says(work, "3")
    assert standing(work) == "staying"


async def test_tap_does_not_withdraw_a_call_for_help(work: Workplace, token: str) -> None:
    await tap(work, token, "2")
    await tap(work, token, "1")
    assert standing(work) == "needs_help"
    assert work.runtime.database.look(verify).differences == ()


@pytest.mark.parametrize(
    ("key", "people"), [("1", 0), ("1", -3), ("4", 0), ("1", 31), ("5", 4), ("", 4), ("1 2", 4)]
)
async def test_invalid_tap_is_refused_and_not_recorded(
    work: Workplace, token: str, key: str, people: int
) -> None:
    with pytest.raises(InvalidError):
        await tap(work, token, key, people)
    assert said(work) == []


@pytest.mark.parametrize("wrong", ["", "x" * 12, "x" * 11, "../../etc/passwd", "é" * 12])
async def test_unknown_token_is_not_found(work: Workplace, token: str, wrong: str) -> None:
    with pytest.raises(NotFoundError):
        await notice(work, wrong)
    with pytest.raises(NotFoundError):
        await tap(work, wrong, "1")
    assert said(work) == []


async def test_link_is_for_one_household_and_one_alert(work: Workplace, token: str) -> None:
    await work.raised("informant", QIANFO)
    other = household_code(QIANFO, 4)
    neighbours, second = await link_to(work, other), await link_to(work, HOME, 2)
    await tap(work, token, "3")
    await tap(work, neighbours, "1", 1)
    await tap(work, second, "1")
    rows = work.rows(
        select(roll.c.alert, roll.c.household, roll.c.standing)
        .where(roll.c.standing != "unaccounted")
        .order_by(roll.c.alert, roll.c.household)
    )
    assert rows == [(1, HOME, "staying"), (1, other, "evacuated"), (2, HOME, "evacuated")]


async def test_household_without_a_phone_can_answer(work: Workplace, token: str) -> None:
    work.change(HOUSEHOLD_PHONES.delete().where(HOUSEHOLD_PHONES.c.household == HOME))
    await tap(work, token, "1")
    assert [row.given_by for row in said(work)] == ["link"]
    assert standing(work) == "evacuated"


async def test_page_has_the_households_place_time_and_record(work: Workplace, token: str) -> None:
    shown = await notice(work, token)
    assert (shown.alert.id, shown.entry.household) == (1, HOME)
    told = shown.wording.facts(Readers("en", shown.entry.division))
    assert (told.place, told.assembly_point) == ("Qianfo village", "village school")
    assert shown.sent == shown.alert.sent
    assert shown.sent.utcoffset() == timedelta(hours=8)
    assert shown.wanted_by is None
    assert shown.entry.standing.standing == "unaccounted"
    await tap(work, token, "4")
    assert (await notice(work, token)).entry.standing.standing == "elsewhere"


async def test_opening_the_page_records_nothing(work: Workplace, token: str) -> None:
    before = work.rows(select(alerts.c.last_seq))
    await notice(work, token)
    assert said(work) == []
    assert work.rows(select(alerts.c.last_seq)) == before


@pytest.mark.parametrize("state", [AlertState.CANCELLED, AlertState.ALL_CLEAR, AlertState.EXPIRED])
async def test_call_for_help_counts_even_if_the_alert_is_over(
    work: Workplace, token: str, state: AlertState
) -> None:
    work.change(update(alerts).values(state=state))
    await tap(work, token, "2")
    assert standing(work) == "needs_help"
    assert (await notice(work, token)).alert.state is state


async def test_call_for_help_reopens_a_closed_alert(work: Workplace, token: str) -> None:
    work.change(update(alerts).values(state=AlertState.CLOSED))
    await tap(work, token, "2")
    assert (await notice(work, token)).alert.state is AlertState.OPEN


async def test_page_of_a_cancelled_alert_has_its_state(work: Workplace, token: str) -> None:
    await cancel(work.runtime, work.somebody("commander"), 1, "no landslide")
    assert (await notice(work, token)).alert.state is AlertState.CANCELLED


async def test_page_has_the_roll_call_deadline_until_answered(work: Workplace, token: str) -> None:
    await tap(work, token, "1")
    work.change(update(alerts).values(state=AlertState.CLOSED))
    call = await call_roll(work.runtime, work.somebody("commander"), 1)
    wanted_by = (await notice(work, token)).wanted_by
    assert wanted_by == call.ends_at
    assert wanted_by
    assert wanted_by.utcoffset() == timedelta(hours=8)
    silent = await link_to(work, household_code(QIANFO, 4))
    assert (await notice(work, silent)).wanted_by is None
    await tap(work, token, "1", shown="two")
    assert (await notice(work, token)).wanted_by is None


async def test_evidence_names_the_households_first_phone(work: Workplace, token: str) -> None:
    second = {"household": HOME, "position": 1, "number": household_phone(QIANFO, 999)}
    work.change(HOUSEHOLD_PHONES.insert().values(second))
    await tap(work, token, "1")
    assert [row.given_by for row in said(work)] == [PHONE]


async def test_61st_tap_in_a_minute_is_refused_unless_it_calls_for_help(
    work: Workplace, token: str
) -> None:
    for number in range(60):
        await tap(work, token, "13"[number % 2], shown=str(number))
    with pytest.raises(TooManyError):
        await tap(work, token, "1", shown="late")
    for number in range(3):
        await tap(work, token, "2", shown=f"help {number}")
    assert (len(said(work)), standing(work)) == (61, "needs_help")
