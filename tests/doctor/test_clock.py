from datetime import timedelta

import pytest
from sqlalchemy import Engine

from alerting.doctor.clock import clock_found, database_offset, offset_from
from alerting.doctor.finding import Severity
from tests.support.city import NOW, after


@pytest.mark.parametrize(
    ("seconds", "severity", "words"),
    [
        (0.0, Severity.GOOD, "agrees with Twilio"),
        (-2.0, Severity.GOOD, "agrees with Twilio"),
        (2.5, Severity.WARNING, "2.5 s ahead of the clock of Twilio"),
        (-60.0, Severity.WARNING, "60.0 s behind the clock of Twilio"),
        (3600.0, Severity.FAILURE, "3,600.0 s ahead of the clock of Twilio"),
    ],
)
def test_clock_offset_sets_the_severity(seconds: float, severity: Severity, words: str) -> None:
    found = clock_found("Twilio", timedelta(seconds=seconds))
    assert (found.severity, found.said) == (severity, words)


def test_remote_clock_is_read_midway() -> None:
    assert offset_from(NOW, after(1), after(4)) == timedelta(seconds=1)


def test_local_database_server_agrees(engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            assert abs(database_offset(connection)) < timedelta(seconds=30)
