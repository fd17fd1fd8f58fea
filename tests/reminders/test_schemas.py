"""JSON bodies of a household's last try and of a request to ask it again."""

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
def test_try_names_the_ordering_officer(by: str | None, name: str | None) -> None:
    body = TryBody.of(LastTry(Channel.VOICE, NOW, DeliveryState.SENT, by), OFFICERS)
    assert body.model_dump() == {
        "channel": "voice",
        "at": NOW,
        "state": "sent",
        "by": by,
        "by_name": name,
    }


@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_ask_accepts_sms_and_voice(channel: str) -> None:
    assert AskBody.model_validate({"channel": channel}).channel == channel


@pytest.mark.parametrize("body", [{}, {"channel": "websocket"}, {"channel": "sms", "text": "x"}])
def test_ask_refuses_other_bodies(body: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        AskBody.model_validate(body)
