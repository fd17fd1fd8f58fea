"""An officer resends the alert to non-responders: counted, idempotent and logged."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import update

from alerting.alerts.correct import cancel
from alerting.deliveries.tables import deliveries
from alerting.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from alerting.messages.text import segments
from alerting.reminders.send_again import Counted, SentAgain, preview_again, send_again
from tests.support.city import COUNTY, NEXT_VILLAGE, POLICY, QIANFO, TOWN, after, household_code
from tests.support.closed_alert import AfterZero, raised
from tests.support.running import Workplace

AT = after(90)
KEY = "a-press-of-the-button"
WITH_PHONES = range(1, 10)


def the_texts_have_left(work: Workplace) -> None:
    work.change(update(deliveries).values(state="delivered"))


async def again(
    scene: AfterZero, caller: str = "commander", division: str = QIANFO, key: str | None = KEY
) -> SentAgain:
    return await send_again(
        scene.runtime(AT), scene.work.somebody(caller), scene.alert, division, key
    )


def recipients(reminders: Sequence[Any]) -> list[str]:
    return sorted(row.recipient for row in reminders)


async def test_only_non_responders_get_a_reminder(work: Workplace) -> None:
    scene = await raised(work)
    the_texts_have_left(work)
    await scene.text(1, "1", after(60))
    await scene.text(2, "2", after(60))
    the_texts_have_left(work)
    sent = await again(scene)
    reminders = scene.owed("reminder")
    assert recipients(reminders) == [household_code(QIANFO, n) for n in range(3, 10)]
    assert {(row.due_at, row.state) for row in reminders} == {(AT, "queued")}
    assert sent.counted == Counted(
        households=7,
        people=4 + 1 + 2 + 3 + 4 + 1 + 2,
        segments=sum(segments(row.body).count for row in reminders),
        waiting=0,
        unreachable=1,
    )
    assert ("deliveries", "") in work.woken


async def test_preview_gives_counts_and_sends_nothing(work: Workplace) -> None:
    scene = await raised(work)
    the_texts_have_left(work)
    commander = work.somebody("commander")
    told = await preview_again(scene.runtime(AT), commander, scene.alert, QIANFO)
    assert scene.owed("reminder") == []
    assert (told.counted.households, told.counted.unreachable) == (9, 1)
    seconds = told.counted.segments / POLICY.sending.segments_per_second
    assert (told.finish - AT).total_seconds() == pytest.approx(seconds)
    assert told == await again(scene)


async def test_household_with_a_waiting_text_is_skipped(work: Workplace) -> None:
    scene = await raised(work)
    sent = await again(scene)
    assert (sent.counted.households, sent.counted.waiting, sent.counted.segments) == (0, 9, 0)
    assert scene.owed("reminder") == []
    assert scene.events("households.reminded") == []


async def test_log_names_officer_division_and_counts(work: Workplace) -> None:
    scene = await raised(work)
    the_texts_have_left(work)
    await again(scene)
    (event,) = scene.events("households.reminded")
    assert (event.subject, event.division, event.at) == ("commander", QIANFO, AT)
    payload = json.loads(event.payload)
    assert (payload["sms"], payload["key"]) == (9, KEY)
    assert payload["counted"]["unreachable"] == 1


@pytest.mark.parametrize(
    ("keys", "texts"), [((KEY, KEY), 9), ((KEY, "another-press"), 18), ((None, None), 18)]
)
async def test_idempotency_key_sends_once(
    work: Workplace, keys: tuple[str | None, str | None], texts: int
) -> None:
    scene = await raised(work)
    the_texts_have_left(work)
    first = await again(scene, key=keys[0])
    the_texts_have_left(work)
    second = await again(scene, key=keys[1])
    assert len(scene.owed("reminder")) == texts
    assert second.counted == first.counted


async def test_idempotency_key_belongs_to_its_officer(work: Workplace) -> None:
    scene = await raised(work)
    the_texts_have_left(work)
    await again(scene)
    the_texts_have_left(work)
    await again(scene, "county-duty")
    assert len(scene.owed("reminder")) == 18


@pytest.mark.parametrize(
    ("caller", "division", "error"),
    [
        ("informant", QIANFO, ForbiddenError),
        ("grid", QIANFO, ForbiddenError),
        ("administrator", QIANFO, ForbiddenError),
        ("far-commander", QIANFO, NotFoundError),
        ("commander", COUNTY, InvalidError),
        ("commander", NEXT_VILLAGE, InvalidError),
    ],
)
async def test_unauthorised_officer_gets_a_reason(
    work: Workplace, caller: str, division: str, error: type[Exception]
) -> None:
    scene = await raised(work)
    the_texts_have_left(work)
    with pytest.raises(error):
        await again(scene, caller, division)
    with pytest.raises(error):
        await preview_again(scene.runtime(AT), work.somebody(caller), scene.alert, division)
    assert scene.owed("reminder") == []


async def test_wider_division_includes_the_alerts_area(work: Workplace) -> None:
    scene = await raised(work)
    the_texts_have_left(work)
    assert (await again(scene, "county-duty", TOWN)).counted.households == 9


@pytest.mark.parametrize("over", ["cancelled", "expired"])
async def test_nothing_is_sent_again_for_an_alert_that_has_ended(
    work: Workplace, over: str
) -> None:
    scene = await raised(work, **({"expires": AT.isoformat()} if over == "expired" else {}))
    the_texts_have_left(work)
    if over == "cancelled":
        await cancel(scene.runtime(after(60)), work.somebody("commander"), scene.alert, "no slope")
    with pytest.raises(ConflictError, match="no longer open"):
        await again(scene)
    assert scene.owed("reminder") == []
