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
)
from tests.support.least_alert import LEAST, problems

VILLAGE = "511921100208"
SENT = datetime(2022, 8, 29, 5, 0, tzinfo=UTC)
TRIANGLE = [[31.9, 107.2], [31.9, 107.3], [32.0, 107.2]]
ACCEPTED = LEAST | {
    "identifier": "a1",
    "sender": "he@qianfo",
    "sent": SENT,
    "number": 27,
    "effective": SENT,
    "expires": SENT + timedelta(hours=1),
}


class TestRequest:
    def test_minimal_request_defaults_to_the_most_severe_values(self) -> None:
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
    def test_colour_determines_severity(self, colour: str, severity: str) -> None:
        request = AlertRequest.model_validate(LEAST | {"colour": colour})
        assert (request.colour, request.severity) == (colour, severity)

    def test_every_colour_has_a_severity(self) -> None:
        assert set(SEVERITY) == set(Colour)

    def test_round_trips_through_json(self) -> None:
        request = AlertRequest.model_validate(
            LEAST | {"area": {"polygon": TRIANGLE}, "hazard_location": [31.95, 107.25]}
        )
        assert AlertRequest.model_validate_json(request.model_dump_json()) == request

    def test_trims_typed_text(self) -> None:
        assert AlertRequest.model_validate(LEAST | {"event": " 滑坡 "}).event == "滑坡"

    def test_is_immutable(self) -> None:
        with pytest.raises(ValidationError):
            AlertRequest.model_validate(LEAST).status = Status.TEST  # type: ignore[misc]

    @pytest.mark.parametrize("msg_type", ["Update", "Cancel"])
    def test_update_and_cancel_need_references(self, msg_type: str) -> None:
        request = AlertRequest.model_validate(LEAST | {"msg_type": msg_type, "references": ["a1"]})
        assert request.references == ("a1",)
        assert problems(msg_type=msg_type)[0].startswith("references: list the alerts")

    def test_alert_has_no_references(self) -> None:
        assert problems(references=["a1"])[0].endswith("an Alert has no references")

    @pytest.mark.parametrize("gap", [timedelta(0), timedelta(seconds=-1)])
    def test_expiry_must_be_after_the_effective_time(self, gap: timedelta) -> None:
        assert problems(effective=SENT, expires=SENT + gap) == (
            "expires: give a time after effective",
        )

    @pytest.mark.parametrize("times", [{"effective": SENT}, {"expires": SENT}])
    def test_effective_or_expires_may_be_omitted(self, times: dict[str, datetime]) -> None:
        request = AlertRequest.model_validate(LEAST | times)
        assert (request.effective, request.expires).count(SENT) == 1


class TestArea:
    @pytest.mark.parametrize("area", [{}, {"divisions": []}, {"polygon": []}])
    def test_empty_area_is_refused(self, area: dict[str, Any]) -> None:
        (problem,) = problems(area=area)
        assert problem.startswith("area: give divisions, a drawing or a hazard point")
        assert "never widened by default" in problem

    def test_area_with_divisions_and_a_polygon_is_refused(self) -> None:
        (problem,) = problems(area={"divisions": [VILLAGE], "polygon": TRIANGLE})
        assert "one of the three" in problem

    @pytest.mark.parametrize("code", ["51192110020", "5119x", f"{VILLAGE}0001"])
    def test_malformed_division_code_is_refused(self, code: str) -> None:
        (problem,) = problems(area={"divisions": [VILLAGE, code]})
        assert problem.startswith(f"divisions: '{code}' is ")

    @pytest.mark.parametrize("corners", [TRIANGLE[:2], [*TRIANGLE[:2], TRIANGLE[0]]])
    def test_fewer_than_three_different_corners_are_refused(
        self, corners: list[list[float]]
    ) -> None:
        assert problems(area={"polygon": corners}) == (
            "polygon: give at least three different corners",
        )

    @pytest.mark.parametrize("polygon", [TRIANGLE, [*TRIANGLE, TRIANGLE[0]]])
    def test_polygon_may_be_closed_or_open(self, polygon: list[list[float]]) -> None:
        assert len(Area.model_validate({"polygon": polygon}).polygon) == len(polygon)

    @pytest.mark.parametrize(
        "corner",
        [[90.1, 0], [-90.1, 0], [0, 180.1], [0, -180.1], [0, float("nan")], [float("nan"), 0], [0]],
    )
    def test_corner_off_the_earth_is_refused(self, corner: list[float]) -> None:
        (problem,) = problems(area={"polygon": [*TRIANGLE, corner]})
        assert problem.startswith("polygon: ")

    def test_extreme_coordinates_are_accepted(self) -> None:
        corners = [[90, 180], [-90, -180], [0, 0]]
        assert Area.model_validate({"polygon": corners}).polygon[0] == (90, 180)


class TestAccepted:
    def test_code_is_the_number_with_a_hash_sign(self) -> None:
        alert = Alert.model_validate(ACCEPTED)
        assert (alert.code, alert.scope, alert.event) == ("#27", Scope.PUBLIC, "滑坡")

    @pytest.mark.parametrize("number", [10, 99])
    def test_number_has_two_digits(self, number: int) -> None:
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
    def test_incomplete_or_malformed_alert_is_refused(self, change: dict[str, Any]) -> None:
        with pytest.raises(ValidationError) as refused:
            Alert.model_validate(ACCEPTED | change)
        assert refused.value.errors()[0]["loc"] == tuple(change)

    def test_expiry_must_be_after_the_time_of_sending(self) -> None:
        with pytest.raises(ValidationError, match="expires: give a time after sent"):
            Alert.model_validate(ACCEPTED | {"effective": SENT - timedelta(1), "expires": SENT})
