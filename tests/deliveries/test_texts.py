"""Each household gets one link per alert, created when its text is claimed, and keeps it."""

import threading
from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import Engine, func, select, update

from alerting.deliveries.claims import claim, claim_doubtful
from alerting.deliveries.tables import deliveries, links, texts
from alerting.deliveries.texts import (
    bodies_of,
    freeze_for,
    household_behind,
    insert_text,
    tokens_of,
)
from alerting.ledger.writer import Ledger
from alerting.messages.link import SAMPLE_TOKEN, is_token
from alerting.messages.speech import SpeechKind
from alerting.messages.text import TextKind, segments
from alerting.messages.wording import Readers
from alerting.policy.policy import HouseholdLink
from alerting.policy.sections import Channel
from alerting.reminders.send_again import send_again
from alerting.runtime import Runtime, wall_clock
from tests.support.alert_rows import stored_alert
from tests.support.city import NOW, POLICY, QIANFO, TEXTING, found_city, household_code
from tests.support.running import Workplace

PAGE = "https://a.example/h/"
LINK = HouseholdLink(PAGE, in_reminders=True)
LONG: Final = {
    "event": "滑坡",
    "assembly_point": "安" * 30,
    "translations": {"en": {"assembly_point": "the primary school"}},
}
"""With this wording, a link fits into the Chinese text's two segments but not into the English."""
CHINESE: Final = (1, 2, 3, 4, 5, 6, 8, 9)
HOME, NEIGHBOUR = household_code(QIANFO, 3), household_code(QIANFO, 4)
LEASE = timedelta(seconds=30)


@pytest.fixture
def city(engine: Engine) -> Engine:
    with engine.begin() as connection:
        found_city(connection)
        for number in (27, 28):
            stored_alert(connection, number)
    return engine


def made(engine: Engine, *keys: tuple[int, str]) -> dict[tuple[int, str], str]:
    with engine.begin() as connection:
        return tokens_of(connection, keys)


def test_each_household_and_alert_keeps_its_own_link(city: Engine) -> None:
    first = made(city, (1, HOME), (2, HOME))
    again = made(city, (2, HOME), (1, NEIGHBOUR), (1, HOME))
    assert first.items() <= again.items()
    assert len(set(again.values())) == 3
    assert all(is_token(token) for token in again.values())
    with city.begin() as connection:
        assert {token: household_behind(connection, token) for token in again.values()} == {
            token: key for key, token in again.items()
        }
        assert household_behind(connection, SAMPLE_TOKEN) is None


def test_no_keys_make_no_links(city: Engine) -> None:
    assert made(city) == {}


def test_concurrent_processes_make_one_link(city: Engine) -> None:
    """The second transaction waits for the first, and then reads the link that it stored."""
    other: dict[tuple[int, str], str] = {}
    thread = threading.Thread(target=lambda: other.update(made(city, (1, HOME), (1, NEIGHBOUR))))
    with city.begin() as connection:
        mine = tokens_of(connection, {(1, HOME)})
        thread.start()
        thread.join(0.3)
        assert not other
    thread.join(10)
    assert other[1, HOME] == mine[1, HOME]
    assert set(other) == {(1, HOME), (1, NEIGHBOUR)}


@pytest.mark.parametrize(
    ("kind", "body", "linked", "counted"),
    [
        (TextKind.ALERT, "去", True, 1),
        (TextKind.ALERT, "去" * 60, False, 1),
        (TextKind.REMINDER, "去" * 60, True, 2),
        (TextKind.CALL, "去", False, 1),
    ],
)
def test_link_is_frozen_with_the_text_and_counted_in_its_segments(
    city: Engine, kind: TextKind, body: str, linked: bool, counted: int
) -> None:
    with city.begin() as connection:
        freeze_for(connection, 1, kind, [Readers("zh", QIANFO)], lambda _: body, LINK)
        kept = select(texts.c.body, texts.c.segments, texts.c.link)
        assert connection.execute(kept).one() == (body, counted, PAGE if linked else None)


def linking(work: Workplace, page: str = PAGE, *, in_reminders: bool = True) -> Workplace:
    """Return the workplace with a policy that puts links to `page` into texts."""
    sending = POLICY.sending.model_copy(update={"link_in_reminders": in_reminders})
    policy = POLICY.model_copy(update={"household_page": page, "sending": sending})
    ledger = Ledger(work.runtime.database, work.woken.append, policy)
    return Workplace(Runtime(work.runtime.database, ledger, work.runtime.clock), work.woken)


async def claimed(work: Workplace) -> dict[int, Any]:
    now = work.runtime.clock.now()
    taken = await work.runtime.ledger.write(
        lambda tx: claim(tx, TEXTING, 100, now=now, wall=NOW, lease_until=NOW + LEASE)
    )
    return {one.delivery: one for one in taken}


@pytest.mark.parametrize(("in_reminders", "counted"), [(True, {2}), (False, {1})])
async def test_reminder_has_a_link_only_if_the_policy_allows_a_second_segment(
    work: Workplace, in_reminders: bool, counted: set[int]
) -> None:
    linked = linking(work, in_reminders=in_reminders)
    raised = await linked.raised("informant", QIANFO, event="滑坡", assembly_point="村小学操场")
    await claimed(linked)
    work.change(update(deliveries).values(state="delivered"))
    officer = work.somebody("commander")
    sent = await send_again(linked.runtime, officer, raised.alert.id, QIANFO, None)
    taken = await claimed(linked)
    assert len(taken) == sent.counted.households
    assert sum(one.segments for one in taken.values()) == sent.counted.segments
    to = dict(work.rows(select(deliveries.c.id, deliveries.c.recipient)))
    token = dict(work.rows(select(links.c.household, links.c.token)))
    chinese = {household_code(QIANFO, number) for number in CHINESE}
    texted = [
        (one, token.get(to[one.delivery])) for one in taken.values() if to[one.delivery] in chinese
    ]
    assert {one.segments for one, _ in texted} == counted
    assert {one.body.endswith(f" {PAGE}{token}") for one, token in texted} == {in_reminders}
    assert all(segments(one.body).count == one.segments for one in taken.values())


async def test_each_household_gets_its_own_link_and_officers_get_none(work: Workplace) -> None:
    linked = linking(work)
    await linked.raised("informant", QIANFO, **LONG)
    rows = work.rows(
        select(deliveries.c.id, deliveries.c.recipient, texts.c.body, texts.c.language)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(deliveries.c.channel == Channel.SMS)
    )
    assert work.rows(select(func.count()).select_from(links)) == [(0,)]
    taken = await claimed(linked)
    token = dict(work.rows(select(links.c.household, links.c.token)))
    assert sorted(token) == [household_code(QIANFO, n) for n in CHINESE]
    for row in rows:
        one, linked_to = taken[row.id], token.get(row.recipient)
        assert one.body == (f"{row.body} {PAGE}{linked_to}" if linked_to else row.body)
        assert segments(one.body).count == one.segments
    assert {row.language for row in rows if row.recipient in token} == {"zh"}
    await linked.runtime.ledger.close()


async def test_look_up_has_the_same_text_and_link_as_the_attempt(work: Workplace) -> None:
    linked = linking(work)
    await linked.raised("informant", QIANFO, **LONG)
    taken = await claimed(linked)
    later = NOW + 2 * LEASE
    doubtful = await linked.runtime.ledger.write(
        lambda tx: claim_doubtful(tx, TEXTING, 100, wall=later, lease_until=later + LEASE)
    )
    assert {one.delivery: one.body for one in doubtful} == {
        one.delivery: one.body for one in taken.values()
    }
    assert sum(PAGE in one.body for one in doubtful) == len(CHINESE)
    await linked.runtime.ledger.close()


async def test_queued_text_keeps_its_link_when_the_page_address_changes(work: Workplace) -> None:
    linked = linking(work)
    await linked.raised("informant", QIANFO, **LONG)
    await linked.runtime.ledger.close()
    moved = linking(work, "https://another.example/somewhere/else/")
    bodies = [one.body for one in (await claimed(moved)).values()]
    assert sum(PAGE in body for body in bodies) == len(CHINESE)
    assert not any("another" in body for body in bodies)
    await moved.runtime.ledger.close()


async def test_texts_without_a_page_address_have_no_link(work: Workplace) -> None:
    await work.raised("informant", QIANFO, **LONG)
    assert not any("http" in one.body for one in (await claimed(work)).values())
    assert work.rows(select(links)) == []


async def test_reading_texts_again_gives_the_same_links(work: Workplace) -> None:
    linked = linking(work)
    await linked.raised("informant", QIANFO, **LONG)
    rows = work.rows(select(deliveries).where(deliveries.c.channel == Channel.SMS))
    first, second = [
        await linked.runtime.ledger.write(lambda tx: bodies_of(tx.connection, rows))
        for _ in range(2)
    ]
    assert first == second
    assert sum(PAGE in said.body for said in first.values()) == len(CHINESE)
    await linked.runtime.ledger.close()


async def test_claim_holds_the_facts_of_its_text(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    now, wall = work.runtime.clock.now(), wall_clock()
    taken = await work.runtime.ledger.write(
        lambda tx: claim(tx, TEXTING, 100, now=now, wall=wall, lease_until=wall)
    )
    assert {one.content.kind for one in taken} == {"alert", "call"}
    for one in taken:
        assert one.content.facts["hazard"] in one.body
        assert one.content.facts["place"] in one.body
        assert one.body.endswith(one.content.link)


def test_speech_has_no_facts(city: Engine) -> None:
    with city.begin() as connection:
        insert_text(connection, 1, SpeechKind.ALERT, "zh", "喂")
        frozen = connection.execute(select(texts.c.facts)).scalars().all()
    assert frozen == ["{}"]
