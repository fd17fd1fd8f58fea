"""Read a gateway's responses by the JSON pointers and codes of the policy."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

from jsonpointer import resolve_pointer

from alerting.deliveries.channel import Answer
from alerting.deliveries.rules.delivery import Failure, GatewayCode, OutcomeKind
from alerting.policy.gateways import AnswerRules

_SECONDS: Final = re.compile("[0-9]{1,5}")
"""Retry-After up to 99,999 seconds, about a day; longer values and dates are ignored."""

_MOST_OF_A_WORD: Final = 100

_MOST_OF_AN_ID: Final = 200

_UNLISTED: Final = GatewayCode.UNLISTED

_BY_HTTP: Final[Mapping[int, GatewayCode]] = {
    HTTPStatus.UNAUTHORIZED: GatewayCode.PAGE_OPERATOR,
    HTTPStatus.FORBIDDEN: GatewayCode.PAGE_OPERATOR,
    HTTPStatus.TOO_MANY_REQUESTS: GatewayCode.RETRY,
}


def read_answer(rules: AnswerRules, status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    """Return the outcome that a gateway's response states.

    Only an explicit refusal counts as a refusal. If the response is another server's page, a server
    error, or an acceptance without an id, the gateway may have the text: the outcome is unknown.
    """
    document = _document(body)
    word = _first_of(document, rules.code)
    detail = f"HTTP {status}, code {word!r}"
    if listed := _listed(rules, word):
        return _refused(listed, headers, detail)
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        if not rules.accepted or word in rules.accepted:
            return _accepted(text_at(document, rules.id), detail)
        return doubtful(detail) if word is None else _refused(_UNLISTED, headers, detail)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return doubtful(detail)
    return _refused(_BY_HTTP.get(status, _UNLISTED), headers, detail)


def text_at(document: Any, pointer: str) -> str | None:
    """Return the text, number or truth value at a JSON pointer as text, or None."""
    found = resolve_pointer(document, pointer, None)
    if isinstance(found, bool):
        return str(found).lower()
    return str(found) if type(found) in {str, int, float} else None


def doubtful(detail: str) -> Answer:
    """Return the answer for a request with an unknown outcome: the gateway may have the text."""
    return Answer(OutcomeKind.UNKNOWN, failure=Failure.UNKNOWN, detail=detail)


def not_sent(detail: str) -> Answer:
    """Return the answer for a request that was not written, so that a retry is safe."""
    return Answer(OutcomeKind.REFUSED, failure=Failure.NOT_SENT, detail=f"not sent: {detail}")


def unwritable(detail: str) -> Answer:
    """Return the answer for a request that cannot be built; another provider may send the text."""
    return Answer(
        OutcomeKind.REFUSED,
        failure=Failure.NO_ROUTE,
        error_code=int(GatewayCode.NO_ROUTE),
        detail=f"unwritable: {detail}",
    )


def _document(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _first_of(document: Any, pointers: Sequence[str]) -> str | None:
    found = (text_at(document, each) for each in pointers)
    return next((word[:_MOST_OF_A_WORD] for word in found if word is not None), None)


def _listed(rules: AnswerRules, word: str | None) -> GatewayCode | None:
    lists = {
        GatewayCode.NEVER: rules.destination,
        GatewayCode.NO_ROUTE: rules.elsewhere,
        GatewayCode.PAGE_OPERATOR: rules.account,
        GatewayCode.RETRY: rules.later,
    }
    return next((code for code, words in lists.items() if word in words), None)


def _accepted(message_id: str | None, detail: str) -> Answer:
    if not message_id:
        return doubtful(f"{detail}, no id")
    return Answer(OutcomeKind.ACCEPTED, provider_id=message_id[:_MOST_OF_AN_ID])


def _refused(code: GatewayCode, headers: Mapping[str, str], detail: str) -> Answer:
    asked = headers.get("Retry-After", "")
    return Answer(
        OutcomeKind.REFUSED,
        failure=Failure[code.name],
        error_code=int(code),
        detail=detail,
        retry_after=timedelta(seconds=int(asked) if _SECONDS.fullmatch(asked) else 0),
    )
