"""This machine: its clock, and whether it can make PDFs; alerts do not depend on either."""

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
def test_clock_offset_sets_the_severity(seconds: float, severity: Severity, words: str) -> None:
    found = clock_found("Twilio", timedelta(seconds=seconds))
    assert (found.severity, found.said) == (severity, words)


def test_remote_clock_is_read_midway() -> None:
    assert offset_from(NOW, after(1), after(4)) == timedelta(seconds=1)


def test_local_database_server_agrees(engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            assert abs(database_offset(connection)) < timedelta(seconds=30)


class Refusing(Typesetter):
    """A typesetter of a machine that lacks something."""

    def __init__(self, refusal: Exception) -> None:
        super().__init__()
        self._refusal = refusal

    async def check(self) -> None:
        raise self._refusal


async def test_machine_with_fonts_can_print() -> None:
    assert (await paper_finding(Typesetter())).severity is Severity.GOOD


@pytest.mark.parametrize(
    ("refusal", "remedy"),
    [
        (NoFontsError(NO_FONTS.format(missing="户")), "fonts-noto-cjk"),
        (TooLongError(), "install the package anew"),
    ],
)
async def test_what_is_missing_is_a_warning_with_its_remedy(
    refusal: Exception, remedy: str
) -> None:
    found = await paper_finding(Refusing(refusal))
    assert (found.severity, remedy in found.remedy) == (Severity.WARNING, True)
    assert "no PDF can be made: " in found.said
