"""Problem details: each status has its codes and an example."""

import pytest

from alerting.api.problems import (
    MEANINGS,
    MEDIA_TYPE,
    Problem,
    answer,
    code_for,
    codes_of,
    example_of,
    problem_of,
)


@pytest.mark.parametrize("status", MEANINGS)
def test_example_has_a_code_of_its_status(status: int) -> None:
    problem = Problem.model_validate(example_of(status))
    assert problem.status == status
    assert problem.code in codes_of(status)
    assert problem.type.endswith(f":{problem.code}")


def test_conflicts_and_invalid_fields_have_several_codes() -> None:
    assert codes_of(409) == ["conflict", "illegal_transition", "already_open", "doubtful"]
    assert codes_of(422) == ["invalid", "malformed"]


def test_other_status_gets_its_http_name_as_code() -> None:
    assert code_for(418) == "im_a_teapot"


def test_problem_response_is_not_cached() -> None:
    told = answer(problem_of(404, "not_found", "there is no alert 7"), {"Connection": "close"})
    assert told.headers["content-type"] == MEDIA_TYPE
    assert told.headers["cache-control"] == "no-store"
    assert told.headers["connection"] == "close"
