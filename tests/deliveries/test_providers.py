"""Each provider's health is a row that all processes share."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from structlog.testing import capture_logs

from alerting.deliveries.providers import all_healths, begin_trial, enlist, healths_of, note
from alerting.deliveries.rules.providers import Condition, Health, Provider, Sign
from alerting.deliveries.tables import providers
from alerting.policy.sections import Channel
from tests.support.city import NOW, POLICY, after

FIRST = Provider("first", Channel.SMS, ("first", "second"))
SECOND = replace(FIRST, name="second")
TRIAL = timedelta(seconds=5)
BAD = [Sign.BAD] * 6


@pytest.fixture
def enlisted(engine: Engine) -> Engine:
    """Store a row for each of the two providers."""
    with engine.begin() as connection:
        enlist(connection, FIRST.preference, NOW)
    return engine


def noted(engine: Engine, provider: Provider, signs: Sequence[Sign], seconds: float = 0) -> None:
    with engine.begin() as connection:
        note(connection, provider, signs, after(seconds), POLICY.provider)


def conditions(engine: Engine) -> dict[str, Condition]:
    with engine.connect() as connection:
        return {name: health.condition for name, health in all_healths(connection).items()}


def test_enlisting_a_provider_again_keeps_its_health(enlisted: Engine) -> None:
    noted(enlisted, FIRST, BAD)
    with enlisted.begin() as connection:
        enlist(connection, ["first", "third"], after(60))
        assert healths_of(connection, ["first"], NOW) == {
            "first": Health(NOW, Condition.DOWN, falls=1)
        }
    assert conditions(enlisted) == {"first": Condition.DOWN, "third": Condition.UP}


def test_good_answers_write_nothing(enlisted: Engine) -> None:
    with enlisted.begin() as connection:
        before = connection.execute(select(providers)).all()
    noted(enlisted, FIRST, [Sign.GOOD] * 10, seconds=9)
    with enlisted.begin() as connection:
        assert connection.execute(select(providers)).all() == before


def test_answers_of_several_transactions_add_up(enlisted: Engine) -> None:
    for _ in range(5):
        noted(enlisted, FIRST, [Sign.BAD])
    assert conditions(enlisted)["first"] is Condition.UP
    with capture_logs() as logs:
        noted(enlisted, FIRST, [Sign.BAD])
    assert conditions(enlisted) == {"first": Condition.DOWN, "second": Condition.UP}
    assert [(log["log_level"], log["provider"]) for log in logs] == [("critical", "first")]


def test_good_answer_ends_a_run_of_bad_ones(enlisted: Engine) -> None:
    noted(enlisted, FIRST, BAD[:5])
    noted(enlisted, FIRST, [Sign.GOOD])
    noted(enlisted, FIRST, BAD[:5])
    assert conditions(enlisted)["first"] is Condition.UP


@pytest.mark.parametrize(
    ("other", "back"),
    [([], Condition.DOWN), ([Sign.SLOW] * 6, Condition.DOWN), (BAD, Condition.UP)],
)
def test_provider_is_up_after_one_good_answer_only_if_its_peer_is_down(
    enlisted: Engine, other: Sequence[Sign], back: Condition
) -> None:
    noted(enlisted, FIRST, BAD)
    noted(enlisted, SECOND, other)
    noted(enlisted, FIRST, [Sign.GOOD], seconds=1)
    assert conditions(enlisted)["first"] is back


def test_signs_of_a_provider_without_a_row_are_not_stored(engine: Engine) -> None:
    noted(engine, FIRST, BAD)
    assert conditions(engine) == {}
    with engine.connect() as connection:
        assert healths_of(connection, ["first"], NOW) == {"first": Health(NOW)}


def test_trial_begins_once_in_each_interval(enlisted: Engine) -> None:
    def begun(seconds: float) -> bool:
        with enlisted.begin() as connection:
            return begin_trial(connection, "first", after(seconds), TRIAL)

    assert [begun(s) for s in (0, 0, 4.9, 5, 5, 60)] == [True, False, False, True, False, True]
