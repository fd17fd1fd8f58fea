from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from alerting.cap.alert import (
    SEVERITY,
    Alert,
    AlertRequest,
    Area,
    Category,
    Certainty,
    Colour,
    MsgType,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
    explain,
)

VILLAGE = "511921100208"
SENT = datetime(2022, 8, 29, 5, 0, tzinfo=UTC)
TRIANGLE = [[31.9, 107.2], [31.9, 107.3], [32.0, 107.2]]
LEAST = {
    "status": "Actual",
    "event": "滑坡",
    "description": "雨后山坡开裂",
    "instruction": "立即转移",
    "area": {"divisions": [VILLAGE]},
    "assembly_point": "千佛小学",
}
ACCEPTED = LEAST | {
    "identifier": "a1",
    "sender": "he@qianfo",
    "sent": SENT,
    "number": 27,
    "effective": SENT,
    "expires": SENT + timedelta(hours=1),
}


def problems(**changes: Any) -> tuple[str, ...]:
    with pytest.raises(ValidationError) as refused:
        AlertRequest.model_validate(LEAST | changes)
    return explain(refused.value.errors())


class TestRequest:
    def test_needs_few_fields_and_takes_the_gravest_of_the_rest(self) -> None:
        request = AlertRequest.model_validate(LEAST)
        assert request.colour is Colour.RED
        assert request.severity is Severity.EXTREME
        assert request.urgency is Urgency.IMMEDIATE
        assert request.certainty is Certainty.OBSERVED
        assert request.response_type is ResponseType.EVACUATE
        assert request.category is Category.GEO
        assert request.msg_type is MsgType.ALERT
        assert (request.effective, request.expires, request.headline) == (None, None, None)

    @pytest.mark.parametrize(
        ("colour", "severity"),
        [("red", "Extreme"), ("orange", "Severe"), ("yellow", "Moderate"), ("blue", "Minor")],
    )
    def test_the_colour_is_kept_and_gives_the_severity(self, colour: str, severity: str) -> None:
        request = AlertRequest.model_validate(LEAST | {"colour": colour})
        assert (request.colour, request.severity) == (colour, severity)

    def test_every_colour_has_a_severity(self) -> None:
        assert set(SEVERITY) == set(Colour)

    def test_survives_being_kept_as_json(self) -> None:
        request = AlertRequest.model_validate(
            LEAST | {"area": {"polygon": TRIANGLE}, "hazard_location": [31.95, 107.25]}
        )
        assert AlertRequest.model_validate_json(request.model_dump_json()) == request

    def test_trims_what_is_typed(self) -> None:
        assert AlertRequest.model_validate(LEAST | {"event": " 滑坡 "}).event == "滑坡"

    def test_is_never_changed(self) -> None:
        with pytest.raises(ValidationError):
            AlertRequest.model_validate(LEAST).status = Status.TEST  # type: ignore[misc]

    @pytest.mark.parametrize("msg_type", ["Update", "Cancel"])
    def test_a_correction_names_the_alerts_it_is_about(self, msg_type: str) -> None:
        request = AlertRequest.model_validate(LEAST | {"msg_type": msg_type, "references": ["a1"]})
        assert request.references == ("a1",)
        assert problems(msg_type=msg_type)[0].startswith("references: name the alerts")

    def test_an_alert_refers_to_none(self) -> None:
        assert problems(references=["a1"])[0].endswith("an Alert refers to none")

    @pytest.mark.parametrize("gap", [timedelta(0), timedelta(seconds=-1)])
    def test_ends_after_it_begins(self, gap: timedelta) -> None:
        assert problems(effective=SENT, expires=SENT + gap) == (
            "expires: give a time after effective",
        )

    @pytest.mark.parametrize("times", [{"effective": SENT}, {"expires": SENT}])
    def test_may_name_one_end_only(self, times: dict[str, datetime]) -> None:
        request = AlertRequest.model_validate(LEAST | times)
        assert (request.effective, request.expires).count(SENT) == 1


class TestArea:
    @pytest.mark.parametrize("area", [{}, {"divisions": []}, {"polygon": []}])
    def test_that_is_empty_is_refused(self, area: dict[str, Any]) -> None:
        (problem,) = problems(area=area)
        assert problem.startswith("area: name divisions or draw a polygon")
        assert "never widened by default" in problem

    def test_is_either_divisions_or_a_polygon(self) -> None:
        (problem,) = problems(area={"divisions": [VILLAGE], "polygon": TRIANGLE})
        assert "one of the two" in problem

    @pytest.mark.parametrize("code", ["51192110020", "5119x", f"{VILLAGE}0001"])
    def test_takes_codes_of_divisions_only(self, code: str) -> None:
        (problem,) = problems(area={"divisions": [VILLAGE, code]})
        assert problem.startswith(f"divisions: '{code}' is ")

    @pytest.mark.parametrize("corners", [TRIANGLE[:2], [*TRIANGLE[:2], TRIANGLE[0]]])
    def test_of_two_corners_is_refused(self, corners: list[list[float]]) -> None:
        assert problems(area={"polygon": corners}) == (
            "polygon: give at least three different corners",
        )

    @pytest.mark.parametrize("polygon", [TRIANGLE, [*TRIANGLE, TRIANGLE[0]]])
    def test_may_be_drawn_closed_or_open(self, polygon: list[list[float]]) -> None:
        assert len(Area.model_validate({"polygon": polygon}).polygon) == len(polygon)

    @pytest.mark.parametrize(
        "corner",
        [[90.1, 0], [-90.1, 0], [0, 180.1], [0, -180.1], [0, float("nan")], [float("nan"), 0], [0]],
    )
    def test_lies_on_the_earth(self, corner: list[float]) -> None:
        (problem,) = problems(area={"polygon": [*TRIANGLE, corner]})
        assert problem.startswith("polygon: ")

    def test_may_touch_the_ends_of_the_earth(self) -> None:
        corners = [[90, 180], [-90, -180], [0, 0]]
        assert Area.model_validate({"polygon": corners}).polygon[0] == (90, 180)


class TestExplanation:
    @pytest.mark.parametrize("field", LEAST)
    def test_of_a_missing_field_names_it_and_the_remedy(self, field: str) -> None:
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
    def test_of_a_text_says_how_long_it_may_be(self, field: str, at_most: int) -> None:
        AlertRequest.model_validate(LEAST | {field: "山" * at_most})
        (problem,) = problems(**{field: "山" * (at_most + 1)})
        assert problem.startswith(f"{field}: String should have at most {at_most} characters; give")
        assert problems(**{field: "  "})[0].startswith(f"{field}: String should have at least 1")

    @pytest.mark.parametrize("status", ["System", "Draft", "actual"])
    def test_of_a_status_names_the_three(self, status: str) -> None:
        assert problems(status=status) == (
            "status: Input should be 'Actual', 'Exercise' or 'Test'; "
            "give Actual, or Exercise or Test to rehearse",
        )

    def test_of_an_unknown_field_says_to_leave_it_out(self) -> None:
        assert problems(severity="Minor") == ("severity: there is no such field; leave it out",)

    def test_of_a_time_asks_for_its_zone(self) -> None:
        (problem,) = problems(expires="2022-08-29T05:00:00")
        assert problem.startswith("expires: Input should have timezone info; give when it ends")

    def test_lists_all_that_is_wrong(self) -> None:
        assert [line.split(":")[0] for line in problems(event="", colour="pink", extra=1)] == [
            "event",
            "colour",
            "extra",
        ]

    def test_knows_a_field_wherever_the_request_stood(self) -> None:
        (problem,) = explain([{"type": "missing", "loc": ("body", "event"), "msg": "missing"}])
        assert problem.startswith("event: missing; give what happens")

    def test_of_what_is_no_request_at_all_is_the_problem_itself(self) -> None:
        with pytest.raises(ValidationError) as refused:
            AlertRequest.model_validate([])
        (problem,) = explain(refused.value.errors())
        assert problem.startswith("Input should be a valid dictionary")

    def test_of_a_field_that_is_not_its_own_names_the_last_part(self) -> None:
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
    def test_a_text_has_a_length(self, field: str, at_most: int) -> None:
        for fits in ("一", "一" * at_most):
            assert getattr(AlertRequest.model_validate(LEAST | {field: fits}), field) == fits
        for wrong in ("", " ", "一" * (at_most + 1)):
            assert problems(**{field: wrong})[0].startswith(f"{field}: ")


class TestAccepted:
    def test_is_a_request_with_its_number(self) -> None:
        alert = Alert.model_validate(ACCEPTED)
        assert (alert.code, alert.scope, alert.event) == ("#27", Scope.PUBLIC, "滑坡")

    @pytest.mark.parametrize("number", [10, 99])
    def test_has_a_number_of_two_digits(self, number: int) -> None:
        assert Alert.model_validate(ACCEPTED | {"number": number}).code == f"#{number}"

    @pytest.mark.parametrize(
        "change",
        [
            {"number": 9},
            {"number": 100},
            {"identifier": "two words"},
            {"identifier": ""},
            {"identifier": "a" * 121},
            {"sender": "a,b"},
            {"sent": datetime(2022, 8, 29)},  # noqa: DTZ001
            {"expires": None},
            {"effective": None},
            {"status": None},
        ],
    )
    def test_is_complete(self, change: dict[str, Any]) -> None:
        with pytest.raises(ValidationError) as refused:
            Alert.model_validate(ACCEPTED | change)
        assert refused.value.errors()[0]["loc"] == tuple(change)

    def test_ends_after_it_is_sent(self) -> None:
        with pytest.raises(ValidationError, match="expires: give a time after sent"):
            Alert.model_validate(ACCEPTED | {"effective": SENT - timedelta(1), "expires": SENT})
