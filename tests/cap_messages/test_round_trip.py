"""What this service gives out, it takes in to the same alert."""

from typing import Any

import pytest
from sqlalchemy import select

from alerting.alerts.correct import cancel, correct
from alerting.alerts.raise_alert import raise_alert
from alerting.cap.alert import AlertRequest
from alerting.cap.changes import Changes
from alerting.cap.lifecycle import AlertState
from alerting.cap_inbox.rules.outcomes import Outcome
from alerting.cap_messages.tables import cap_messages
from alerting.ledger.alerts import StoredAlert, stored
from alerting.ledger.tables import areas
from alerting.roll.tables import roll
from alerting.runtime import Clock
from tests.support.cap_documents import POLICY, Desk, open_desk
from tests.support.city import NEXT_VILLAGE, QIANFO
from tests.support.running import request_for

SENDER = '[cap]\nsender = "alerts.example.org"\n'
AROUND = [[107.1, 31.9], [107.3, 31.9], [107.3, 31.9065], [107.1, 31.9065], [107.1, 31.9]]
HOLE = [
    [107.15, 31.9015],
    [107.25, 31.9015],
    [107.25, 31.9035],
    [107.15, 31.9035],
    [107.15, 31.9015],
]
CIRCLE = {"centre": [107.2, 31.9], "radius_km": 0.35}


async def raised(desk: Desk, **changes: Any) -> StoredAlert:
    """Raise an actual alert of the strongest kind."""
    work = desk.work
    request = AlertRequest.model_validate(request_for(status="Actual", **changes))
    return (await raise_alert(work.runtime, work.somebody("city-duty"), request, None)).alert


def given_out(desk: Desk, alert: int) -> bytes:
    """Return an alert's latest message."""
    query = select(cap_messages.c.document).where(cap_messages.c.alert == alert)
    rows = desk.work.rows(query.order_by(cap_messages.c.seq))
    return bytes(rows[-1].document.encode())


def on_roll(desk: Desk, alert: int) -> set[str]:
    return {row.household for row in desk.work.rows(select(roll).where(roll.c.alert == alert))}


def same_in(desk: Desk, alert: int) -> StoredAlert:
    return desk.work.runtime.database.look(lambda db: stored(db, alert))


def divisions(desk: Desk, alert: int) -> set[str]:
    return {row.division for row in desk.work.rows(select(areas).where(areas.c.alert == alert))}


@pytest.mark.parametrize(
    "area",
    [
        {"divisions": [QIANFO]},
        {"divisions": [QIANFO, NEXT_VILLAGE]},
        {"geometry": {"type": "Polygon", "coordinates": [AROUND]}},
        {"geometry": {"type": "Polygon", "coordinates": [AROUND, HOLE]}},
        {"circles": [CIRCLE]},
        {"geometry": {"type": "Polygon", "coordinates": [AROUND, HOLE]}, "circles": [CIRCLE]},
    ],
)
async def test_alert_comes_in_as_it_went_out(database_url: str, area: dict[str, Any]) -> None:
    async with open_desk(database_url, SENDER + POLICY, Clock()) as desk:
        out = await raised(
            desk, area=area, headline="立即撤离", hazard_location=[31.9, 107.2], event="滑坡"
        )
        done = await desk.take(given_out(desk, out.id))
        assert (done.outcome, done.alert) == (Outcome.ALERTED, out.id + 1)
        back = same_in(desk, out.id + 1)
        assert on_roll(desk, back.id) == on_roll(desk, out.id)
        assert divisions(desk, back.id) == divisions(desk, out.id)
        apart = {"area", "expires", "translations"}
        assert back.request.model_dump(exclude=apart) == out.request.model_dump(exclude=apart)
        assert back.expires == out.expires.replace(microsecond=0)


async def test_update_and_cancel_follow_their_alert(database_url: str) -> None:
    async with open_desk(database_url, SENDER + POLICY, Clock()) as desk:
        runtime, officer = desk.work.runtime, desk.work.somebody("city-duty")
        out = await raised(desk, area={"divisions": [QIANFO]})
        await desk.take(given_out(desk, out.id))
        changes = Changes(assembly_point="镇中学", event="泥石流", instruction="往高处走")
        await correct(runtime, officer, out.id, changes)
        await desk.take(given_out(desk, out.id))
        back = same_in(desk, out.id + 1)
        assert back.request.assembly_point == "镇中学"
        assert (back.request.event, back.request.instruction) == ("泥石流", "往高处走")
        await cancel(runtime, officer, out.id, "no landslide")
        await desk.take(given_out(desk, out.id))
        assert same_in(desk, out.id + 1).state is AlertState.CANCELLED
        assert len(desk.alerts()) == 2
