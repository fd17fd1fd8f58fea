"""An officer's unconfirmed calls, which are of open alerts only."""

import pytest
from sqlalchemy import Engine, insert, update

from alerting.cap.lifecycle import AlertState
from alerting.ledger.tables import alerts
from alerting.officer_calls.listing import unconfirmed_calls
from alerting.officer_calls.tables import confirmations, officer_calls
from tests.support.alert_rows import stored_alert
from tests.support.city import NOW, QIANFO, after, found_city, somebody


@pytest.fixture
def city(engine: Engine) -> Engine:
    """Store two open alerts; the grid officer of Qianfo was called to the second one earlier."""
    with engine.begin() as connection:
        found_city(connection)
        for number, called_at in ((27, after(60)), (28, NOW)):
            connection.execute(
                insert(officer_calls).values(
                    alert=stored_alert(connection, number),
                    officer="grid",
                    division=QIANFO,
                    called_at=called_at,
                    steps_done=0,
                    seq=1,
                )
            )
    return engine


def waiting(engine: Engine, officer: str = "grid") -> list[int]:
    with engine.begin() as connection:
        return [
            call.alert.number
            for call in unconfirmed_calls(connection, somebody(connection, officer))
        ]


def test_own_calls_are_listed_oldest_first(city: Engine) -> None:
    assert waiting(city) == [28, 27]
    assert waiting(city, "next-grid") == []


def test_confirmed_call_is_not_listed(city: Engine) -> None:
    with city.begin() as connection:
        for officer in ("grid", "next-grid"):
            alert = {"grid": 2, "next-grid": 1}[officer]
            connection.execute(
                insert(confirmations).values(
                    alert=alert, officer=officer, given_at=NOW, channel="web", seq=2
                )
            )
    assert waiting(city) == [27]


@pytest.mark.parametrize("state", [state for state in AlertState if state is not AlertState.OPEN])
def test_call_to_an_alert_that_is_not_open_is_not_listed(city: Engine, state: AlertState) -> None:
    with city.begin() as connection:
        connection.execute(update(alerts).where(alerts.c.id == 1).values(state=state))
    assert waiting(city) == [28]
