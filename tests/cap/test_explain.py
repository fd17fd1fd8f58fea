"""Error texts name the field, the problem and what to give instead."""

import pytest
from pydantic import ValidationError

from alerting.cap.alert import AlertRequest
from alerting.cap.explain import explain
from tests.support.least_alert import LEAST, problems


class TestExplanation:
    @pytest.mark.parametrize("field", sorted(LEAST.keys() - {"assembly_point"}))
    def test_missing_field_is_named_with_the_remedy(self, field: str) -> None:
        with pytest.raises(ValidationError) as refused:
            AlertRequest.model_validate({k: v for k, v in LEAST.items() if k != field})
        (problem,) = explain(refused.value.errors())
        assert problem.startswith(f"{field}: Field required; give ")
        assert "None" not in problem

    @pytest.mark.parametrize(
        ("field", "at_most"),
        [
            ("event", 30),
            ("headline", 160),
            ("description", 1000),
            ("instruction", 1000),
            ("assembly_point", 40),
        ],
    )
    def test_text_length_limit_is_stated(self, field: str, at_most: int) -> None:
        AlertRequest.model_validate(LEAST | {field: "山" * at_most})
        (problem,) = problems(**{field: "山" * (at_most + 1)})
        assert problem.startswith(f"{field}: String should have at most {at_most} characters; give")
        assert problems(**{field: "  "})[0].startswith(f"{field}: String should have at least 1")

    @pytest.mark.parametrize("status", ["System", "Draft", "actual"])
    def test_status_error_names_the_three_values(self, status: str) -> None:
        assert problems(status=status) == (
            "status: Input should be 'Actual', 'Exercise' or 'Test'; "
            "give Actual for a real alert, else Exercise or Test",
        )

    def test_error_of_an_unknown_field_says_to_leave_it_out(self) -> None:
        assert problems(severity="Minor") == ("severity: there is no such field; leave it out",)

    def test_naive_time_needs_a_time_zone(self) -> None:
        (problem,) = problems(expires="2022-08-29T05:00:00")
        assert problem.startswith("expires: Input should have timezone info; give when it ends")

    def test_every_problem_is_listed(self) -> None:
        assert [line.split(":")[0] for line in problems(event="", colour="pink", extra=1)] == [
            "event",
            "colour",
            "extra",
        ]

    def test_field_is_recognised_at_any_path(self) -> None:
        (problem,) = explain([{"type": "missing", "loc": ("body", "event"), "msg": "missing"}])
        assert problem.startswith("event: missing; give what happens")
        loc = ("body", "translations", "en", "event")
        (problem,) = explain([{"type": "missing", "loc": loc, "msg": "missing"}])
        assert problem == "event: missing; give the event in this language"

    def test_other_fields_called_name_do_not_get_the_areas_remedy(self) -> None:
        wrong = {"type": "string_too_long", "msg": "too long"}
        of_area, of_officer = explain(
            [{**wrong, "loc": ("body", "area", "name")}, {**wrong, "loc": ("body", "name")}]
        )
        assert "drawn area" in of_area
        assert of_officer == "name: too long"

    def test_non_object_request_reports_the_bare_problem(self) -> None:
        with pytest.raises(ValidationError) as refused:
            AlertRequest.model_validate([])
        (problem,) = explain(refused.value.errors())
        assert problem.startswith("Input should be a valid dictionary")

    def test_unknown_location_is_named_by_its_last_part(self) -> None:
        (problem,) = explain([{"type": "missing", "loc": ("query", "limit"), "msg": "missing"}])
        assert problem == "limit: missing"
        (problem,) = explain([{"type": "missing", "loc": ("body", "a", "b"), "msg": "missing"}])
        assert problem == "b: missing"
        (problem,) = explain([{"type": "json_invalid", "loc": ("body",), "msg": "no JSON"}])
        assert problem == "no JSON"

    @pytest.mark.parametrize(
        ("field", "at_most"),
        [("event", 30), ("headline", 160), ("description", 1000), ("assembly_point", 40)],
    )
    def test_text_lengths_are_bounded(self, field: str, at_most: int) -> None:
        for fits in ("一", "一" * at_most):
            assert getattr(AlertRequest.model_validate(LEAST | {field: fits}), field) == fits
        for wrong in ("", " ", "一" * (at_most + 1)):
            assert problems(**{field: wrong})[0].startswith(f"{field}: ")
