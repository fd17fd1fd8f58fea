"""Authentication of requests to and from the carrier."""

import base64
import hashlib
import hmac
from typing import Any

import pytest

from alerting.channels.http.signature import (
    HttpRequest,
    MissingPartError,
    auth_headers,
    is_authentic,
    key_problems,
    signature,
)
from alerting.policy.gateway_parts import ArrivalAuth, HmacAuth, RequestAuth
from scripts.benches.http_dialects import Aliyun, TeleSign

REQUEST = HttpRequest(
    "POST", "https://a.example/in/x?a=1&key=word", {"x-time": "7"}, b'{"a":1}\xff'
)
SECRETS = {"key": "k", "password": "p:w", "word": "word"}


def hmac_rules(**changes: Any) -> HmacAuth:
    rules = {"secret": "key", "algorithm": "sha256", "header": "X-Sig", "parts": ["body"]}
    return HmacAuth.model_validate(rules | changes)


def arrival(**table: Any) -> ArrivalAuth:
    return ArrivalAuth.model_validate(table)


def test_basic_and_bearer_use_the_authorization_header() -> None:
    basic = RequestAuth.model_validate({"basic": {"username": "me", "password": "password"}})
    bearer = RequestAuth.model_validate({"bearer": {"secret": "key"}})
    account = base64.b64encode(b"me:p:w").decode()
    assert auth_headers(basic, SECRETS, REQUEST) == {"authorization": f"Basic {account}"}
    assert auth_headers(bearer, SECRETS, REQUEST) == {"authorization": "Bearer k"}
    assert auth_headers(None, SECRETS, REQUEST) == {}


def test_parts_are_joined_and_signed() -> None:
    rules = hmac_rules(parts=["method", "path", "query", "header:X-Time", "body_sha256"])
    digest = hashlib.sha256(REQUEST.body).hexdigest()
    text = f"POST\n/in/x\na=1&key=word\n7\n{digest}"
    assert signature(rules, SECRETS, REQUEST) == hmac.new(b"k", text.encode(), "sha256").hexdigest()


def test_body_that_is_not_utf_8_is_signed_unchanged() -> None:
    expected = hmac.new(b"k", REQUEST.body, "sha1").digest()
    rules = hmac_rules(algorithm="sha1", encoding="base64")
    assert signature(rules, SECRETS, REQUEST) == base64.b64encode(expected).decode()


def test_signed_text_can_be_given_by_a_template() -> None:
    rules = hmac_rules(parts=None, text="{{ method | lower }}|{{ header['x-time'] }}|{{ host }}")
    expected = hmac.new(b"k", b"post|7|a.example", "sha256").hexdigest()
    assert signature(rules, SECRETS, REQUEST) == expected


@pytest.mark.parametrize(
    "changes", [{"parts": ["header:X-Other"]}, {"parts": None, "text": "{{ header['x-other'] }}"}]
)
def test_missing_header_cannot_be_signed(changes: dict[str, Any]) -> None:
    with pytest.raises(MissingPartError):
        signature(hmac_rules(**changes), SECRETS, REQUEST)


def signed(value: str) -> HttpRequest:
    return HttpRequest(REQUEST.method, REQUEST.url, {"x-sig": value}, REQUEST.body)


def test_only_the_right_signature_is_authentic() -> None:
    rules = {"secret": "key", "algorithm": "sha256", "header": "X-Sig", "parts": ["body"]}
    auth = arrival(hmac=rules | {"prefix": "v1="})
    right = "v1=" + hmac.new(b"k", REQUEST.body, "sha256").hexdigest()
    assert is_authentic(auth, SECRETS, signed(right))
    assert is_authentic(auth, SECRETS, signed(right.upper()))
    for wrong in ("", right[3:], right[:-1], "v1=" + "0" * 64, "v1=\ud800"):
        assert not is_authentic(auth, SECRETS, signed(wrong))
    assert not is_authentic(auth, SECRETS, REQUEST)


@pytest.mark.parametrize(
    ("query", "expected"),
    [("key=word", True), ("key=wor", False), ("", False), ("key=word&key=word", False)],
)
def test_secret_in_the_url_authenticates(query: str, *, expected: bool) -> None:
    auth = arrival(query={"parameter": "key", "secret": "word"})
    asked = HttpRequest("GET", f"https://a.example/x?{query}", {}, b"")
    assert is_authentic(auth, SECRETS, asked) is expected


def test_invalid_base64_key_is_reported_at_startup() -> None:
    gateway = TeleSign().gateway("http://127.0.0.1:9")
    problems = list(key_problems(gateway, {"telesign_key": "no base64!"}))
    assert problems[0].startswith("ALERTING_SECRET__TELESIGN_KEY: it is no base64")
    assert list(key_problems(gateway, TeleSign.secrets)) == []
    assert list(key_problems(Aliyun().gateway("http://127.0.0.1:9"), Aliyun.secrets)) == []
