"""The predicted range of zero, and the reasons for no prediction."""

from dataclasses import replace
from typing import Any

import pytest

from alerting.cap.lifecycle import AlertState
from alerting.feed.predicted import PredictionKind, Withheld
from alerting.prediction.rules.doors import Coming, Round, pace_of
from alerting.prediction.rules.zero import Outlook, Prediction, predict
from tests.support.city import NOW, after

OUTLOOK = Outlook(
    now=NOW,
    state=AlertState.OPEN,
    people=300,
    unaccounted=40,
    help_open=0,
    help_on_nobody=0,
    doors_on_nobody=0,
    rounds=[Round(6), Round(3)],
    pace=pace_of(20, 20 * 90.0),
    zero_at=None,
)


def predicted(**changes: Any) -> Prediction:
    return predict(replace(OUTLOOK, **changes))


def minutes(found: Prediction) -> tuple[float, float]:
    assert found.kind is PredictionKind.RANGE
    assert found.earliest is not None
    assert found.latest is not None
    early, late = ((each - NOW).total_seconds() / 60 for each in (found.earliest, found.latest))
    return early, late


def test_range_contains_the_end_of_the_longest_round() -> None:
    early, late = minutes(predicted())
    assert 5 < early < 9 < late < 13


def test_doors_due_later_move_the_range() -> None:
    joins = Round(0, (Coming(480.0, 10, 0.3),))
    early, late = minutes(predicted(rounds=[*OUTLOOK.rounds, joins]))
    assert early > 8
    assert late > minutes(predicted())[1]


def test_more_certain_pace_makes_a_narrower_range() -> None:
    unsure, sure = (minutes(predicted(pace=pace_of(n, n * 90.0))) for n in (1, 100))
    assert sure[1] - sure[0] < unsure[1] - unsure[0]


def test_zero_is_reached_when_nobody_is_missing_and_no_call_is_open() -> None:
    reached = Prediction(PredictionKind.REACHED, reached=after(900))
    assert predicted(unaccounted=0, zero_at=after(900)) == reached
    assert predicted(unaccounted=0, help_open=1, zero_at=None).kind is PredictionKind.RANGE


@pytest.mark.parametrize(
    ("changes", "reason", "number"),
    [
        ({"people": 0, "unaccounted": 0}, Withheld.NOBODY_ON_ROLL, 0),
        ({"state": AlertState.CANCELLED}, Withheld.OVER, 0),
        ({"help_open": 63, "help_on_nobody": 60}, Withheld.HELP_OPEN, 60),
        ({"doors_on_nobody": 4}, Withheld.DOORS_ON_NOBODY, 4),
        ({"rounds": [Round(5000)], "help_open": 63}, Withheld.CALLS_WAIT, 63),
        ({"rounds": [Round(5000), Round(3)]}, Withheld.DOORS_WAIT, 5003),
    ],
)
def test_prediction_is_withheld_with_a_reason(
    changes: dict[str, Any], reason: Withheld, number: int
) -> None:
    expected = Prediction(PredictionKind.WITHHELD, reason=reason, number=number)
    assert predicted(**changes) == expected
