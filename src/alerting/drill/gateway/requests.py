"""Parse and validate requests for texts and calls as the provider does."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

import phonenumbers

from alerting.drill.gateway.calls import Call, Detection, Script
from alerting.drill.gateway.errors import ApiError
from alerting.drill.gateway.exchange import SERVICE_SENDER, Draft
from alerting.drill.gateway.store import MAX_VALIDITY_SECONDS, Filters, new_sid
from alerting.drill.timers import utc_now

_MAX_CHARACTERS: Final = 1600

_DEFAULT_TIMEOUT_SECONDS: Final = 60.0

Form = dict[str, list[str]]


def field(form: Form, name: str) -> str | None:
    """Return the first value of a field, or None if it is missing or empty."""
    values = form.get(name)
    return values[0] if values and values[0] else None


@lru_cache(maxsize=65536)
def _number_type(number: str) -> int | None:
    """Return the line type of a number, or None if the number is invalid."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.number_type(parsed) if phonenumbers.is_possible_number(parsed) else None


def _callback_url(form: Form, name: str = "StatusCallback") -> str | None:
    url = field(form, name)
    if url is not None and not _is_url(url):
        raise ApiError(21609, url)
    return url


def _is_url(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def read_text(form: Form) -> Draft:
    """Return the text that a create request asks for.

    Raises:
        ApiError: if a field is missing or invalid.
    """
    to, body = field(form, "To"), field(form, "Body")
    service = field(form, "MessagingServiceSid")
    sender = field(form, "From") or (SERVICE_SENDER if service else None)
    if to is None:
        raise ApiError(21604)
    if sender is None:
        raise ApiError(21603)
    if body is None:
        raise ApiError(21602)
    if len(body) > _MAX_CHARACTERS:
        raise ApiError(21617)
    _check_mobile(to)
    return Draft(
        to=to,
        from_=sender,
        body=body,
        validity=_validity(form),
        service_sid=service,
        status_callback=_callback_url(form),
    )


def _check_mobile(number: str) -> None:
    line = _number_type(number)
    if line is None:
        raise ApiError(21211, number)
    if line == phonenumbers.PhoneNumberType.FIXED_LINE:
        raise ApiError(21614, number)


def _validity(form: Form) -> float:
    text = field(form, "ValidityPeriod") or str(MAX_VALIDITY_SECONDS)
    if not text.isdecimal() or not 1 <= int(text) <= MAX_VALIDITY_SECONDS:
        raise ApiError(90007, text)
    return float(text)


def read_call(form: Form, account_sid: str) -> Call:
    """Return the call that a create request asks for.

    Raises:
        ApiError: if a field is missing or invalid.
    """
    to, sender = field(form, "To"), field(form, "From")
    if to is None:
        raise ApiError(21201)
    if sender is None:
        raise ApiError(21213)
    if _number_type(to) is None:
        raise ApiError(21211, to)
    script = read_script(form)
    if script is None:
        raise ApiError(21205)
    now = utc_now()
    return Call(
        sid=new_sid("CA"),
        account_sid=account_sid,
        to=to,
        from_=sender,
        script=script,
        timeout=float(field(form, "Timeout") or _DEFAULT_TIMEOUT_SECONDS),
        detection=_detection(form),
        created_at=now,
        updated_at=now,
        status_callback=_callback_url(form),
        events=frozenset(form.get("StatusCallbackEvent", ["completed"])),
    )


def _detection(form: Form) -> Detection:
    return Detection(
        is_on=field(form, "MachineDetection") in {"Enable", "DetectMessageEnd"},
        is_async=field(form, "AsyncAmd") == "true",
        callback=_callback_url(form, "AsyncAmdStatusCallback"),
    )


def read_script(form: Form) -> Script | None:
    """Return the call's script, or None if the form has none; Url takes precedence over Twiml.

    Raises:
        ApiError: if the URL is invalid.
    """
    url, twiml = field(form, "Url"), field(form, "Twiml")
    if url is None:
        return None if twiml is None else Script(twiml=twiml)
    if not _is_url(url):
        raise ApiError(21205, url)
    return Script(url)


def read_filters(query: Sequence[tuple[str, str]]) -> Filters:
    """Return the filters of a list request.

    'DateSent' selects a day, and 'DateSent<' and 'DateSent>' are bounds.
    """
    asked = dict(query)
    day = _instant(asked.get("DateSent"))
    return Filters(
        to=asked.get("To"),
        from_=asked.get("From"),
        day=None if day is None else day.date(),
        since=_instant(asked.get("DateSent>")),
        until=_instant(asked.get("DateSent<")),
    )


def _instant(text: str | None) -> datetime | None:
    """Return an ISO date or date-time as an instant in UTC; None if the text is invalid."""
    try:
        instant = None if text is None else datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if instant is None else instant.replace(tzinfo=UTC)
