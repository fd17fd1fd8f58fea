"""Each prepared SMS that the raise page offers is understood as an alert by the service."""

import pytest

from alerting.messages.languages import HAZARDS, LANGUAGES
from alerting.messages.text import HOME_LANGUAGE
from alerting.replies.rules.reply import read_raise


@pytest.mark.parametrize("hazard", HAZARDS)
def test_prepared_text_names_its_hazard(hazard: str) -> None:
    event = LANGUAGES[HOME_LANGUAGE].hazards[hazard].name
    assert read_raise(f"{event} 千佛村") == event
