"""An alert for a hazard point: its roll, its preview, and the copy of the point's area."""

from sqlalchemy import Engine, event, insert, select, update

from alerting.alerts.preview import preview_alert
from alerting.alerts.raise_alert import raise_alert
from alerting.cap.alert import AlertRequest
from alerting.cap_messages.tables import cap_messages
from alerting.roll.tables import roll
from contacts.roster.retire import follow_moves, retire_households
from contacts.tables import HAZARD_POINT_HOUSEHOLDS, HAZARD_POINTS, HOUSEHOLDS
from tests.support.city import NEXT_VILLAGE, QIANFO, found_city, headcount, household_code
from tests.support.hazard_points import CODE, INSIDE, LISTED, stored_point
from tests.support.running import Running, Workplace, request_for

ASKED = AlertRequest.model_validate(request_for() | {"area": {"hazard_point": CODE}})
THERE = sorted([*INSIDE, LISTED])


def place(work: Workplace) -> None:
    """Store the hazard point; move the next village away and remove two households' coordinates."""
    away = update(HOUSEHOLDS).where(HOUSEHOLDS.c.division == NEXT_VILLAGE).values(latitude=33.0)
    unknown = (LISTED, household_code(QIANFO, 9))
    lost = update(HOUSEHOLDS).where(HOUSEHOLDS.c.code.in_(unknown))
    work.change(*stored_point(), away, lost.values(latitude=None, longitude=None))


async def test_preview_counts_threatened_and_unplaced_households(
    work: Workplace,
) -> None:
    place(work)
    shown = await preview_alert(work.runtime, work.somebody("informant"), ASKED)
    assert shown.audience.households == len(THERE)
    assert shown.audience.people == sum(map(headcount, (1, 2, 3, 8)))
    assert [(each.division, each.households) for each in shown.unplaced] == [(QIANFO, 1)]
    assert shown.waits_for_approval == ()


async def test_alert_keeps_the_points_area_and_name_when_the_point_changes(work: Workplace) -> None:
    place(work)
    raised = await raise_alert(
        work.runtime, work.somebody("informant"), ASKED, "a key of it", again=True
    )
    on_roll = select(roll.c.household).order_by(roll.c.household)
    assert [each.household for each in work.rows(on_roll)] == THERE
    work.change(update(HAZARD_POINTS).values(name="改名", area='{"circles": []}'))
    again = await raise_alert(
        work.runtime, work.somebody("informant"), ASKED, "a key of it", again=True
    )
    area = again.alert.request.area
    assert (again.alert.id, area.hazard_point, area.name) == (raised.alert.id, CODE, "大梁滑坡")
    assert area.geometry is not None
    (message,) = work.rows(select(cap_messages.c.document))
    assert "<areaDesc>大梁滑坡 (" in message.document
    assert "<polygon>31.9005,107.1 " in message.document


async def test_invalid_hazard_points_are_refused(service: Running) -> None:
    for statement in stored_point():
        await service.change(statement)
    drawn = {"circles": [{"centre": [107.2, 31.9], "radius_km": 1}]}
    for area in ({"hazard_point": "X"}, {"hazard_point": CODE} | drawn):
        said = request_for() | {"area": area}
        status, told = await service.post("/api/alerts/preview", "commander", said)
        assert (status, "area.hazard_point" in str(told)) == (422, True)
    said = request_for() | {"area": {"hazard_point": CODE}}
    status, raised = await service.post("/api/alerts", "commander", said)
    assert status == 201
    _, state = await service.get(f"/api/alerts/{raised['id']}", "commander")
    assert (state["hazard_point"], state["area_name"]) == (CODE, "大梁滑坡")
    await service.change(update(HAZARD_POINTS).values(retired_at=service.runtime.clock.now()))
    assert (await service.post("/api/alerts/preview", "commander", said))[0] == 422


async def test_second_alert_for_a_hazard_point_needs_confirmation(service: Running) -> None:
    for statement in stored_point():
        await service.change(statement)
    said = request_for() | {"area": {"hazard_point": CODE}}
    first = await service.post("/api/alerts", "commander", said, **{"Idempotency-Key": "first-key"})
    assert first[0] == 201
    status, told = await service.post("/api/alerts", "informant", said)
    assert (status, told["code"]) == (409, "already_open")
    assert told["reasons"] == [f"#{first[1]['number']}"]
    repeated = await service.post(
        "/api/alerts", "commander", said, **{"Idempotency-Key": "first-key"}
    )
    assert (repeated[0], repeated[1]["id"]) == (200, first[1]["id"])
    assert (await service.post("/api/alerts?again=true", "informant", said))[0] == 201


def test_two_moved_households_take_one_update_per_table(engine: Engine) -> None:
    moved = {household_code(QIANFO, old): household_code(QIANFO, old + 2) for old in (7, 8)}
    listed = HAZARD_POINT_HOUSEHOLDS
    sent: list[str] = []
    with engine.begin() as connection:
        found_city(connection)
        for statement in stored_point():
            connection.execute(statement)
        connection.execute(insert(listed).values(point=CODE, household=min(moved)))
        event.listen(connection, "before_cursor_execute", lambda *said: sent.append(said[2]))
        follow_moves(connection, moved.items())
        query = select(listed.c.household).order_by(listed.c.household)
        assert list(connection.scalars(query)) == list(moved.values())
    assert [each[:6] for each in sent] == ["UPDATE", "UPDATE", "SELECT"], "points and neighbours"


def test_point_list_follows_moved_and_drops_retired_households(engine: Engine) -> None:
    moved = household_code(QIANFO, 9)
    listed = select(HAZARD_POINT_HOUSEHOLDS.c.household)
    with engine.begin() as connection:
        found_city(connection)
        for statement in stored_point():
            connection.execute(statement)
        follow_moves(connection, [(LISTED, moved)])
        retire_households(connection, [LISTED])
        assert list(connection.scalars(listed)) == [moved]
        retire_households(connection, [moved])
        assert list(connection.scalars(listed)) == []
