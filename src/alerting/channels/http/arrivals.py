"""Read the receipts and texts that a gateway posts, by the JSON pointers of the policy.

A carrier may post both to one address; a receipt has a status, a text has words.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

from jsonpointer import JsonPointerException, resolve_pointer

from alerting.channels.http.answers import text_at
from alerting.channels.http.signature import HttpRequest
from alerting.channels.receipts import count_unlisted
from alerting.deliveries.rules.delivery import DeliveryState, Failure, GatewayCode
from alerting.policy.gateways import Body, Gateway, ReceiptRules, ReplyRules
from contacts.people import is_assigned, parse_phone

_MOST_FIELDS: Final = 200

_MOST_ITEMS: Final = 1_000

_MOST_OF_A_FIELD: Final = 200

_MOST_OF_AN_ID: Final = 50
"""Hexadecimal digits of a text's id, after the gateway's name."""

_SMPP_RECEIPT: Final = re.compile(
    r"\s*id:(?P<id>\S{1,80})\s.{0,200}?\bstat:(?P<stat>[A-Za-z0-9_]{1,16})", re.DOTALL
)
"""Matches a receipt of an SMS centre that the gateway passes on as if it were a text."""


class UnreadableError(ValueError):
    """A request does not have the form that the policy describes; the message names the field."""


@dataclass(frozen=True, slots=True)
class GatewayReceipt:
    """A carrier's delivery receipt for one text."""

    message_id: str
    """The provider's id of the text; empty if the receipt has none."""
    token: str | None
    phone: str
    state: DeliveryState
    failure: Failure
    error_code: int | None
    is_passed_on: bool = False
    """Whether the receipt came as a text, which anybody could have sent."""


@dataclass(frozen=True, slots=True)
class GatewayReply:
    """A text that a person sent."""

    message_id: str
    sender: str
    text: str
    is_like_a_receipt: bool = False
    """Whether it reads like an SMS centre's receipt, and so is not parsed as a reply."""


def items_of(rules: ReceiptRules | ReplyRules, request: HttpRequest) -> list[Any]:
    """Return the receipts or texts in a request, as parsed items.

    Raises:
        UnreadableError: if the body does not have the form that the policy describes.
    """
    try:
        found = resolve_pointer(_document(rules, request), rules.items)
    except JsonPointerException:
        raise UnreadableError(f"{rules.items}: nothing is there") from None
    items = found if isinstance(found, list) else [found]
    if len(items) > _MOST_ITEMS:
        raise UnreadableError(f"more than {_MOST_ITEMS} items: send fewer")
    return items


def receipt_in(gateway: Gateway, item: Any, token: str | None = None) -> GatewayReceipt | None:
    """Return the receipt in an item, or None if it has no status.

    `token` is the attempt's token from the callback address.

    Raises:
        UnreadableError: if the receipt does not identify its text.
    """
    if gateway.receipts is None:
        return None
    if (receipt := _receipt(gateway.receipts, item, token)) is not None:
        return receipt
    reply = reply_in(gateway, item)
    if reply is None or (passed_on := _SMPP_RECEIPT.match(reply.text)) is None:
        return None
    report = _report(gateway.receipts, passed_on["stat"], passed_on["id"], phone=reply.sender)
    return replace(report, is_passed_on=True)


def reply_in(gateway: Gateway, item: Any) -> GatewayReply | None:
    """Return the text in an item, or None if it has no words.

    Raises:
        UnreadableError: if the sender is missing.
    """
    rules = gateway.replies
    text = None if rules is None else text_at(item, rules.text)
    if rules is None or text is None:
        return None
    if (sender := text_at(item, rules.sender)) is None:
        raise UnreadableError(f"{rules.sender}: it is missing")
    sender = _sender(sender)
    message_id = _id_of(gateway, text_at(item, rules.id), sender, text)
    return GatewayReply(message_id, sender, text, _SMPP_RECEIPT.match(text) is not None)


def _document(rules: ReceiptRules | ReplyRules, request: HttpRequest) -> Any:
    if rules.body is Body.JSON:
        return _json(request.body)
    raw = request.body if rules.body is Body.FORM else urlsplit(request.url).query.encode()
    fields = _fields(raw)
    if rules.json_in is None:
        return fields
    if rules.json_in not in fields:
        raise UnreadableError(f"{rules.json_in}: it is missing")
    return _json(fields[rules.json_in].encode())


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise UnreadableError("the body is no JSON") from None


def _fields(raw: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            raw.decode(errors="replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise UnreadableError(f"more than {_MOST_FIELDS} fields: send fewer") from None
    fields = dict(pairs)
    if len(fields) < len(set(pairs)):
        raise UnreadableError("a field occurs twice, with different values")
    return fields


def _receipt(rules: ReceiptRules, item: Any, token: str | None) -> GatewayReceipt | None:
    """Return the receipt in an item, or None if it has no status."""
    word = next((found for each in rules.status if (found := text_at(item, each))), None)
    if word is None:
        return None
    token = token or _field(item, rules.token) or None
    message_id = _field(item, rules.id)
    if not (token or message_id):
        raise UnreadableError(f"{rules.id or rules.token}: it is missing")
    return _report(rules, word, message_id, token, _field(item, rules.phone))


def _report(
    rules: ReceiptRules, word: str, message_id: str, token: str | None = None, phone: str = ""
) -> GatewayReceipt:
    state, code = _state_of(rules, word)
    failure = Failure[code.name] if code else Failure.ONCE_MORE
    return GatewayReceipt(message_id, token, phone, state, failure, int(code) if code else None)


_LISTS: Final[Mapping[str, tuple[DeliveryState, GatewayCode | None]]] = {
    "delivered": (DeliveryState.DELIVERED, None),
    "under_way": (DeliveryState.SENT, None),
    "handset": (DeliveryState.UNDELIVERED, GatewayCode.ONCE_MORE),
    "destination": (DeliveryState.UNDELIVERED, GatewayCode.NEVER),
    "account": (DeliveryState.UNDELIVERED, GatewayCode.PAGE_OPERATOR),
}


def _state_of(rules: ReceiptRules, word: str) -> tuple[DeliveryState, GatewayCode | None]:
    """Return the state and code of a status; an unlisted status counts as lost.

    Unlisted statuses are counted in a metric.
    """
    for name, meaning in _LISTS.items():
        if word in getattr(rules, name):
            return meaning
    count_unlisted(word)
    return DeliveryState.UNDELIVERED, GatewayCode.UNLISTED


def _id_of(gateway: Gateway, given: str | None, sender: str, text: str) -> str:
    """Return a text's id: a hash of the carrier's id, the sender and the words.

    The hash is needed because a carrier may use an id twice. A text without an id gets a new one
    each time, so that a second call for help is not taken for a repeat of the first.
    """
    named = json.dumps([given or uuid4().hex, sender, text])
    return f"{gateway.name}:{hashlib.sha256(named.encode()).hexdigest()[:_MOST_OF_AN_ID]}"


def _sender(said: str) -> str:
    """Return the sender in E.164; if it is not a phone number, return it without a leading '+'.

    Carriers write numbers with or without the country code, with '00', or without '+'.
    """
    plain = said[:_MOST_OF_A_FIELD].strip()
    readings = [found for each in (plain, f"+{plain.lstrip('+0')}") if (found := _parse(each))]
    named = plain.lstrip("+")
    return next(filter(is_assigned, readings), readings[0] if readings else named)


def _parse(number: str) -> str | None:
    try:
        return parse_phone(number)
    except ValueError:
        return None


def _field(item: Any, pointer: str | None) -> str:
    """Return the text at a pointer, or ''; drop NUL, which PostgreSQL cannot store."""
    found = text_at(item, pointer) if pointer is not None else None
    return (found or "")[:_MOST_OF_A_FIELD].replace("\0", "").encode(errors="replace").decode()
