from typing import Any

import pytest

from alerting.config import Settings
from alerting.doctor.finding import Severity
from alerting.doctor.settings import problem_found, settings_findings
from tests.support.clocks import clock_file
from tests.support.gateway import ACCOUNT


def settings(**changes: Any) -> Settings:
    values = {
        "public_url": "https://alerts.example.org",
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": "secret",
        "twilio_from": "+8610007000001",
    }
    return Settings(_env_file=None, **(values | changes))


@pytest.mark.parametrize(
    ("problem", "said", "remedy"),
    [
        (
            "ALERTING_PUBLIC_URL: it is missing; set the address",
            "ALERTING_PUBLIC_URL: it is missing",
            "set the address",
        ),
        (
            "ALERTING_LOOPS: write one of all, api",
            "ALERTING_LOOPS: its value cannot be used",
            "write one of all, api",
        ),
        ("nothing can be sent: set A, or B", "nothing can be sent", "set A, or B"),
    ],
)
def test_settings_error_is_split_into_problem_and_remedy(
    problem: str, said: str, remedy: str
) -> None:
    found = problem_found(problem)
    assert (found.severity, found.said, found.remedy) == (Severity.FAILURE, said, remedy)


def test_ordinary_settings_have_one_good_finding() -> None:
    (found,) = settings_findings(settings())
    assert found.severity is Severity.GOOD
    assert "https://alerts.example.org" in found.said


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"public_url": "http://127.0.0.1:8000"}, "ALERTING_PUBLIC_URL"),
        ({"public_url": "http://[::1]:8000"}, "ALERTING_PUBLIC_URL"),
        ({"public_url": "http://localhost"}, "ALERTING_PUBLIC_URL"),
        ({"clock": clock_file(40.0)}, "ALERTING_CLOCK"),
        ({"loops": "read-only"}, "ALERTING_LOOPS"),
    ],
)
def test_unusual_setting_is_a_warning(changes: dict[str, Any], name: str) -> None:
    _, found = settings_findings(settings(**changes))
    assert found.severity is Severity.WARNING
    assert found.said.startswith(f"{name}: ")
    assert found.remedy


def test_local_public_url_is_no_warning_with_a_local_gateway() -> None:
    local = settings(public_url="http://127.0.0.1:8000", twilio_base_url="http://127.0.0.1:8001")
    assert len(settings_findings(local)) == 1
