"""The preview equals what is sent after raising, and writes nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from alerting.alerts.preview import Preview, preview_alert
from alerting.alerts.raise_alert import raise_alert
from alerting.alerts.variants import VariantText
from alerting.cap.alert import AlertRequest
from alerting.deliveries.tables import deliveries, texts
from alerting.errors import ForbiddenError, InvalidError
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Ledger
from alerting.messages.text import TextKind
from alerting.policy.issuer import IssuerRules
from alerting.policy.without_calls import without_calls
from contacts.tables import HOUSEHOLDS
from tests.support.city import CITY, COUNTY, NEXT_VILLAGE, QIANFO, TOWN, headcount
from tests.support.neighbours import looks_after
from tests.support.running import Workplace, request_for


def request(*divisions: str, **changes: object) -> AlertRequest:
    return AlertRequest.model_validate(request_for(*divisions, **changes))


def alert_texts(shown: Preview) -> dict[str, VariantText]:
    """Return the alert's text in each language."""
    return {
        variant.language: text
        for variant in shown.variants
        for text in variant.texts
        if text.kind is TextKind.ALERT
    }


async def preview(work: Workplace, officer: str, asked: AlertRequest) -> Preview:
    return await preview_alert(work.runtime, work.somebody(officer), asked)


async def preview_under(work: Workplace, asked: AlertRequest, **policy: object) -> Preview:
    """Return the preview of an alert under a changed policy."""
    changed = work.runtime.policy.model_copy(update=policy)
    ledger = Ledger(work.runtime.database, work.woken.append, changed)
    runtime = replace(work.runtime, ledger=ledger)
    shown = await preview_alert(runtime, work.somebody("informant"), asked)
    await ledger.close()
    return shown


async def test_preview_counts_the_audience(work: Workplace) -> None:
    work.change(looks_after(1, [2, 3, 10]))
    shown = await preview(work, "commander", request(TOWN))
    audience = shown.audience
    assert audience.households == 20
    assert audience.people == 2 * sum(headcount(n) for n in range(1, 11))
    assert audience.vulnerable_households == 4
    assert audience.households_without_phone == 2
    assert audience.households_in_care == 3
    assert audience.officers == 6
    assert audience.texts_by_language == {"zh": 16 + 6, "en": 2}


async def test_preview_tells_when_door_tasks_start(work: Workplace) -> None:
    shown = await preview(work, "commander", request(TOWN))
    assert (shown.calls_by_phone, shown.door_after) == (True, timedelta(seconds=480))
    work.runtime.ledger.policy = without_calls(work.runtime.policy)
    shown = await preview(work, "commander", request(TOWN))
    assert (shown.calls_by_phone, shown.door_after) == (False, timedelta(seconds=300))


@pytest.mark.parametrize("divisions", [(QIANFO,), (QIANFO, NEXT_VILLAGE), (TOWN,), (CITY,)])
async def test_preview_equals_the_deliveries_of_the_alert(
    work: Workplace, divisions: tuple[str, ...]
) -> None:
    asked = request(*divisions)
    shown = await preview(work, "city-duty", asked)
    raised = await raise_alert(work.runtime, work.somebody("city-duty"), asked, None, again=True)
    assert raised.reached
    assert shown.audience.households == raised.reached.households
    assert shown.audience.people == raised.reached.people
    assert shown.forecast.texts == raised.reached.texts
    assert shown.forecast.segments == raised.reached.segments
    sent = work.rows(select(texts.c.language, texts.c.body).where(texts.c.kind == "alert"))
    previewed = {language: text.body for language, text in alert_texts(shown).items()}
    assert set(previewed.items()) <= {tuple(row) for row in sent}
    assert previewed.keys() == {language for language, _ in sent}


async def test_officer_calls_are_counted_by_their_own_length(work: Workplace) -> None:
    """With a long place name, an officer's text takes one segment less than a household's."""
    lengths = set()
    for name in range(10, 18):
        asked = request(QIANFO, event="滑坡", assembly_point="安" * name)
        shown = await preview(work, "informant", asked)
        raised = await raise_alert(
            work.runtime, work.somebody("informant"), asked, None, again=True
        )
        assert raised.reached
        assert shown.forecast.segments == raised.reached.segments
        each = {language: text.segments for language, text in alert_texts(shown).items()}
        households = 8 * each["zh"] + each["en"]
        lengths.add((each["zh"], shown.forecast.segments - households))
    # Five texts to officers, each of one segment.
    assert lengths == {(1, 5), (2, 5)}


@pytest.mark.parametrize(("other", "shown"), [(QIANFO, True), (NEXT_VILLAGE, False)])
async def test_preview_shows_the_alert_code_if_another_alert_is_open(
    work: Workplace, other: str, shown: bool
) -> None:
    await work.raised("city-duty", other)
    asked = request(QIANFO)
    before = await preview(work, "informant", asked)
    raised = await raise_alert(work.runtime, work.somebody("informant"), asked, None, again=True)
    bodies = select(texts.c.body).where(texts.c.alert == raised.alert.id, texts.c.kind == "alert")
    sent = {row.body for row in work.rows(bodies)}
    assert {text.body for text in alert_texts(before).values()} == sent
    assert {f"#{raised.alert.number}" in body for body in sent} == {shown}


@pytest.mark.parametrize(("page", "linked"), [("a.cn/", True), ("https://a.example/h/", False)])
async def test_text_is_previewed_as_it_will_arrive(
    work: Workplace, page: str, linked: bool
) -> None:
    """The link in the preview is a placeholder of the real length, and adds no segment."""
    issuer = IssuerRules(names={"zh": "县"})
    asked = request(QIANFO, event="滑坡", status="Actual", assembly_point="校")
    plain = await preview_under(work, asked, issuer=issuer)
    shown = await preview_under(work, asked, issuer=issuer, household_page=page)
    link = f" {page}xxxxxxxxxxx" if linked else ""
    text, without = alert_texts(shown)["zh"], alert_texts(plain)["zh"]
    assert text.body == without.body + link
    assert text.segments == without.segments == 1
    assert shown.forecast.segments == plain.forecast.segments


async def test_preview_writes_nothing(work: Workplace) -> None:
    await preview(work, "city-duty", request(CITY))
    for table in (alerts, deliveries, texts):
        assert work.rows(select(func.count()).select_from(table)) == [(0,)]


async def test_finish_depends_on_the_rate_and_cost_on_the_price(
    work: Workplace,
) -> None:
    rules = work.runtime.policy.sending
    shown = await preview(work, "city-duty", request(COUNTY))
    seconds = shown.forecast.segments / rules.segments_per_second
    assert abs(shown.forecast.finish - work.runtime.clock.now()) < timedelta(seconds=seconds + 120)
    assert shown.forecast.cost == round(shown.forecast.segments * rules.cost_per_segment, 2)
    assert not shown.forecast.late


async def test_preview_is_refused_where_the_alert_would_be(work: Workplace) -> None:
    with pytest.raises(InvalidError, match="not within your division"):
        await preview(work, "informant", request(NEXT_VILLAGE))
    with pytest.raises(InvalidError, match="not a known division"):
        await preview(work, "city-duty", request("511999"))
    with pytest.raises(ForbiddenError):
        await preview(work, "administrator", request(CITY))


async def test_officers_get_chinese_texts_whatever_households_read(
    work: Workplace,
) -> None:
    work.change(update(HOUSEHOLDS).values(language="en"))
    shown = await preview(work, "informant", request(QIANFO))
    assert shown.audience.texts_by_language == {"en": 9, "zh": 5}


AROUND_QIANFO = [[31.5, 106.5], [31.5, 108], [32.5, 108], [32.5, 106.5]]


async def test_preview_of_a_drawn_area_counts_unplaced_households(work: Workplace) -> None:
    drawn = request(area={"polygon": AROUND_QIANFO})
    before = await preview(work, "city-duty", drawn)
    in_qianfo = HOUSEHOLDS.c.division.like(f"{QIANFO}%")
    somebody = select(func.max(HOUSEHOLDS.c.code)).where(in_qianfo).scalar_subquery()
    work.change(
        update(HOUSEHOLDS)
        .where(HOUSEHOLDS.c.code == somebody)
        .values(latitude=None, longitude=None)
    )
    shown = await preview(work, "city-duty", drawn)
    assert shown.audience.households == before.audience.households - 1
    assert before.unplaced == ()
    assert [(each.division, each.households) for each in shown.unplaced] == [(QIANFO, 1)]
    named = await preview(work, "city-duty", request(QIANFO))
    assert named.unplaced == ()
