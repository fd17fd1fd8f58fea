"""Authenticate requests to and from a carrier: Basic, bearer, HMAC, or a secret in the URL."""

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from alerting.policy.gateway_parts import (
    HEADER_PART,
    ArrivalAuth,
    BasicAuth,
    Encoding,
    HmacAuth,
    KeyForm,
    RequestAuth,
)
from alerting.policy.gateway_templates import RenderError, render
from alerting.policy.gateways import Gateway

Secrets = Mapping[str, str]
"""Secrets by name."""

_AUTHORIZATION: Final = "authorization"


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request to or from the carrier."""

    method: str
    url: str
    headers: Mapping[str, str]
    """Headers by name in lower case."""
    body: bytes


class MissingPartError(ValueError):
    """The request lacks a header that the signature covers."""


def auth_headers(
    auth: RequestAuth | ArrivalAuth | None, secrets: Secrets, request: HttpRequest
) -> dict[str, str]:
    """Return the headers that authenticate a request, by name in lower case.

    Raises:
        MissingPartError: if a signed header is missing.
    """
    if auth is None:
        return {}
    if auth.basic:
        return {_AUTHORIZATION: _basic(auth.basic, secrets)}
    if auth.bearer:
        return {_AUTHORIZATION: f"Bearer {secrets[auth.bearer.secret]}"}
    if auth.hmac:
        signed = auth.hmac.prefix + signature(auth.hmac, secrets, request)
        return {auth.hmac.header.lower(): signed}
    return {}


def is_authentic(auth: ArrivalAuth, secrets: Secrets, request: HttpRequest) -> bool:
    """Return whether a carrier's request is authentic; comparisons take constant time."""
    if auth.query:
        given = parse_qs(urlsplit(request.url).query).get(auth.query.parameter, [])
        return len(given) == 1 and _same(given[0], secrets[auth.query.secret])
    try:
        wanted = auth_headers(auth, secrets, request)
    except MissingPartError:
        return False
    # Carriers write hexadecimal digits in upper or lower case.
    is_hex = auth.hmac is not None and auth.hmac.encoding is Encoding.HEX
    fold = str.lower if is_hex else str
    headers = request.headers
    return all(_same(fold(headers.get(name, "")), fold(value)) for name, value in wanted.items())


def signature(rules: HmacAuth, secrets: Secrets, request: HttpRequest) -> str:
    """Return the encoded HMAC of the request's signed parts.

    Raises:
        MissingPartError: if a signed header is missing.
    """
    signed = _signed_text(rules, request)
    digest = hmac.new(_key(rules, secrets), signed, rules.algorithm).digest()
    return digest.hex() if rules.encoding is Encoding.HEX else base64.b64encode(digest).decode()


def key_problems(gateway: Gateway, secrets: Secrets) -> Iterator[str]:
    """Yield a message for each invalid signature key of a gateway, with what to change."""
    sections = (gateway, gateway.receipts, gateway.replies)
    for rules in (each.auth.hmac for each in sections if each and each.auth and each.auth.hmac):
        try:
            _key(rules, secrets)
        except ValueError:
            name = rules.secret.upper()
            yield f"ALERTING_SECRET__{name}: it is no base64; copy it again, or write key = 'text'"


def _key(rules: HmacAuth, secrets: Secrets) -> bytes:
    key = secrets[rules.secret]
    if rules.key is KeyForm.TEXT:
        return key.encode()
    return base64.b64decode(key, validate=True)


def _signed_text(rules: HmacAuth, request: HttpRequest) -> bytes:
    address = urlsplit(request.url)
    named = {
        "method": request.method,
        "url": request.url,
        "host": address.netloc,
        "path": address.path or "/",
        "query": address.query,
        # Keep octets that are not UTF-8 unchanged.
        "body": request.body.decode(errors="surrogateescape"),
        "body_sha256": hashlib.sha256(request.body).hexdigest(),
    }
    try:
        if rules.text is not None:
            text = render(rules.text, {**named, "header": request.headers})
        else:
            headers = {HEADER_PART + name: value for name, value in request.headers.items()}
            found = named | headers
            text = rules.separator.join(found[_in_lower_case(each)] for each in rules.parts or ())
    except (KeyError, RenderError) as missing:
        raise MissingPartError(f"the request lacks {missing}") from None
    return text.encode(errors="surrogateescape")


def _in_lower_case(part: str) -> str:
    return part.lower() if part.startswith(HEADER_PART) else part


def _basic(auth: BasicAuth, secrets: Secrets) -> str:
    account = f"{auth.username}:{secrets[auth.password]}"
    return f"Basic {base64.b64encode(account.encode()).decode()}"


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), wanted.encode())
