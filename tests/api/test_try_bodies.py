"""What a board is told of a household's last text or call, and what it may ask for."""

import pytest
from pydantic import ValidationError

from alerting.api.try_bodies import AskBody, TryBody
from alerting.core.asking import LastTry
from alerting.core.delivery import DeliveryState
from alerting.core.plan import Channel
from tests.city import NOW

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
