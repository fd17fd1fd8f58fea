"""An unresolved help case passes from the village to the town, then to the county."""

import pytest
from sqlalchemy import Engine, update

from alerting.cap.lifecycle import AlertState
from alerting.escalation.loop import STEPS
from alerting.help_cases.follow import pass_cases_on
from alerting.ledger.tables import alerts
from tests.support.city import COUNTY, QIANFO, TOWN, after
from tests.support.help_calls import HELP, OUT, called_out, kept_case, kinds, say, told, word, write

VILLAGE = {"grid", "informant"}


@pytest.fixture
def called(engine: Engine) -> Engine:
    """Store an alert in which household 3 of Qianfo calls for help at second 0."""
    called_out(engine)
    say(engine, word(HELP, after(0)))
    return engine


def passed(engine: Engine, second: float) -> int:
    return write(engine, lambda transaction: pass_cases_on(transaction, after(second)))


def owner_of(engine: Engine) -> tuple[str, float | None]:
    """Return the case's owner, and the second at which the case passes on."""
    kept = kept_case(engine)
    assert kept is not None
    passes_at = kept.passes_at
    return kept.owner, (passes_at - after(0)).total_seconds() if passes_at else None


def test_escalation_loop_passes_cases_on() -> None:
    assert pass_cases_on in STEPS


def test_case_passes_on_at_the_policys_times_and_each_owner_is_told_once(called: Engine) -> None:
    assert owner_of(called) == (QIANFO, 300)
    assert passed(called, 299.9) == 0
    assert {who for who, _ in told(called)} == VILLAGE
    assert passed(called, 300) == 1
    assert owner_of(called) == (TOWN, 600)
    assert passed(called, 300) == passed(called, 599) == 0
    assert passed(called, 600) == 1
    assert owner_of(called) == (COUNTY, None)
    assert passed(called, 99_999) == 0
    assert [who for who, channel in told(called) if channel == "sms"] == [
        "grid",
        "informant",
        "commander",
        "county-duty",
    ]
    assert kinds(called) == ["help.called", "help.passed_on", "help.passed_on"]


def test_overdue_case_passes_directly_to_its_current_owner(called: Engine) -> None:
    assert passed(called, 1200) == 1
    assert owner_of(called) == (COUNTY, None)
    assert {who for who, _ in told(called)} == {*VILLAGE, "county-duty"}


def test_resolved_case_keeps_its_owner(called: Engine) -> None:
    say(called, word(OUT, after(200), by="grid"))
    assert passed(called, 1200) == 0
    assert owner_of(called) == (QIANFO, None)


def test_reopened_case_starts_with_the_village_again(called: Engine) -> None:
    passed(called, 300)
    say(called, word(OUT, after(400), by="grid"))
    say(called, word(HELP, after(500)))
    assert owner_of(called) == (QIANFO, 800)
    assert passed(called, 799) == 0
    assert passed(called, 800) == 1
    assert owner_of(called) == (TOWN, 1100)


@pytest.mark.parametrize("state", [AlertState.CANCELLED, AlertState.ALL_CLEAR])
def test_case_of_an_ended_alert_is_not_passed_on(called: Engine, state: AlertState) -> None:
    with called.begin() as connection:
        connection.execute(update(alerts).values(state=state))
    assert passed(called, 1200) == 0
    assert owner_of(called)[0] == QIANFO
