"""The configuration that pages read from the service."""

from datetime import datetime

import pytest

from alerting.api.settings import sms_number
from alerting.messages.text import HOME_LANGUAGE
from tests.support.city import POLICY
from tests.support.gateway import SPEED, Gateway
from tests.support.running import Running, settings_for


async def test_settings_give_the_alert_clock(service: Running) -> None:
    clock = service.runtime.clock
    before = clock.now()
    status, told = await service.get("/api/settings", "commander")
    assert status == 200
    assert before <= datetime.fromisoformat(told["alert_now"]) <= clock.now()
    assert (told["is_drill"], told["clock_speed"]) == (True, SPEED)


async def test_settings_give_tiles_languages_and_time_zone(
    service: Running,
) -> None:
    _, told = await service.get("/api/settings", "commander")
    named = ("tiles_url", "label_tiles_url", "tiles_attribution")
    assert [told[each] for each in named] == [None] * 3
    assert told["has_outlines"] is False
    assert {"zh", "en"} <= told["languages"].keys()
    assert told["home_language"] == HOME_LANGUAGE
    assert told["time_zone"] == "Asia/Shanghai"
    assert told["target"] == 1800


async def test_settings_give_the_number_to_text_alerts_to(service: Running) -> None:
    _, told = await service.get("/api/settings", "informant")
    assert told["sms_number"] == service.sender
    assert told["instruction"] == POLICY.alert.instruction


@pytest.mark.parametrize(
    ("first", "smpp_from", "told"),
    [
        ("smpp", "1069000", "1069000"),
        ("smpp", "Bazhong", "twilio"),
        ("twilio", "1069000", "twilio"),
    ],
)
def test_first_numeric_sender_is_the_number_to_text(
    gateway: Gateway, first: str, smpp_from: str, told: str
) -> None:
    centre = {"smpp_url": "smpp://name:password@127.0.0.1", "smpp_from": smpp_from}
    settings = settings_for("sqlite://", "http://127.0.0.1", gateway, sms_first=first, **centre)
    number = settings.twilio_from if told == "twilio" else told
    assert sms_number(settings) == number


def test_without_a_numeric_sender_there_is_no_number(gateway: Gateway) -> None:
    no_twilio = dict.fromkeys(("twilio_account_sid", "twilio_auth_token", "twilio_from"))
    centre = {"smpp_url": "smpp://name:password@127.0.0.1", "smpp_from": "Bazhong"}
    settings = settings_for("sqlite://", "http://127.0.0.1", gateway, **no_twilio, **centre)
    assert sms_number(settings) is None
