"""Each ready-made SMS that the raise page offers is read as an alert by the service."""

import re
from pathlib import Path
from typing import Final

import pytest

import alerting
from alerting.replies.rules.reply import read_raise

HAZARDS: Final = Path(alerting.__file__).parent / "web" / "src" / "raise" / "hazards.ts"
EVENTS: Final = re.findall(r'event: "(\w+)"', HAZARDS.read_text("utf-8"))


def test_page_offers_four_hazards() -> None:
    assert len(EVENTS) == 4


@pytest.mark.parametrize("event", EVENTS)
def test_each_hazard_is_read_from_a_text(event: str) -> None:
    assert read_raise(f"{event} 千佛村") == event
