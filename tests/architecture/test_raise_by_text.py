"""Each ready-made SMS that the raise page offers is read as an alert by the service."""

import pytest

from alerting.messages.languages import HAZARDS, LANGUAGES
from alerting.messages.text import HOME_LANGUAGE
from alerting.replies.rules.reply import read_raise


@pytest.mark.parametrize("hazard", HAZARDS)
def test_each_hazard_is_read_from_a_text(hazard: str) -> None:
    event = LANGUAGES[HOME_LANGUAGE].hazards[hazard].name
    assert read_raise(f"{event} 千佛村") == event
