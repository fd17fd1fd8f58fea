"""Each step of an alert issues one CAP message, valid and frozen."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from alerting.alerts.close import give_all_clear
from alerting.alerts.correct import cancel, correct
from alerting.approvals.widen import widen
from alerting.cap.alert import AlertRequest, Area
from alerting.cap.changes import Changes
from alerting.cap.message import Step
from alerting.cap_messages.issue import Context, spoken_infos
from alerting.cap_messages.tables import cap_messages
from alerting.messages.info import phrase_for
from alerting.messages.languages import LANGUAGES
from alerting.messages.places import Places
from contacts.division import Division, Tier
from contacts.tables import DIVISIONS
from tests.support.cap import judge, named, text_of, texts_of
from tests.support.city import NEXT_VILLAGE, QIANFO
from tests.support.closed_alert import CLOSED_AT, at_zero
from tests.support.running import Workplace

AROUND_FIRST_THREE = [(31.9, 107.1), (31.9, 107.3), (31.9035, 107.3), (31.9035, 107.1)]


def issued(work: Workplace, alert: int) -> list[Any]:
    query = select(cap_messages).where(cap_messages.c.alert == alert)
    found = work.rows(query.order_by(cap_messages.c.seq))
    for row in found:
        judge(row.document.encode())
    return found


def documents(work: Workplace, alert: int) -> list[bytes]:
    return [row.document.encode() for row in issued(work, alert)]


async def test_raising_an_alert_issues_its_first_message(work: Workplace) -> None:
    alert = (await work.raised("commander", QIANFO)).alert
    (row,) = issued(work, alert.id)
    assert (row.identifier, row.step, row.sent) == (alert.identifier, Step.RAISED, alert.sent)
    assert (row.expires, row.is_public) == (alert.expires, False)
    made = row.document.encode()
    assert text_of(made, "identifier") == alert.identifier
    assert text_of(made, "msgType") == "Alert"
    assert text_of(made, "info/event") == alert.request.event
    assert texts_of(made, "info[1]/area/areaDesc") == ["诺江镇千佛村"]
    assert named(made, "info/parameter") == {
        "colour": "red",
        "assembly-point": "村小学",
        "households": "10",
        "people": "25",
        "households-claimed": "0",
        "people-claimed": "0",
        "households-verified": "0",
        "people-verified": "0",
    }


async def test_each_message_refers_to_all_earlier_ones(work: Workplace) -> None:
    commander = work.somebody("commander")
    alert = (await work.raised("commander", QIANFO)).alert
    await widen(work.runtime, commander, alert.id, Area(divisions=(NEXT_VILLAGE,)))
    await correct(work.runtime, commander, alert.id, Changes(assembly_point="镇中学"))
    await cancel(work.runtime, commander, alert.id, "no landslide")
    rows = issued(work, alert.id)
    assert [row.step for row in rows] == [
        Step.RAISED,
        Step.WIDENED,
        Step.UPDATED,
        Step.CANCELLED,
    ]
    identifiers = [row.identifier for row in rows]
    assert identifiers == [alert.identifier, *(f"{alert.identifier}-{r.seq}" for r in rows[1:])]
    raised, widened, updated, cancelled = (row.document.encode() for row in rows)
    assert text_of(raised, "references") is None
    named_before = [each.split(",")[1] for each in (text_of(cancelled, "references") or "").split()]
    assert named_before == identifiers[:3]
    assert texts_of(widened, "info[1]/area/geocode/value") == [QIANFO, NEXT_VILLAGE]
    assert named(widened, "info/parameter")["households"] == "20"
    assert named(updated, "info/parameter")["assembly-point"] == "镇中学"
    assert "已取消" in (text_of(cancelled, "info/instruction") or "")
    assert "no landslide" not in rows[-1].document


async def test_update_may_shorten_the_validity(work: Workplace) -> None:
    commander = work.somebody("commander")
    alert = (await work.raised("commander", QIANFO)).alert
    earlier = alert.expires - timedelta(hours=12)
    await correct(work.runtime, commander, alert.id, Changes(expires=earlier))
    assert [row.expires for row in issued(work, alert.id)] == [alert.expires, earlier]


async def test_all_clear_message_counts_self_reported_and_verified_people(work: Workplace) -> None:
    zero = await at_zero(work)
    await zero.close(CLOSED_AT)
    runtime = zero.runtime(CLOSED_AT + timedelta(hours=1))
    await give_all_clear(runtime, work.somebody("commander"), zero.alert)
    _raised, clear = documents(work, zero.alert)
    assert text_of(clear, "msgType") == "Update"
    assert text_of(clear, "info/responseType") == "AllClear"
    assert "可以回家" in (text_of(clear, "info/instruction") or "")
    counted = named(clear, "info/parameter")
    assert (counted["households-claimed"], counted["households-verified"]) == ("7", "3")
    people = int(counted["people-claimed"]) + int(counted["people-verified"])
    assert people == int(counted["people"]) == 25
    assert counted["people-verified"] == "7"


async def test_issued_message_never_changes(work: Workplace) -> None:
    alert = (await work.raised("commander", QIANFO)).alert
    before = documents(work, alert.id)
    work.change(update(DIVISIONS).where(DIVISIONS.c.code == QIANFO).values(name="新村"))
    await correct(work.runtime, work.somebody("commander"), alert.id, Changes(event="泥石流"))
    raised, updated = documents(work, alert.id)
    assert [raised] == before
    assert text_of(updated, "info/area/areaDesc") == "诺江镇新村"


async def test_message_of_a_drawn_area_has_the_drawing(work: Workplace) -> None:
    area = {"polygon": AROUND_FIRST_THREE}
    alert = (await work.raised("commander", area=area)).alert
    (made,) = documents(work, alert.id)
    assert texts_of(made, "info[1]/area/polygon") == [
        "31.9,107.1 31.9,107.3 31.9035,107.3 31.9035,107.1 31.9,107.1"
    ]
    assert texts_of(made, "info[1]/area/geocode/value") == []


async def test_message_of_a_drawn_area_has_no_part_that_waits_for_approval(work: Workplace) -> None:
    """The rest waits for an officer, who may decline it, so it must not be published."""
    area = {"polygon": AROUND_FIRST_THREE}
    alert = (await work.raised("informant", area=area)).alert
    (made,) = documents(work, alert.id)
    assert texts_of(made, "info[1]/area/polygon") == []
    assert texts_of(made, "info[1]/area/geocode/value") == [QIANFO]


async def test_widening_by_a_drawing_adds_it_to_the_message(work: Workplace) -> None:
    alert = (await work.raised("commander", QIANFO)).alert
    drawing = Area.model_validate({"circles": [{"centre": [107.2, 31.9], "radius_km": 0.15}]})
    await widen(work.runtime, work.somebody("commander"), alert.id, drawing)
    _, widened = documents(work, alert.id)
    assert texts_of(widened, "info[1]/area/circle") == ["31.9,107.2 0.15"]
    assert texts_of(widened, "info[1]/area/geocode/value") == [QIANFO]


@pytest.mark.parametrize("scope", ["Public", "Restricted"])
async def test_exercise_is_restricted(work: Workplace, scope: str) -> None:
    alert = (await work.raised("commander", QIANFO, scope=scope)).alert
    (row,) = issued(work, alert.id)
    assert row.is_public is False
    assert text_of(row.document.encode(), "scope") == "Restricted"


PLACES = Places(
    {
        "511921100": Division("511921100", "诺江镇", Tier.TOWN, None),
        QIANFO: Division(QIANFO, "千佛村", Tier.VILLAGE, "511921100"),
    }
)
LEAST = {
    "status": "Actual",
    "event": "滑坡",
    "headline": "千佛村立即撤离",
    "description": "后山裂缝变宽",
    "instruction": "沿大路走",
    "assembly_point": "村小学",
    "area": {"divisions": [QIANFO]},
}


def infos(endings: dict[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    request = AlertRequest.model_validate(LEAST | changes)
    context = Context((QIANFO,), PLACES, {"zh": "通江应急"}, endings or {})
    spoken = spoken_infos(request, context)
    return {each.language: each for each in spoken}


def test_alerts_own_language_comes_first_with_its_own_words() -> None:
    found = infos()
    assert next(iter(found)) == "zh-CN"
    own = found["zh-CN"]
    assert (own.event, own.headline) == ("滑坡", "千佛村立即撤离")
    assert (own.description, own.instruction) == ("后山裂缝变宽", "沿大路走")
    assert own.sender_name == "通江应急"
    assert own.names == {QIANFO: "诺江镇千佛村"}


def test_other_languages_come_from_the_phrase_library() -> None:
    found = infos()
    assert set(found) == {each.locale for each in LANGUAGES.values()}
    english, phrase = found["en-US"], phrase_for("滑坡", "en")
    assert phrase is not None
    assert (english.event, english.instruction) == (phrase.name, phrase.instruction)
    # Elements without a translation are omitted where CAP allows it.
    assert (english.headline, english.description) == (None, None)
    assert english.sender_name is None
    assert english.names == {QIANFO: "Qianfo village, Nuojiang town"}


def test_translation_overrides_the_phrase_library() -> None:
    words = {
        "event": "slope failure",
        "description": "The crack widens",
        "assembly_point": "school",
    }
    english = infos(translations={"en": words})["en-US"]
    assert (english.event, english.description) == ("slope failure", "The crack widens")
    assert english.assembly_point == "school"


def test_unknown_event_has_only_the_alerts_own_language() -> None:
    assert list(infos(event="房屋开裂")) == ["zh-CN"]


def test_translation_into_an_unknown_language_has_its_own_info() -> None:
    found = infos(event="房屋开裂", translations={"ug": {"event": "يەر"}})
    assert list(found) == ["zh-CN", "ug"]
    assert (found["ug"].event, found["ug"].instruction) == ("يەر", "沿大路走")


def test_english_alert_has_english_first() -> None:
    found = infos(language="en", event="landslide")
    assert next(iter(found)) == "en-US"
    assert found["en-US"].instruction == "沿大路走"
    assert found["zh-CN"].event == "滑坡"


def test_instruction_of_the_last_message_is_the_ending_text() -> None:
    found = infos({"zh": "可以返回", "en": "YOU MAY RETURN"})
    assert found["zh-CN"].instruction == "可以返回"
    assert found["en-US"].instruction == "YOU MAY RETURN"
