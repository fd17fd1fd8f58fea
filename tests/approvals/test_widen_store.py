"""Widening: parts alerted at once, parts left waiting, and adjacent villages proposed."""

import pytest
from sqlalchemy import Engine, delete, insert, select

from alerting.approvals.rules import ApprovalCause
from alerting.approvals.store import Approval, approvals_of
from alerting.approvals.widen import propose_next_door, widen_as_far_as
from alerting.areas.audience import resolve
from alerting.cap.alert import Area
from alerting.ledger.alerts import stored
from alerting.ledger.tables import events
from alerting.ledger.writer import Transaction
from alerting.roll.tables import roll
from contacts.tables import DIVISIONS, HOUSEHOLD_PHONES, HOUSEHOLDS
from tests.support.alert_rows import stored_alert
from tests.support.city import (
    FAR_TOWN,
    NEXT_VILLAGE,
    NOW,
    POLICY,
    QIANFO,
    TOWN,
    found_city,
    household_code,
    somebody,
)

THIRD = f"{TOWN}210"
GRID = f"{THIRD}001"
FAR_VILLAGE = f"{FAR_TOWN}200"
PLACES = [
    {"code": THIRD, "name": "三村", "tier": "village", "parent": TOWN},
    {"code": GRID, "name": "三村一网格", "tier": "grid", "parent": THIRD},
    {"code": FAR_VILLAGE, "name": "远村", "tier": "village", "parent": FAR_TOWN},
]


@pytest.fixture
def city(engine: Engine) -> Engine:
    """Return a database with an alert for Qianfo without a roll, and three empty divisions."""
    with engine.begin() as connection:
        found_city(connection)
        connection.execute(insert(DIVISIONS), PLACES)
        stored_alert(connection)
    return engine


def settle_in(engine: Engine, division: str) -> None:
    with engine.begin() as connection:
        values = {"address": "1号", "head": "住户", "headcount": 2, "language": "zh"}
        household = {"code": f"{division}0001", "division": division, "vulnerable": ""}
        connection.execute(insert(HOUSEHOLDS).values(persons="", **household, **values))


def widened(engine: Engine, officer: str, *divisions: str) -> list[Approval]:
    with engine.begin() as connection:
        transaction = Transaction(connection, POLICY)
        area = resolve(connection, Area(divisions=divisions))
        caller = somebody(connection, officer)
        widen_as_far_as(transaction, stored(connection, 1), area, caller, NOW)
        transaction.flush()
        return approvals_of(connection, 1)


def proposed_next_door(engine: Engine) -> list[Approval]:
    """Propose the adjacent villages; return all approvals of the alert, waiting and settled."""
    with engine.begin() as connection:
        transaction = Transaction(connection, POLICY)
        propose_next_door(transaction, stored(connection, 1), NOW)
        transaction.flush()
        return approvals_of(connection, 1)


def kinds(engine: Engine) -> list[str]:
    with engine.begin() as connection:
        return list(connection.execute(select(events.c.kind).order_by(events.c.seq)).scalars())


def test_adjacent_villages_are_proposed_after_an_area_is_alerted(city: Engine) -> None:
    settle_in(city, GRID)
    assert widened(city, "commander", QIANFO) == []
    (proposed,) = proposed_next_door(city)
    assert (proposed.cause, proposed.asked_by) == (ApprovalCause.ADJACENT_VILLAGES, "informant")
    assert (proposed.divisions, proposed.asked) == ((NEXT_VILLAGE, THIRD), TOWN)
    assert kinds(city) == ["alert.widened", "approval.asked"]


def test_village_without_households_is_not_proposed(city: Engine) -> None:
    (proposed,) = proposed_next_door(city)
    assert proposed.divisions == (NEXT_VILLAGE,)
    with city.begin() as connection:
        connection.execute(delete(HOUSEHOLD_PHONES))
        connection.execute(delete(HOUSEHOLDS).where(HOUSEHOLDS.c.division == NEXT_VILLAGE))
        stored_alert(connection, 28)
        transaction = Transaction(connection, POLICY)
        propose_next_door(transaction, stored(connection, 2), NOW)
        assert approvals_of(connection, 2) == []


def test_each_town_has_its_own_proposal(city: Engine) -> None:
    far = f"{FAR_TOWN}201"
    with city.begin() as connection:
        place = {"code": far, "name": "更远村", "tier": "village", "parent": FAR_TOWN}
        connection.execute(insert(DIVISIONS).values(place))
    settle_in(city, FAR_VILLAGE)
    settle_in(city, far)
    widened(city, "county-duty", QIANFO, FAR_VILLAGE)
    found = proposed_next_door(city)
    assert [(each.divisions, each.asked) for each in found] == [
        ((NEXT_VILLAGE,), TOWN),
        ((far,), FAR_TOWN),
    ]


def test_proposal_is_not_repeated(city: Engine) -> None:
    widened(city, "commander", QIANFO)
    before = proposed_next_door(city)
    assert len(before) == 1
    assert proposed_next_door(city) == before


def test_requested_village_is_not_proposed(city: Engine) -> None:
    settle_in(city, GRID)
    widened(city, "informant", QIANFO, NEXT_VILLAGE)
    wider, proposed = proposed_next_door(city)
    assert (wider.cause, wider.divisions) == (ApprovalCause.WIDER_AREA, (NEXT_VILLAGE,))
    assert (proposed.cause, proposed.divisions) == (ApprovalCause.ADJACENT_VILLAGES, (THIRD,))


def test_neighbours_of_a_waiting_area_are_not_proposed(city: Engine) -> None:
    far = f"{FAR_TOWN}201"
    with city.begin() as connection:
        place = {"code": far, "name": "更远村", "tier": "village", "parent": FAR_TOWN}
        connection.execute(insert(DIVISIONS).values(place))
    settle_in(city, far)
    found = widened(city, "informant", FAR_VILLAGE)
    assert [each.cause for each in found] == [ApprovalCause.WIDER_AREA]
    (_, proposed) = proposed_next_door(city)
    assert proposed.divisions == (NEXT_VILLAGE,)


def test_proposal_lapses_only_when_all_of_it_is_alerted(city: Engine) -> None:
    settle_in(city, GRID)
    widened(city, "commander", QIANFO)
    proposed_next_door(city)
    (waiting,) = widened(city, "commander", NEXT_VILLAGE)
    assert waiting.state == "waiting"
    (lapsed,) = widened(city, "commander", THIRD)
    assert lapsed.state == "lapsed"


def test_polygon_over_part_of_a_village_leaves_the_proposal_waiting(city: Engine) -> None:
    polygon = ((31.9, 107.1), (31.9, 107.3), (31.9035, 107.3), (31.9035, 107.1))
    widened(city, "commander", QIANFO)
    proposed_next_door(city)
    with city.begin() as connection:
        transaction = Transaction(connection, POLICY)
        area = resolve(connection, Area(polygon=polygon))
        caller = somebody(connection, "commander")
        widen_as_far_as(transaction, stored(connection, 1), area, caller, NOW)
        transaction.flush()
        third = household_code(NEXT_VILLAGE, 3)
        joined = select(roll.c.household).where(roll.c.household.startswith(NEXT_VILLAGE))
        assert max(connection.execute(joined).scalars()) == third
        (waiting,) = approvals_of(connection, 1)
        assert waiting.state == "waiting"
