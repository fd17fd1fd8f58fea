"""An alert is stored, its own area reached and the wider area left waiting in one transaction."""

import pytest
from sqlalchemy import Engine, func, select

from alerting.alerts.raise_alert import accept, split_to_raise
from alerting.approvals.rules import ApprovalCause
from alerting.approvals.store import approvals_of
from alerting.areas.audience import resolve
from alerting.areas.reach import Reached
from alerting.cap.alert import AlertRequest, Area
from alerting.errors import ConflictError, ForbiddenError, InvalidError
from alerting.ledger.alerts import StoredAlert
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.tables import alerts, events
from alerting.ledger.writer import Transaction
from alerting.officer_calls.tables import confirmations, officer_calls
from tests.support.alert_rows import REQUEST
from tests.support.city import (
    CITY,
    NEXT_VILLAGE,
    NOW,
    POLICY,
    QIANFO,
    TOWN,
    after,
    found_city,
    somebody,
)


@pytest.fixture
def city(engine: Engine) -> Engine:
    with engine.begin() as connection:
        found_city(connection)
    return engine


def request(*divisions: str, **changes: object) -> AlertRequest:
    return REQUEST.model_copy(update={"area": Area(divisions=divisions), **changes})


def accepted(
    engine: Engine, officer: str, asked: AlertRequest, key: str | None = None
) -> tuple[StoredAlert, Reached | None]:
    with engine.begin() as connection:
        transaction = Transaction(connection, POLICY)
        done = accept(transaction, somebody(connection, officer), asked, key, NOW)
        transaction.flush()
    return done


def test_alert_stores_the_request_and_the_area_reached(city: Engine) -> None:
    alert, reached = accepted(city, "informant", request(QIANFO, NEXT_VILLAGE))
    assert reached
    assert (alert.divisions, reached.households) == ((QIANFO,), 10)
    assert alert.request.area.divisions == (QIANFO, NEXT_VILLAGE)
    assert (alert.origin, alert.raised_by, alert.sent) == (QIANFO, "informant", NOW)
    with city.begin() as connection:
        (wider,) = approvals_of(connection, alert.id)
        assert (wider.cause, wider.divisions) == (ApprovalCause.WIDER_AREA, (NEXT_VILLAGE,))
        kinds = connection.execute(select(events.c.kind).order_by(events.c.seq)).scalars().all()
    assert kinds == ["alert.raised", "approval.asked", "officer.confirmed"]


def test_alert_expires_at_its_own_time_or_by_the_policy(city: Engine) -> None:
    assert accepted(city, "informant", request(QIANFO))[0].expires == after(86_400)
    ended = request(QIANFO, expires=after(600))
    assert accepted(city, "informant", ended)[0].expires == after(600)


@pytest.mark.parametrize("officer", ["informant", "grid", "commander", "city-duty"])
def test_raiser_counts_as_confirmed(city: Engine, officer: str) -> None:
    alert, _ = accepted(city, officer, request(QIANFO))
    with city.begin() as connection:
        c = confirmations.c
        kept = connection.execute(select(c.officer, c.channel, c.given_at)).all()
        assert kept == [(officer, EventKind.ALERT_RAISED, NOW)]
        of_alert = select(officer_calls).where(officer_calls.c.alert == alert.id)
        calls = connection.execute(of_alert).all()
    assert {row.officer for row in calls if row.next_at is None} == {officer}
    assert len(calls) == 5


def test_repeated_key_returns_the_first_alert(city: Engine) -> None:
    first, _ = accepted(city, "informant", request(QIANFO, NEXT_VILLAGE), "key-1")
    again, reached = accepted(city, "informant", request(QIANFO, NEXT_VILLAGE), "key-1")
    assert (again.id, reached) == (first.id, None)
    with city.begin() as connection:
        assert len(approvals_of(connection, first.id)) == 1
    with pytest.raises(ConflictError, match="Idempotency-Key"):
        accepted(city, "informant", request(QIANFO), "key-1")


@pytest.mark.parametrize(
    ("officer", "divisions", "at_once"),
    [
        ("informant", (QIANFO, NEXT_VILLAGE), (QIANFO,)),
        ("informant", (CITY,), (QIANFO,)),
        ("grid", (QIANFO,), (QIANFO,)),
        ("commander", (TOWN,), (TOWN,)),
    ],
)
def test_own_area_is_alerted_at_once(
    city: Engine, officer: str, divisions: tuple[str, ...], at_once: tuple[str, ...]
) -> None:
    with city.begin() as connection:
        area = resolve(connection, Area(divisions=divisions))
        assert split_to_raise(somebody(connection, officer), area).own.divisions == at_once


@pytest.mark.parametrize(
    ("officer", "divisions", "refused"),
    [
        ("informant", (NEXT_VILLAGE,), InvalidError),
        ("commander", (TOWN, CITY), InvalidError),
        ("far-commander", (QIANFO,), InvalidError),
        ("administrator", (CITY,), ForbiddenError),
    ],
)
def test_refused_areas_store_nothing(
    city: Engine, officer: str, divisions: tuple[str, ...], refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        accepted(city, officer, request(*divisions))
    with city.begin() as connection:
        assert connection.execute(select(func.count()).select_from(alerts)).scalar_one() == 0
