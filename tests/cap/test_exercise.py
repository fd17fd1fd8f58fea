"""The size of an exercise: valid requests, and whom it reaches."""

from typing import Any

import pytest
from pydantic import ValidationError

from alerting.cap.alert import AlertRequest
from alerting.cap.exercise import ExerciseSize
from tests.support.city import QIANFO, household_code
from tests.support.running import request_for

HOUSEHOLD = household_code(QIANFO, 1)


def request(exercise: dict[str, Any] | None, status: str = "Exercise") -> AlertRequest:
    return AlertRequest.model_validate(request_for(QIANFO, status=status, exercise=exercise))


@pytest.mark.parametrize("status", ["Actual", "Test"])
def test_only_an_exercise_has_a_size(status: str) -> None:
    with pytest.raises(ValidationError, match="only an Exercise has a size"):
        request({"size": "officers"}, status)
    assert request(None, status).exercise_size is None
    assert request(None, status).reaches_all_households


@pytest.mark.parametrize(
    "exercise",
    [
        {"size": "one_phone"},
        {"size": "one_phone", "household": HOUSEHOLD, "officer": "grid"},
        {"size": "officers", "officer": "grid"},
        {"size": "everybody", "household": HOUSEHOLD},
    ],
)
def test_only_one_phone_names_a_household_or_officer(exercise: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="give one household or one officer"):
        request(exercise)


def test_exercise_without_a_size_reaches_everybody() -> None:
    whole = request(None)
    assert whole.exercise_size is ExerciseSize.EVERYBODY
    assert whole.reaches_all_households
    assert whole.reaches_officer("grid")


def test_officers_take_part_without_households() -> None:
    officers = request({"size": "officers"})
    assert not officers.reaches_all_households
    assert officers.reaches_officer("grid")


def test_one_phone_exercise_reaches_only_its_officer() -> None:
    own = request({"size": "one_phone", "officer": "grid"})
    assert [own.reaches_officer(each) for each in ("grid", "informant")] == [True, False]
    assert not own.reaches_all_households
