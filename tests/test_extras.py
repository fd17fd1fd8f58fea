"""A service without an extra starts; a setting that needs the extra tells what to install."""

import subprocess
import sys

import pytest

from alerting.extras import SCALE, SMPP, Extra, note_missing, require


@pytest.mark.parametrize(
    "extra", [pytest.param(SCALE, marks=pytest.mark.long), SMPP], ids=lambda extra: extra.name
)
def test_service_loads_without_an_extra_and_refuses_its_setting(extra: Extra) -> None:
    script = "\n".join(
        [
            "import sys",
            *(f"sys.modules[{library!r}] = None" for library in extra.libraries),
            "import alerting.app",
            "from alerting import extras",
            f"extras.require(extras.{extra.name.upper()}, 'ALERTING_TESTED')",
        ]
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], check=False, capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == (
        "alerting.extras.ExtraMissingError: ALERTING_TESTED is set, and what it needs is not "
        f"installed: pip install 'evacuation-alerting[{extra.name}]'"
    )


def test_missing_module_of_our_own_is_not_taken_for_an_extra() -> None:
    with pytest.raises(ModuleNotFoundError, match="ours"):
        note_missing(ModuleNotFoundError("ours", name="alerting.ours"), SMPP)
    require(SMPP, "ALERTING_SMPP_URL")
