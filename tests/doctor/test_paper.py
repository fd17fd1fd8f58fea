"""Whether PDFs can be made is told with the remedy; alerts do not depend on it."""

import pytest

from alerting.doctor.finding import Severity
from alerting.doctor.paper import paper_finding
from alerting.errors import NoFontsError, TooLongError
from alerting.typesetting.typesetter import NO_FONTS, Typesetter


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
