"""The request that sends a text, as the worked examples describe it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from alerting.channels.http.request import callback_url, request_for
from alerting.channels.http.signature import HttpRequest
from alerting.deliveries.channel import Content, Message
from alerting.policy.gateways import Gateway
from alerting.policy.policy import parse_policy
from scripts.benches.http_dialects import Aliyun, TeleSign

NOW = datetime(2026, 11, 30, 1, 2, 3, tzinfo=UTC)
FACTS = {
    "action": "立即撤离",
    "place": "千佛村" * 20,
    "hazard": "滑坡",
    "time": "10:30",
    "assembly_point": "村小学",
    "prefix": "演练：",
    "status": "Exercise",
}
MESSAGE = Message("+8613900000001", "立即 撤离&", "to/ken", 60, Content("alert", "zh", FACTS))
PUBLIC = "https://alerts.example.org"
OWN = """
[[gateways]]
name = "own"
url = "https://sms.example.org/send"
per_second = 5
price_per_segment = 0.05
longest_validity = 100
[gateways.headers]
X-Note = "{{ text }}"
[gateways.json]
to = ["{{ to }}"]
whole = "{{ variables }}"
listed = "{{ values }}"
number = 3
password = "{{ secret.word }}"
template = "{{ template }}"
valid = "{{ valid_for }} {{ expires.isoformat() }}"
[gateways.answer]
id = "/id"
[[gateways.templates]]
kind = "other"
id = "T1"
variables = { b = "{{ text }}", a = "{{ prefix }}" }
"""


def request(gateway: Gateway, message: Message = MESSAGE, **secrets: str) -> HttpRequest:
    given = {**TeleSign.secrets, **Aliyun.secrets, **secrets}
    return request_for(gateway, given, PUBLIC, message, now=NOW, nonce="n")


def own() -> Gateway:
    return parse_policy(OWN).gateways[0]


def sent(message: Message = MESSAGE) -> Any:
    return json.loads(request(own(), message, word="w").body)


def test_form_contains_the_text_and_the_callback_url() -> None:
    asked = request(TeleSign().gateway("http://127.0.0.1:9"))
    fields = dict(parse_qsl(asked.body.decode()))
    assert fields["phone_number"] == "8613900000001"
    assert fields["message"] == MESSAGE.body
    assert fields["callback_url"] == f"{PUBLIC}/gateways/telesign/receipts?attempt=to%2Fken"
    assert b"%20" in asked.body
    assert asked.headers["date"] == "Mon, 30 Nov 2026 01:02:03 GMT"
    assert asked.headers["authorization"].startswith("TSA CUSTOMER-ID:")


def test_template_request_has_frozen_facts_instead_of_the_text() -> None:
    asked = request(Aliyun().gateway("http://127.0.0.1:9"))
    query = dict(parse_qsl(urlsplit(asked.url).query))
    assert query["TemplateCode"] == "SMS_000000001"
    variables = json.loads(query["TemplateParam"])
    assert variables["hazard"] == "滑坡"
    assert len(variables["place"]) == 35
    assert MESSAGE.body not in asked.url


def test_variables_can_be_sent_as_an_object_or_a_list() -> None:
    said = sent()
    assert said["whole"] == {"b": MESSAGE.body, "a": "演练："}
    assert said["listed"] == [MESSAGE.body, "演练："]
    assert (said["number"], said["password"], said["to"]) == (3, "w", ["+8613900000001"])


@pytest.mark.parametrize(("seconds", "told"), [(60, 60), (-5, 1), (10**9, 100)])
def test_validity_is_capped_at_the_carriers_limit(seconds: int, told: int) -> None:
    expires = NOW + timedelta(seconds=told)
    assert sent(replace(MESSAGE, valid_for=seconds))["valid"] == f"{told} {expires.isoformat()}"


def test_lone_surrogates_are_replaced() -> None:
    assert sent(replace(MESSAGE, body="半\ud83d"))["whole"]["b"] == "半?"


def test_header_with_a_line_break_is_refused() -> None:
    with pytest.raises(ValueError, match="line break"):
        request(own(), replace(MESSAGE, body="a\r\nX-Other: b"), word="w")


def test_missing_fact_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be filled"):
        request(own(), replace(MESSAGE, content=Content("alert", "zh")), word="w")


def test_callback_url_contains_the_secret() -> None:
    gateway = Aliyun().gateway("http://127.0.0.1:9")
    address = callback_url(gateway, Aliyun.secrets, PUBLIC, "t")
    assert address == f"{PUBLIC}/gateways/aliyun/receipts?attempt=t&key=push+word"
