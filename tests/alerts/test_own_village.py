"""Every text names the household's own village or grid, and the assembly point there."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from sqlalchemy import insert, select, update

from alerting.alerts.close import give_all_clear
from alerting.alerts.correct import cancel, correct
from alerting.cap.changes import Changes
from alerting.cap.lifecycle import AlertState
from alerting.deliveries.tables import deliveries, texts
from alerting.deliveries.texts import tokens_of
from alerting.household_page.answer import open_link
from alerting.household_page.html import notice_page
from alerting.ledger.alerts import stored
from alerting.ledger.tables import alerts
from alerting.messages.languages import LANGUAGES
from alerting.messages.speech import SpeechKind
from alerting.messages.text import TextKind, placeholders
from alerting.policy.sections import Channel
from alerting.reminders.remind import remind
from alerting.reminders.send_again import send_again, silent_in
from alerting.replies.statements import IncomingText
from alerting.replies.take import take_text
from alerting.roll_calls.begin import call_roll
from alerting.voice.ring_back import ring_back
from contacts.tables import DIVISIONS, HOUSEHOLDS, OFFICERS
from tests.support.city import NEXT_VILLAGE, QIANFO, TOWN, household_code, household_phone
from tests.support.running import Workplace, message_id, workplace
from tests.support.stepwise_sending import answered, claimed

GRID: Final = f"{QIANFO}001"


@dataclass(frozen=True)
class Own:
    """The names that texts to a village or grid contain, by language code."""

    place: dict[str, str]
    point: dict[str, str]


OWN: Final = {
    QIANFO: Own(
        {"zh": "诺江镇千佛村", "en": "Qianfo village"},
        {"zh": "千佛村小学", "en": "Qianfo village school"},
    ),
    NEXT_VILLAGE: Own(
        {"zh": "诺江镇邻村", "en": "Linhai"}, {"zh": "邻村广场", "en": "the market square"}
    ),
    # A grid without an assembly point uses the one of its village.
    GRID: Own(
        {"zh": "千佛村一网格", "en": "grid Yi, Qianfo village"},
        {"zh": "千佛村小学", "en": "Qianfo village school"},
    ),
}
IN_GRID: Final = (household_code(QIANFO, 6), household_code(QIANFO, 7))
ENGLISH: Final = (household_code(QIANFO, 7), household_code(NEXT_VILLAGE, 7))
ENDED: Final = {TextKind.CANCELLATION, TextKind.ALL_CLEAR}
OF_PLACES: Final = {
    TextKind.ALERT,
    TextKind.REMINDER,
    TextKind.CORRECTION,
    TextKind.DIRECTIONS,
    TextKind.ROLL_CALL,
    SpeechKind.ALERT,
}


@pytest.fixture
async def county(database_url: str) -> AsyncIterator[Workplace]:
    """Yield a workplace with two villages that have assembly points, and a grid in one of them."""
    async with workplace(database_url) as work:
        own = {"name_en": "Linhai", "assembly_point_en": "the market square"}
        d, h = DIVISIONS.c, HOUSEHOLDS.c
        work.change(
            update(DIVISIONS).where(d.code == QIANFO).values(assembly_point="千佛村小学"),
            update(DIVISIONS)
            .where(d.code == NEXT_VILLAGE)
            .values(assembly_point="邻村广场", words=own),
            insert(DIVISIONS).values(code=GRID, name="一网格", tier="grid", parent=QIANFO),
            update(HOUSEHOLDS).where(h.code.in_(IN_GRID)).values(division=GRID),
            update(OFFICERS).where(OFFICERS.c.id == "commander").values(language="en"),
        )
        yield work


async def raised(work: Workplace, **changes: Any) -> int:
    changes = {"event": "滑坡", "assembly_point": None} | changes
    alert = (await work.raised("commander", TOWN, **changes)).alert.id
    await answered(work, await claimed(work))
    return alert


async def say(work: Workplace, village: str, number: int, body: str) -> None:
    phone, now = household_phone(village, number), work.runtime.clock.now()
    await take_text(work.runtime, IncomingText(message_id(), phone, body, now))


async def told_everything(work: Workplace, alert: int) -> None:
    """Send the households every kind of text and call, except those that end an alert."""
    runtime, commander = work.runtime, work.somebody("commander")
    await send_again(runtime, commander, alert, TOWN, None)
    await answered(work, await claimed(work))
    silent = runtime.database.look(lambda db: silent_in(db, alert, TOWN))
    now = runtime.clock.now()
    about = runtime.database.look(lambda db: stored(db, alert))
    await runtime.ledger.write(lambda tx: remind(tx, about, Channel.VOICE, silent.to_ask, now))
    for number, village in enumerate((QIANFO, NEXT_VILLAGE)):
        await say(work, village, 1, "去哪里集合?")
        await say(work, village, 7, "where do we go?")
        await ring_back(runtime, f"CA{alert}{number:031d}", household_phone(village, 7))
        for home in (2, 6, 7):
            await say(work, village, home, "1")
    await correct(runtime, commander, alert, Changes(event="泥石流"))
    await call_roll(runtime, commander, alert)


def to_households(work: Workplace) -> list[Any]:
    """Return every text and call to a household, with the household's division."""
    return work.rows(
        select(
            deliveries.c.recipient,
            deliveries.c.channel,
            HOUSEHOLDS.c.division,
            HOUSEHOLDS.c.language,
            texts.c.language.label("read"),
            texts.c.kind,
            texts.c.body,
            texts.c.facts,
        )
        .join(texts, texts.c.id == deliveries.c.text)
        .join(HOUSEHOLDS, HOUSEHOLDS.c.code == deliveries.c.recipient)
    )


def check(owed: list[Any], *, everybodys: dict[str, str] | None = None) -> None:
    """Check that each text names its reader's own village or grid, and no other."""
    for row in owed:
        spoken, own = LANGUAGES[row.language], OWN[row.division]
        template = (spoken.speech | spoken.texts)[row.kind]
        assert row.read == row.language
        assert own.place[row.language] in row.body
        for other in OWN.values():
            name = other.place[row.language]
            assert name in own.place[row.language] or name not in row.body
        if "assembly_point" in placeholders(template):
            point = everybodys or own.point
            assert point[row.language] in row.body


async def test_every_kind_of_text_names_the_households_own_village(county: Workplace) -> None:
    alert = await raised(county)
    await told_everything(county, alert)
    await answered(county, await claimed(county))
    await cancel(county.runtime, county.somebody("commander"), alert, "a mistake")
    second = await raised(county)
    county.change(update(alerts).where(alerts.c.id == second).values(state=AlertState.CLOSED))
    await give_all_clear(county.runtime, county.somebody("commander"), second)
    owed = to_households(county)
    check(owed)
    for division in OWN:
        kinds = {row.kind for row in owed if row.division == division}
        assert kinds == {str(kind) for kind in OF_PLACES | ENDED}
    assert {row.recipient for row in owed if row.read == "en"} == set(ENGLISH)


async def test_alerts_assembly_point_replaces_the_villages_own(county: Workplace) -> None:
    alert = await raised(county, assembly_point="镇中学")
    await told_everything(county, alert)
    everybodys = {"zh": "镇中学", "en": "town middle school"}
    check(to_households(county), everybodys=everybodys)
    assert "千佛村小学" not in "".join(row.body for row in to_households(county))


async def test_update_can_restore_the_villages_own_assembly_points(county: Workplace) -> None:
    alert = await raised(county, assembly_point="镇中学")
    commander, changes = county.somebody("commander"), Changes(assembly_point=None)
    await correct(county.runtime, commander, alert, changes)
    corrections = [row for row in to_households(county) if row.kind == TextKind.CORRECTION]
    assert {row.division for row in corrections} == set(OWN)
    check(corrections)


async def test_page_names_the_households_own_village(county: Workplace) -> None:
    alert = await raised(county)
    homes = {QIANFO: household_code(QIANFO, 1), GRID: IN_GRID[0], NEXT_VILLAGE: ENGLISH[1]}
    with county.runtime.database.writer.begin() as connection:
        tokens = tokens_of(connection, [(alert, code) for code in homes.values()])
    for division, code in homes.items():
        notice = await open_link(county.runtime, tokens[alert, code])
        for language in ("zh", "en"):
            page = notice_page(notice, language, "a-name", wrong=False)
            assert OWN[division].place[language] in page
            assert OWN[division].point[language] in page


async def test_officers_read_the_areas_name_in_their_language(county: Workplace) -> None:
    await raised(county)
    calls = county.rows(
        select(deliveries.c.recipient, texts.c.language, texts.c.body)
        .join(texts, texts.c.id == deliveries.c.text)
        .where(texts.c.kind == "call")
        .distinct()
    )
    bodies = {(row.recipient, row.language): row.body for row in calls}
    assert "Nuojiang town, Tongjiang county" in bodies["commander", "en"]
    assert "通江县诺江镇" in bodies["grid", "zh"]
    assert len({row.recipient for row in calls}) == len(bodies)
