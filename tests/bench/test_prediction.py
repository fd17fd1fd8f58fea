"""The figures of the prediction bench, and a script that is played until zero."""

from datetime import timedelta
from pathlib import Path

import pytest

from alerting.feed.predicted import PredictionKind, Withheld
from alerting.prediction.rules.zero import Prediction
from scripts.benches.prediction import Told, figures, play
from tests.support.city import NOW, after

MINUTES = 60.0


def told(minute: int, early: float, late: float, zero: float) -> Told:
    earliest, latest = after(early * MINUTES), after(late * MINUTES)
    made = Prediction(PredictionKind.RANGE, earliest, latest)
    return Told(minute, made, after(zero * MINUTES))


def test_prediction_is_right_if_zero_lies_in_its_range() -> None:
    assert told(1, 10, 20, 18).is_right
    assert told(1, 10, 20, 18).error == 3
    assert not told(1, 10, 20, 21).is_right


def test_figures_count_shares_and_errors_by_minute() -> None:
    withheld = Prediction(PredictionKind.WITHHELD, reason=Withheld.HELP_OPEN, number=1)
    found = figures(
        [
            told(1, 10, 20, 18),
            told(4, 10, 20, 25),
            told(12, 10, 14, 13),
            Told(13, withheld, NOW + timedelta(minutes=20)),
        ]
    )
    assert found["predictions"] == 4
    assert found["withheld_percent"] == 25
    assert found["in_range_percent"] == pytest.approx(200 / 3)
    assert found["in_range_percent_from_0_min"] == 50
    assert found["median_error_minutes_from_0_min"] == 6.5
    assert found["median_error_minutes_from_10_min"] == 1


@pytest.mark.long
async def test_script_is_played_until_zero(tmp_path: Path) -> None:
    found = await play(tmp_path, 1, 20, widens=False)
    assert found
    assert all(each.zero > NOW for each in found)
    assert [each.minute for each in found] == list(range(len(found)))
