"""Receipts and texts that gateways post, in the forms that a policy can describe."""

import json
from typing import Any

import pytest

from alerting.channels.http.arrivals import (
    UnreadableError,
    items_of,
    receipt_in,
    reply_in,
)
from alerting.channels.http.signature import HttpRequest
from alerting.deliveries.rules.delivery import DeliveryState, Failure, GatewayCode
from alerting.policy.gateways import Gateway, ReceiptRules
from alerting.policy.policy import parse_policy
from tests.support.counted import unlisted_receipts

POLICY = """
[[gateways]]
name = "own"
url = "https://sms.example.org/send"
per_second = 5
price_per_segment = 0.05
form = { to = "{{ to }}", text = "{{ text }}" }
[gateways.answer]
id = "/id"
[gateways.receipts]
id = "/id"
token = "/ref"
phone = "/to"
status = ["/state", "/status"]
delivered = ["OK", true]
under_way = [1]
handset = ["OFF"]
destination = ["NONE"]
account = ["BROKE"]
auth = { bearer = { secret = "word" } }
[gateways.replies]
id = "/id"
sender = "/from"
text = "/text"
auth = { bearer = { secret = "word" } }
"""


def gateway(policy: str = POLICY) -> Gateway:
    return parse_policy(policy.replace(", true]", ', "true"]')).gateways[0]


def rules(**changes: Any) -> ReceiptRules:
    found = gateway().receipts
    assert found is not None
    return ReceiptRules.model_validate(found.model_dump(exclude_none=True) | changes)


def asked(body: bytes = b"", query: str = "") -> HttpRequest:
    return HttpRequest("POST", f"https://a.example/x?{query}", {}, body)


@pytest.mark.parametrize(
    ("changes", "request_", "items"),
    [
        ({}, asked(b'{"id": 1}'), [{"id": 1}]),
        ({}, asked(b'[{"id": 1}, {"id": 2}]'), [{"id": 1}, {"id": 2}]),
        ({"items": "/a/b"}, asked(b'{"a": {"b": [7]}}'), [7]),
        ({"body": "form"}, asked(b"id=1&state=%E5%A5%BD"), [{"id": "1", "state": "好"}]),
        ({"body": "query"}, asked(query="id=1"), [{"id": "1"}]),
        ({"body": "form", "json_in": "r"}, asked(b"r=%5B%7B%22id%22%3A1%7D%5D"), [{"id": 1}]),
    ],
)
def test_items_are_found_in_any_form_of_request(
    changes: dict[str, Any], request_: HttpRequest, items: list[Any]
) -> None:
    assert items_of(rules(**changes), request_) == items


@pytest.mark.parametrize(
    ("changes", "body", "said"),
    [
        ({}, b"<xml/>", "no JSON"),
        ({}, b"[" * 60_000, "no JSON"),
        ({"items": "/a"}, b"{}", "/a: nothing is there"),
        ({"body": "form", "json_in": "r"}, b"a=1", "r: it is missing"),
        ({"body": "form"}, b"a=1&a=2", "a field occurs twice"),
        ({"body": "form"}, b"&".join(b"a%d=1" % n for n in range(201)), "more than 200 fields"),
        ({}, json.dumps([0] * 1_001).encode(), "more than 1000 items"),
    ],
)
def test_unreadable_requests_are_refused(changes: dict[str, Any], body: bytes, said: str) -> None:
    with pytest.raises(UnreadableError, match=said):
        items_of(rules(**changes), asked(body))


@pytest.mark.parametrize(
    ("item", "state", "failure"),
    [
        ({"state": "OK"}, DeliveryState.DELIVERED, None),
        ({"status": True}, DeliveryState.DELIVERED, None),
        ({"state": 1}, DeliveryState.SENT, None),
        ({"state": "OFF"}, DeliveryState.UNDELIVERED, Failure.ONCE_MORE),
        ({"state": "NONE"}, DeliveryState.UNDELIVERED, Failure.NEVER),
        ({"state": "BROKE"}, DeliveryState.UNDELIVERED, Failure.PAGE_OPERATOR),
        ({"state": "WHO KNOWS"}, DeliveryState.UNDELIVERED, Failure.UNLISTED),
    ],
)
def test_lists_of_the_policy_give_the_meaning_of_a_status(
    item: dict[str, Any], state: DeliveryState, failure: Failure | None
) -> None:
    receipt = receipt_in(gateway(), {"id": "7", "to": "13900000001", "ref": "token"} | item)
    assert receipt is not None
    assert (receipt.state, receipt.message_id, receipt.token) == (state, "7", "token")
    assert receipt.error_code == (failure and GatewayCode[failure.name])
    if failure:
        assert receipt.failure is failure


def test_unlisted_status_is_counted() -> None:
    before = sum(unlisted_receipts().values())
    receipt_in(gateway(), {"id": "7", "state": "gateway-word"})
    assert sum(unlisted_receipts().values()) == before + 1


def test_token_of_the_callback_url_takes_precedence() -> None:
    receipt = receipt_in(gateway(), {"ref": "b", "state": "OK"}, "a")
    assert receipt is not None
    assert (receipt.token, receipt.message_id) == ("a", "")


def test_receipt_without_a_text_id_is_refused() -> None:
    with pytest.raises(UnreadableError, match="/id: it is missing"):
        receipt_in(gateway(), {"state": "OK"})


def test_sms_centres_receipt_is_distinguished_from_a_persons_text() -> None:
    passed_on = "id:77 sub:001 dlvrd:001 submit date:2611300102 stat:OFF err:000 text:1"
    item = {"id": "1", "from": "13900000001", "text": passed_on}
    receipt, reply = receipt_in(gateway(), item), reply_in(gateway(), item)
    assert receipt is not None
    assert (receipt.message_id, receipt.failure) == ("77", Failure.ONCE_MORE)
    assert (receipt.phone, receipt.is_passed_on) == ("+8613900000001", True)
    assert reply is not None
    assert reply.is_like_a_receipt


@pytest.mark.parametrize(
    ("said", "sender"),
    [
        ("13900000001", "+8613900000001"),
        ("8613900000001", "+8613900000001"),
        ("008613900000001", "+8613900000001"),
        ("+8613900000001", "+8613900000001"),
        (8613900000001, "+8613900000001"),
        ("10086", "10086"),
        ("+INFO", "INFO"),
    ],
)
def test_sender_in_any_spelling_becomes_e164(said: object, sender: str) -> None:
    reply = reply_in(gateway(), {"id": "1", "from": said, "text": "1"})
    assert reply is not None
    assert reply.sender == sender


def test_ids_of_texts_are_unique_per_gateway() -> None:
    def id_of(**item: str) -> str:
        reply = reply_in(gateway(), {"from": "139", "text": "1"} | item)
        assert reply is not None
        return reply.message_id

    assert id_of(id="7") == id_of(id="7")
    assert id_of(id="7").startswith("own:")
    assert id_of(id="7" * 90) != id_of(id="7" * 91)
    assert len(id_of(id="7" * 90)) <= 80
    assert id_of() != id_of()
    assert id_of(id="7", text="\ud800")


@pytest.mark.parametrize("other", [{"from": "138"}, {"text": "2"}])
def test_other_text_with_a_reused_carrier_id_gets_its_own_id(other: dict[str, str]) -> None:
    first = {"id": "7", "from": "139", "text": "1"}
    one, two = reply_in(gateway(), first), reply_in(gateway(), first | other)
    assert one is not None
    assert two is not None
    assert one.message_id != two.message_id


def test_item_without_words_is_not_a_text() -> None:
    assert reply_in(gateway(), {"id": "1", "from": "139"}) is None
    assert receipt_in(gateway(), {"id": "1", "from": "139", "text": "救命"}) is None


def test_text_without_a_sender_is_refused() -> None:
    with pytest.raises(UnreadableError, match="/from: it is missing"):
        reply_in(gateway(), {"id": "1", "text": "1"})


def test_nul_in_a_receipt_is_removed() -> None:
    receipt = receipt_in(gateway(), {"id": "7\0", "state": "OK"})
    assert receipt is not None
    assert receipt.message_id == "7"
