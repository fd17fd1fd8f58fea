"""Build the request that hands one text over to a gateway."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from alerting.channels.http.signature import HttpRequest, Secrets, auth_headers
from alerting.channels.http.text_templates import template_for
from alerting.deliveries.channel import Content, Message
from alerting.policy.gateway_templates import render
from alerting.policy.gateways import Gateway

_WHOLE: Final = re.compile(r"\{\{\s*(variables|values)\s*\}\}")
"""Placeholder in a JSON body for all variables: as an object, or as a list of their values."""

_LINE_BREAK: Final = re.compile(r"[\r\n\0]")


def request_for(
    gateway: Gateway,
    secrets: Secrets,
    public_url: str,
    message: Message,
    *,
    now: datetime,
    nonce: str,
) -> HttpRequest:
    """Return the request that sends a text.

    Raises:
        ValueError: if a template cannot be filled, or a header would contain a line break.
    """
    values = _values(gateway, secrets, public_url, message, now, nonce)
    query = {name: render(source, values) for name, source in gateway.query.items()}
    content_type, body = _body(gateway, values)
    values["body_sha256"] = hashlib.sha256(body).hexdigest()
    headers = content_type | {
        name.lower(): _header(render(source, values)) for name, source in gateway.headers.items()
    }
    url = f"{gateway.url}?{_encoded(query)}" if query else gateway.url
    unsigned = HttpRequest(gateway.method, url, headers, body)
    return replace(unsigned, headers=headers | auth_headers(gateway.auth, secrets, unsigned))


def callback_url(gateway: Gateway, secrets: Secrets, public_url: str, token: str) -> str:
    """Return the callback URL for the receipts of one attempt."""
    query = {"attempt": token}
    if gateway.receipts and (shown := gateway.receipts.auth.query):
        query[shown.parameter] = secrets[shown.secret]
    return f"{public_url}/gateways/{gateway.name}/receipts?{urlencode(query)}"


def _values(
    gateway: Gateway,
    secrets: Secrets,
    public_url: str,
    message: Message,
    now: datetime,
    nonce: str,
) -> dict[str, Any]:
    content = message.content
    common = {
        "to": _whole_characters(message.to),
        "text": _whole_characters(message.body),
        "kind": content.kind,
        "language": content.language,
    }
    longest = int(gateway.longest_validity.total_seconds())
    valid_for = min(max(message.valid_for, 1), longest)
    values = common | {
        "token": message.token,
        "valid_for": valid_for,
        "expires": now + timedelta(seconds=valid_for),
        "callback": callback_url(gateway, secrets, public_url, message.token),
        "now": now,
        "nonce": nonce,
        "secret": secrets,
    }
    return values | _template_values(gateway, content, common) if gateway.templates else values


def _template_values(
    gateway: Gateway, content: Content, common: Mapping[str, str]
) -> dict[str, Any]:
    """Return the approved template's id and its variables, filled with the text's frozen facts."""
    template = template_for(gateway.templates, content.kind, content.language)
    told = {**content.facts, **common, "link": content.link}
    filled = {name: render(source, told) for name, source in template.variables.items()}
    return {"template": template.id, "variables": filled, "values": list(filled.values())}


def _body(gateway: Gateway, values: Mapping[str, Any]) -> tuple[dict[str, str], bytes]:
    """Return the body, and its Content-Type header if there is a body."""
    if gateway.json_body is not None:
        document = json.dumps(_filled(gateway.json_body, values), ensure_ascii=False)
        return {"content-type": "application/json; charset=utf-8"}, document.encode()
    if gateway.form is not None:
        fields = {name: render(source, values) for name, source in gateway.form.items()}
        return {"content-type": "application/x-www-form-urlencoded"}, _encoded(fields).encode()
    return {}, b""


def _encoded(fields: Mapping[str, str]) -> str:
    """Return fields as a query or form, with '%20' for a space, as carriers' signatures expect."""
    return urlencode(fields, quote_via=quote, safe="-_.~")


def _filled(tree: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(tree, str):
        whole = _WHOLE.fullmatch(tree)
        return values[whole[1]] if whole else render(tree, values)
    if isinstance(tree, Mapping):
        return {name: _filled(each, values) for name, each in tree.items()}
    if isinstance(tree, list):
        return [_filled(each, values) for each in tree]
    return tree


def _header(value: str) -> str:
    if _LINE_BREAK.search(value):
        raise ValueError("a header would have a line break")
    return value


def _whole_characters(text: str) -> str:
    """Return the text without lone surrogates, which UTF-8 cannot encode: '?' replaces each."""
    return text.encode(errors="replace").decode()
