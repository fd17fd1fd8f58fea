"""Approvals in the database: visibility, due times, and log entries."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, update

from alerting.approvals.ask import ask
from alerting.approvals.rules import ApprovalCause, ApprovalState, LapseReason
from alerting.approvals.store import (
    approval_for,
    approvals_for,
    approvals_of,
    decides,
    find_approval,
    settle,
    timed,
    waiting_of,
)
from alerting.errors import NotFoundError
from alerting.ledger.alerts import stored
from alerting.ledger.tables import alerts, events
from alerting.ledger.writer import Transaction
from tests.support.alert_rows import stored_alert
from tests.support.city import (
    COUNTY,
    FAR_TOWN,
    NEXT_VILLAGE,
    NOW,
    POLICY,
    TOWN,
    after,
    found_city,
    somebody,
)

WIDER = ApprovalCause.WIDER_AREA
AREAS = ([NEXT_VILLAGE], [FAR_TOWN], [COUNTY])


@pytest.fixture
def asked(engine: Engine) -> Engine:
    """Return a database with an alert for Qianfo and three waiting areas, asked a minute apart."""
    with engine.begin() as connection:
        found_city(connection)
        alert = stored(connection, stored_alert(connection))
        transaction = Transaction(connection, POLICY)
        for minute, area in enumerate(AREAS):
            ask(transaction, alert, WIDER, area, "informant", NOW + timedelta(minutes=minute))
        transaction.flush()
    return engine


def settled(engine: Engine, approval: int, state: ApprovalState) -> None:
    with engine.begin() as connection:
        transaction = Transaction(connection, POLICY)
        found = find_approval(connection, approval)
        assert found
        reason = LapseReason.REACHED_OTHERWISE if state is ApprovalState.LAPSED else None
        by = None if reason else "county-duty"
        settle(transaction, found, state, after(90), by=by, reason=reason)
        transaction.flush()


def test_stored_approval_reads_back(asked: Engine) -> None:
    with asked.begin() as connection:
        first = approvals_of(connection, 1)[0]
        assert (first.cause, first.divisions, first.asked_by) == (
            WIDER,
            (NEXT_VILLAGE,),
            "informant",
        )
        assert (first.asked, first.asked_at, first.passes_at) == (TOWN, NOW, after(300))
        assert (first.state, first.decided_by, first.decided_at) == ("waiting", None, None)
        assert find_approval(connection, first.id) == first
        assert find_approval(connection, 99) is None


def test_waiting_approvals_are_listed_first(asked: Engine) -> None:
    settled(asked, 1, ApprovalState.DECLINED)
    with asked.begin() as connection:
        assert [each.id for each in approvals_of(connection, 1)] == [2, 3, 1]
        assert [each.id for each in waiting_of(connection, 1)] == [2, 3]
        assert waiting_of(connection, 2) == ()


@pytest.mark.parametrize(
    ("state", "kind", "payload"),
    [
        (ApprovalState.APPROVED, "approval.approved", {}),
        (ApprovalState.DECLINED, "approval.declined", {}),
        (ApprovalState.LAPSED, "approval.lapsed", {"reason": "reached_otherwise"}),
    ],
)
def test_settling_is_stored_and_logged(
    asked: Engine, state: ApprovalState, kind: str, payload: dict[str, str]
) -> None:
    settled(asked, 1, state)
    by = None if payload else "county-duty"
    with asked.begin() as connection:
        found = find_approval(connection, 1)
        assert found
        assert (found.state, found.decided_by, found.decided_at) == (state, by, after(90))
        assert found.passes_at is None
        event = connection.execute(select(events).order_by(events.c.seq.desc()).limit(1)).one()
        assert (event.kind, event.subject) == (kind, by or "")
        said = {"approval": 1, "divisions": [NEXT_VILLAGE]} | payload
        assert json.loads(event.payload) == said


@pytest.mark.parametrize(
    ("officer", "seen"),
    [
        ("informant", [1, 2, 3]),
        ("commander", [1, 2, 3]),
        ("city-duty", [1, 2, 3]),
        ("far-commander", [2]),
        ("next-grid", []),
    ],
)
def test_approval_is_visible_to_officers_of_the_alert_and_deciders(
    asked: Engine, officer: str, seen: list[int]
) -> None:
    assert [each for each in (1, 2, 3) if sees(asked, officer, each)] == seen
    with asked.connect() as connection:
        caller = somebody(connection, officer)
        if seen:
            assert [each.id for each in approvals_for(connection, 1, caller)] == seen
        else:
            with pytest.raises(NotFoundError, match="no alert 1 within"):
                approvals_for(connection, 1, caller)


def sees(engine: Engine, officer: str, approval: int) -> bool:
    with engine.connect() as connection:
        try:
            return bool(approval_for(connection, approval, somebody(connection, officer)))
        except NotFoundError:
            return False


def test_deciding_needs_the_whole_area(asked: Engine) -> None:
    with asked.begin() as connection:
        commander = somebody(connection, "commander")
        assert decides(commander, [NEXT_VILLAGE, TOWN])
        assert not decides(commander, [NEXT_VILLAGE, FAR_TOWN])
        assert not decides(somebody(connection, "grid"), [NEXT_VILLAGE])


@pytest.mark.parametrize(
    ("seconds", "due"), [(299, []), (300, [1]), (359, [1]), (360, [1, 2]), (420, [1, 2, 3])]
)
def test_approval_is_due_after_the_tiers_interval(
    asked: Engine, seconds: int, due: list[int]
) -> None:
    with asked.begin() as connection:
        assert timed(connection, after(seconds), 10) == [(1, each) for each in due]
        assert timed(connection, after(seconds), 1) == [(1, each) for each in due[:1]]


@pytest.mark.parametrize("change", [{"state": "cancelled"}, {"expires": after(10)}])
def test_approval_is_due_at_once_when_its_alert_is_over(
    asked: Engine, change: dict[str, object]
) -> None:
    settled(asked, 2, ApprovalState.APPROVED)
    with asked.begin() as connection:
        assert timed(connection, after(10), 10) == []
        connection.execute(update(alerts).values(change))
        assert timed(connection, after(10), 10) == [(1, 1), (1, 3)]
