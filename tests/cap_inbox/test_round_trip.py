"""A second service that receives this service's CAP messages gets the same alert."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from sqlalchemy import Connection, select

from alerting.alerts.close import give_all_clear
from alerting.alerts.correct import cancel, correct
from alerting.cap.changes import Changes
from alerting.cap_inbox.rules.outcomes import Outcome, Reason
from alerting.cap_messages.tables import cap_messages
from alerting.ledger.tables import alerts, areas
from alerting.migrations.upgrade import migrate
from tests.support.cap_documents import POLICY, Desk, open_desk
from tests.support.city import NEXT_VILLAGE, QIANFO
from tests.support.running import Workplace

HOLED = {
    "type": "Polygon",
    "coordinates": [
        [[107.1, 31.8], [107.3, 31.8], [107.3, 32.0], [107.1, 32.0], [107.1, 31.8]],
        [[107.19, 31.9035], [107.21, 31.9035], [107.21, 31.9065], [107.19, 31.9035]],
    ],
}
AREAS: Mapping[str, dict[str, Any]] = {
    "divisions": {"divisions": [QIANFO, NEXT_VILLAGE]},
    "polygon": {"polygon": [[31.8, 107.1], [32, 107.1], [32, 107.3], [31.8, 107.3]]},
    "holes": {"geometry": HOLED},
    "circle": {"circles": [{"centre": [107.2, 31.905], "radius_km": 0.3}]},
}
TEXTS = {
    "event": "山体滑坡",
    "headline": "转移",
    "colour": "orange",
    "hazard_location": [31.9, 107.2],
    "language": "zh",
    "translations": {"en": {"event": "Landslide", "instruction": "Leave now"}},
}


@pytest.fixture
async def there(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """Yield a second service, whose policy acts on every message."""
    url = f"sqlite:///{tmp_path_factory.mktemp('there') / 'there.db'}"
    migrate(url)
    follow_all = POLICY.replace('severity = ["Extreme"]', "").replace('area = ["511921"]', "")
    async with open_desk(url, follow_all) as desk:
        yield desk


def documents(here: Workplace) -> list[str]:
    """Return the CAP documents issued by the first service, in order."""
    rows = here.rows(select(cap_messages.c.document).order_by(cap_messages.c.seq))
    return [document for (document,) in rows]


def said(place: Workplace) -> dict[str, Any]:
    ((request,),) = place.rows(select(alerts.c.request))
    found: dict[str, Any] = json.loads(request)
    for name in ("scope", "area", "effective", "expires"):
        found.pop(name)
    found["translations"] = found["translations"].keys()
    return found


def on_roll(place: Workplace) -> list[str]:
    def look(db: Connection) -> list[str]:
        return [code for (code,) in db.exec_driver_sql("SELECT household FROM roll ORDER BY 1")]

    return place.runtime.database.look(look)


@pytest.mark.parametrize("area", AREAS)
async def test_second_service_raises_the_same_alert(
    work: Workplace, there: Desk, area: str
) -> None:
    await work.raised("county-duty", area=AREAS[area], **TEXTS)
    (message,) = documents(work)
    done = await there.take(message)
    assert done.outcome is Outcome.ALERTED
    assert on_roll(there.work) == on_roll(work)
    mine, theirs = said(work), said(there.work)
    assert mine.pop("translations") <= theirs.pop("translations")
    # CAP cannot express the size of an exercise.
    assert (mine.pop("exercise")["size"], theirs.pop("exercise")) == ("everybody", None)
    assert theirs == mine
    reached = select(areas.c.division).order_by(areas.c.division)
    assert there.work.rows(reached) == work.rows(reached)
    expires = select(alerts.c.expires)
    (here,), (arrived,) = work.rows(expires)[0], there.work.rows(expires)[0]
    assert arrived == here.replace(microsecond=0)


async def test_second_service_follows_update_and_cancel(work: Workplace, there: Desk) -> None:
    raised = await work.raised("county-duty", QIANFO)
    officer, runtime = work.somebody("county-duty"), work.runtime
    await correct(runtime, officer, raised.alert.id, Changes(assembly_point="镇中学"))
    await cancel(runtime, officer, raised.alert.id, "the slope holds")
    outcomes = [(await there.take(message)).outcome for message in documents(work)]
    assert outcomes == [Outcome.ALERTED, Outcome.UPDATED, Outcome.CANCELLED]
    assert said(there.work)["assembly_point"] == "镇中学"
    assert there.alerts() == [("cancelled", "county-duty")]


async def test_second_service_clears_the_assembly_point_too(work: Workplace, there: Desk) -> None:
    raised = await work.raised("county-duty", QIANFO, assembly_point="镇中学")
    changes = Changes(assembly_point=None)
    await correct(work.runtime, work.somebody("county-duty"), raised.alert.id, changes)
    first, second = documents(work)
    await there.take(first)
    assert said(there.work)["assembly_point"] == "镇中学"
    await there.take(second)
    assert said(there.work)["assembly_point"] is None


async def test_second_service_gives_no_all_clear_of_its_own(work: Workplace, there: Desk) -> None:
    raised = await work.raised("county-duty", QIANFO)
    work.change(alerts.update().values(state="closed"))
    await give_all_clear(work.runtime, work.somebody("county-duty"), raised.alert.id)
    done = [await there.take(message) for message in documents(work)]
    assert (done[1].outcome, done[1].reason) == (Outcome.NOTED, Reason.ALL_CLEAR)
    assert there.alerts() == [("open", "county-duty")]


async def test_own_message_that_comes_back_is_a_duplicate(desk: Desk) -> None:
    raised = await desk.work.raised("county-duty", QIANFO)
    for message in documents(desk.work):
        done = await desk.take(message)
        assert (done.outcome, done.reason) == (Outcome.DUPLICATE, Reason.OUR_OWN)
        assert done.alert == raised.alert.id
    assert len(desk.alerts()) == 1
