"""What a board is told of a household's last text or call, and what it may ask for."""

import pytest
from pydantic import ValidationError

from alerting.deliveries.rules.delivery import DeliveryState
from alerting.policy.sections import Channel
from alerting.reminders.rules import LastTry
from alerting.reminders.schemas import AskBody, TryBody
from tests.support.city import NOW

OFFICERS = {"grid": "officer grid"}


@pytest.mark.parametrize(
    ("by", "name"), [("grid", "officer grid"), ("who-left", None), (None, None)]
)
def test_a_try_names_whose_word_it_was(by: str | None, name: str | None) -> None:
    body = TryBody.of(LastTry(Channel.VOICE, NOW, DeliveryState.SENT, by), OFFICERS)
    assert body.model_dump() == {
        "channel": "voice",
        "at": NOW,
        "state": "sent",
        "by": by,
        "by_name": name,
    }


@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_a_household_is_texted_or_called(channel: str) -> None:
    assert AskBody.model_validate({"channel": channel}).channel == channel


@pytest.mark.parametrize("body", [{}, {"channel": "websocket"}, {"channel": "sms", "text": "x"}])
def test_and_nothing_else(body: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        AskBody.model_validate(body)
