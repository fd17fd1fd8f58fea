"""Check that PDFs can be made: the typesetter runs, and the machine has a font with Chinese."""

from alerting.doctor.finding import Finding, Part, good, warning
from alerting.errors import NoFontsError, TooLongError
from alerting.typesetting.typesetter import Typesetter


async def paper_finding(typesetter: Typesetter) -> Finding:
    """Return whether PDFs can be made; alerts are sent without them."""
    try:
        await typesetter.check()
    except NoFontsError as missing:
        said, _, remedy = str(missing).partition(": ")
        return warning(Part.PAPER, f"no PDF can be made: {said}", remedy)
    except TooLongError:
        return warning(
            Part.PAPER,
            "no PDF can be made: the typesetter does not run",
            "install the package anew, and leave it 2 GiB of memory",
        )
    return good(Part.PAPER, "reports, rolls and cards can be printed")
