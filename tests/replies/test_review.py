"""Officers settle unclear texts, and their readings count as the household's own word."""

import pytest
from sqlalchemy import select

from alerting.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from alerting.ledger.tables import events
from alerting.replies.review import Reading, Settled, settle_text, texts_for
from alerting.replies.tables import inbound
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll.tables import evidence
from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN, household_code, officer_phone
from tests.support.incoming_texts import HOME, PHONE, given, queue, says, standing
from tests.support.running import Workplace

OUT = Reading(Report.EVACUATED, 4, None, None, "rang them")
NOTHING = Reading(None, None, None, None, "")
STRANGER = "+8610001234567"


async def settles(
    work: Workplace, sid: str, reading: Reading = OUT, officer: str = "grid"
) -> Settled:
    return await settle_text(work.runtime, work.somebody(officer), sid, reading)


def changed(**fields: object) -> Reading:
    return Reading(**{name: getattr(OUT, name) for name in OUT.__dataclass_fields__} | fields)


async def test_settled_text_is_the_households_own_word_from_when_it_came(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    sid = await says(work, "今天天气")
    settled = await settles(work, sid)
    assert settled.standing is not None
    assert settled.standing.standing == "evacuated"
    assert given(work) == [(HOME, Rung.OWN, PHONE, "evacuated", 4)]
    ((given_at, note),) = work.rows(select(evidence.c.given_at, evidence.c.note))
    ((received_at, by),) = work.rows(select(inbound.c.received_at, inbound.c.settled_by))
    assert (given_at, by) == (received_at, "grid")
    assert "grid: rang them" in note
    assert queue(work) == []
    assert work.rows(select(events.c.subject).where(events.c.kind == "text.settled")) == [(HOME,)]


async def test_same_settlement_is_idempotent_and_another_is_refused(
    work: Workplace,
) -> None:
    await work.raised("informant", QIANFO)
    sid = await says(work, "今天天气")
    for _ in range(2):
        await settles(work, sid)
    assert len(given(work)) == 1
    for other in (NOTHING, changed(report=Report.NEEDS_HELP), changed(people=3)):
        with pytest.raises(ConflictError, match="already settled differently, by grid"):
            await settles(work, sid, other)
    assert standing(work) == "evacuated"


async def test_text_without_content_is_dismissed(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    sid = await says(work, "今天天气")
    for _ in range(2):
        assert (await settles(work, sid, NOTHING)).standing is None
    assert (given(work), queue(work)) == ([], [])
    with pytest.raises(ConflictError):
        await settles(work, sid)


async def test_understood_text_cannot_be_settled(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    sid = await says(work, "2")
    with pytest.raises(ConflictError, match="understood"):
        await settles(work, sid)
    assert standing(work) == "needs_help"


async def test_settling_needs_own_division_and_reporting_role(work: Workplace) -> None:
    await work.raised("commander", TOWN)
    sid = await says(work, "今天天气")
    for officer, error in [
        ("next-grid", NotFoundError),
        ("far-commander", NotFoundError),
        ("administrator", ForbiddenError),
    ]:
        with pytest.raises(error):
            await settles(work, sid, officer=officer)
    with pytest.raises(NotFoundError, match="household"):
        await settles(work, sid, changed(household=household_code(NEXT_VILLAGE, 1)))
    with pytest.raises(NotFoundError, match="text"):
        await settles(work, "SM-none")
    assert (given(work), len(queue(work))) == ([], 1)


async def test_settling_strangers_text_needs_household_and_alert(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    sid = await says(work, "都出来了", STRANGER)
    with pytest.raises(InvalidError, match="household: "):
        await settles(work, sid, officer="county-duty")
    named = changed(household=HOME)
    with pytest.raises(InvalidError, match="alert: "):
        await settles(work, sid, named, "county-duty")
    elsewhere = changed(household=household_code(NEXT_VILLAGE, 1), alert=1)
    with pytest.raises(InvalidError, match="not on the roll"):
        await settles(work, sid, elsewhere, "county-duty")
    await settles(work, sid, changed(household=HOME, alert=1), "county-duty")
    assert given(work) == [(HOME, Rung.OWN, STRANGER, "evacuated", 4)]


def bodies_for(work: Workplace, officer: str) -> list[str]:
    who = work.somebody(officer)
    return [text.body for text in work.runtime.database.look(lambda db: texts_for(db, who))]


async def test_strangers_texts_are_shown_to_top_duty_officers(work: Workplace) -> None:
    await work.raised("commander", TOWN)
    await says(work, "天气", STRANGER)
    await says(work, "今天天气")
    await says(work, "099 1", officer_phone("next-grid"))
    everybody = ("city-duty", "county-duty", "commander", "grid", "next-grid")
    assert {officer: bodies_for(work, officer) for officer in everybody} == {
        "city-duty": ["天气", "今天天气", "099 1"],
        "county-duty": ["天气", "今天天气", "099 1"],
        "commander": ["今天天气", "099 1"],
        "grid": ["今天天气"],
        "next-grid": ["099 1"],
    }
