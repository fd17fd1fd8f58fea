"""Gateways' responses are read by the rules of the policy."""

import json
from datetime import timedelta
from typing import Any

import pytest

from alerting.channels.http.answers import read_answer, text_at
from alerting.deliveries.rules.delivery import Failure, GatewayCode, OutcomeKind, classify
from alerting.policy.gateways import AnswerRules

RULES = AnswerRules.model_validate(
    {
        "id": "/data/0/id",
        "code": ["/data/0/code", "/code"],
        "accepted": ["OK", 0],
        "destination": ["bad number"],
        "elsewhere": [7],
        "account": ["no money"],
        "later": ["busy"],
    }
)
ACCEPTED, REFUSED, UNKNOWN = OutcomeKind.ACCEPTED, OutcomeKind.REFUSED, OutcomeKind.UNKNOWN


def read(status: int, document: Any, **headers: str) -> tuple[OutcomeKind, Failure | None]:
    answer = read_answer(RULES, status, headers, json.dumps(document).encode())
    return answer.kind, answer.failure


@pytest.mark.parametrize(
    ("status", "document", "expected"),
    [
        (200, {"code": 0, "data": [{"id": 17}]}, (ACCEPTED, None)),
        (201, {"data": [{"id": "a", "code": "OK"}]}, (ACCEPTED, None)),
        (200, {"code": 0, "data": []}, (UNKNOWN, Failure.UNKNOWN)),
        (200, {"code": "bad number"}, (REFUSED, Failure.NEVER)),
        (200, {"code": 0, "data": [{"code": "bad number"}]}, (REFUSED, Failure.NEVER)),
        (400, {"code": 7}, (REFUSED, Failure.NO_ROUTE)),
        (200, {"code": "no money"}, (REFUSED, Failure.PAGE_OPERATOR)),
        (500, {"code": "busy"}, (REFUSED, Failure.RETRY)),
        (200, {"code": "new"}, (REFUSED, Failure.UNLISTED)),
        (200, {"else": 1}, (UNKNOWN, Failure.UNKNOWN)),
        (200, None, (UNKNOWN, Failure.UNKNOWN)),
        (503, {"code": 0, "data": [{"id": 17}]}, (UNKNOWN, Failure.UNKNOWN)),
        (401, None, (REFUSED, Failure.PAGE_OPERATOR)),
        (429, None, (REFUSED, Failure.RETRY)),
        (404, None, (REFUSED, Failure.UNLISTED)),
        (302, None, (REFUSED, Failure.UNLISTED)),
        (599, None, (UNKNOWN, Failure.UNKNOWN)),
    ],
)
def test_code_decides_before_the_http_status(
    status: int, document: Any, expected: tuple[OutcomeKind, Failure | None]
) -> None:
    assert read(status, document) == expected


@pytest.mark.parametrize("body", [b"", b"<html>", b"[" * 60_000, b"\xff\xfe", b'"OK"'])
def test_page_of_another_server_leaves_the_outcome_unknown(body: bytes) -> None:
    assert read_answer(RULES, 200, {}, body).kind is UNKNOWN


def test_response_with_an_id_is_an_acceptance_if_no_codes_are_listed() -> None:
    rules = AnswerRules.model_validate({"id": "/id"})
    answer = read_answer(rules, 200, {}, b'{"id": "x"}')
    assert (answer.kind, answer.provider_id) == (ACCEPTED, "x")
    assert read_answer(rules, 200, {}, b"{}").kind is UNKNOWN


@pytest.mark.parametrize(("said", "seconds"), [("3", 3), ("", 0), ("soon", 0), ("9" * 9, 0)])
def test_retry_after_is_honoured(said: str, seconds: int) -> None:
    answer = read_answer(RULES, 429, {"Retry-After": said}, b"")
    assert answer.retry_after == timedelta(seconds=seconds)


@pytest.mark.parametrize("code", GatewayCode)
def test_gateway_code_maps_to_the_failure_of_its_name(code: GatewayCode) -> None:
    assert classify(code, 200) is Failure[code.name]


@pytest.mark.parametrize(
    ("document", "pointer", "text"),
    [
        ({"a": True}, "/a", "true"),
        ({"a": 1.5}, "/a", "1.5"),
        ({"a": None}, "/a", None),
        ({"a": {}}, "/a", None),
        ({"a": [1]}, "/a/5", None),
        ("word", "/a", None),
        (None, "/a", None),
        ({"a/b": "x"}, "/a~1b", "x"),
    ],
)
def test_text_at_returns_the_text_at_a_pointer(
    document: Any, pointer: str, text: str | None
) -> None:
    assert text_at(document, pointer) == text
