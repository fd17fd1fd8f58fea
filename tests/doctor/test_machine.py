"""The doctor compares this machine's clock, and tests that it can make PDFs."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from alerting.doctor.finding import Severity
from alerting.doctor.machine import clock_found, database_offset, offset_from, paper_finding
from alerting.errors import NoFontsError, TooLongError
from alerting.typesetting.typesetter import NO_FONTS, Typesetter
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
def test_severity_depends_on_the_clock_offset(
    seconds: float, severity: Severity, words: str
) -> None:
    found = clock_found("Twilio", timedelta(seconds=seconds))
    assert (found.severity, found.said) == (severity, words)


def test_remote_clock_counts_as_read_midway_through_the_request() -> None:
    assert offset_from(NOW, after(1), after(4)) == timedelta(seconds=1)


def test_clock_of_a_local_database_server_agrees(engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            assert abs(database_offset(connection)) < timedelta(seconds=30)


class Refusing(Typesetter):
    """A typesetter whose check fails, as on a machine without fonts."""

    def __init__(self, refusal: Exception) -> None:
        super().__init__()
        self._refusal = refusal

    async def check(self) -> None:
        raise self._refusal


async def test_machine_with_fonts_is_good() -> None:
    assert (await paper_finding(Typesetter())).severity is Severity.GOOD


@pytest.mark.parametrize(
    ("refusal", "remedy"),
    [
        (NoFontsError(NO_FONTS.format(missing="户")), "fonts-noto-cjk"),
        (TooLongError(), "install the package anew"),
    ],
)
async def test_missing_fonts_or_typesetter_is_a_warning_with_a_remedy(
    refusal: Exception, remedy: str
) -> None:
    found = await paper_finding(Refusing(refusal))
    assert (found.severity, remedy in found.remedy) == (Severity.WARNING, True)
    assert "no PDF can be made: " in found.said
