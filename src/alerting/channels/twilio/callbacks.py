"""Twilio's signed webhooks: authentication, form fields, and the status callback of texts."""

import hmac
import re
from contextlib import suppress
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response, status
from twilio.request_validator import (
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

from alerting.access.callers import RuntimeDep
from alerting.access.openapi import FORM
from alerting.deliveries.receipts import record_receipt
from contacts.bounds import NO_NUL
from contacts.people import parse_phone

_XML: Final = "text/xml"

_MOST_FIELDS: Final = 200

_MOST_DIGITS: Final = 6

_LONGEST: Final = 200

_SID: Final = re.compile("[A-Z]{2}[0-9a-fA-F]{32}")


async def signed_form(request: Request) -> dict[str, str]:
    """Return the fields of a webhook signed by Twilio.

    Raises:
        HTTPException: 403 if the signature does not match the account and the public URL; 404 if no
            account is set up.
    """
    validator: RequestValidator | None = request.app.state.validator
    if validator is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "no Twilio account is configured here")
    form = _parse(await request.body())
    query = request.scope["query_string"].decode("latin-1")
    url = f"{request.app.state.public_url}{request.scope['path']}{query and f'?{query}'}"
    algorithm = get_signature_algorithm(request.headers.get(SIGNATURE_SETTINGS_HEADER))
    if not is_signed(validator, url, form, request.headers.get(SIGNATURE_HEADER, ""), algorithm):
        raise HTTPException(
            status.HTTP_403_FORBIDDEN,
            "X-Twilio-Signature: it does not match; check ALERTING_PUBLIC_URL and the auth token",
        )
    return {name: values[-1] for name, values in form.items()}


class Fields(dict[str, list[str]]):
    """A form's values by field. A repeated field is signed with all of its values."""

    def getall(self, name: str) -> list[str]:
        """Return all values of a field; Twilio's validator tries a method of this name first."""
        return self[name]


def is_signed(
    validator: RequestValidator, url: str, form: Fields, signature: str, algorithm: str
) -> bool:
    """Return whether Twilio signed a form for this address.

    The configured address is tried first, because nearly every webhook is signed for it. Only if it
    does not match does the validator compute two more signatures, with and without the port.
    """
    # The validator itself refuses and logs an unknown algorithm.
    with suppress(ValueError):
        own = validator.compute_signature(url, form, algorithm)
        if hmac.compare_digest(own.encode(), signature.encode()):
            return True
    return bool(validator.validate(url, form, signature, algorithm))


def _parse(body: bytes) -> Fields:
    try:
        pairs = parse_qsl(
            body.decode(errors="replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise HTTPException(413, f"more than {_MOST_FIELDS} fields: send fewer") from None
    form = Fields()
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return form


SignedForm = Annotated[dict[str, str], Depends(signed_form)]

Attempt = Annotated[str, Query(max_length=100, pattern=NO_NUL)]
"""Token of an attempt, from the query of its callback URL."""


def field_of(form: dict[str, str], name: str) -> str:
    """Return a field of the form.

    Raises:
        HTTPException: 422 if it is missing, too long, or contains NUL, which PostgreSQL cannot
            store.
    """
    try:
        value = form[name]
    except KeyError:
        raise HTTPException(422, f"{name}: it is missing") from None
    if len(value) > _LONGEST:
        raise HTTPException(422, f"{name}: it is longer than {_LONGEST} characters")
    if "\0" in value:
        raise HTTPException(422, f"{name}: it contains the character NUL; leave it out")
    return value


def sid_of(form: dict[str, str], name: str) -> str:
    """Return the provider's id in a field, after checking its form.

    Twilio's signature covers names and values without separators. If an id could contain other
    characters, an attacker could replay a captured request as a new one, by moving the next
    parameter into the id.

    Raises:
        HTTPException: 422 if it is missing or malformed.
    """
    sid = field_of(form, name)
    joined = any(name in value for field, value in form.items() if field != "Body")
    if joined or not _SID.fullmatch(sid):
        raise HTTPException(422, f"{name}: it is not an id; write two letters and 32 hex digits")
    return sid


def sender_of(form: dict[str, str]) -> str:
    """Return the sender in E.164; if it is not a phone number, return it without a leading '+'.

    Short codes and names are accepted too, so that no text is lost.

    Raises:
        HTTPException: 422 if it is missing.
    """
    if "From" not in form:
        raise HTTPException(422, "From: it is missing")
    sender = form["From"][:_LONGEST].strip()
    try:
        return parse_phone(sender)
    except ValueError:
        return sender.lstrip("+")


def media_of(form: dict[str, str]) -> tuple[str, ...]:
    """Return the http and https links of the files that came with a text."""
    links = (form.get(f"MediaUrl{number}", "") for number in range(_MOST_MEDIA))
    return tuple(link for link in links if _WEB_LINK.fullmatch(link))


_MOST_MEDIA: Final = 10
"""Maximum number of files that Twilio accepts with one text."""

_WEB_LINK: Final = re.compile(r"https?://[!-~]{1,500}")


def error_code_of(form: dict[str, str]) -> int | None:
    """Return the provider's numeric error code, or None if the form has none."""
    code = form.get("ErrorCode", "")
    return int(code) if code.isascii() and code.isdigit() and len(code) <= _MOST_DIGITS else None


def twiml(document: str) -> Response:
    """Return a response with a TwiML document."""
    return Response(document, media_type=_XML)


router = APIRouter(prefix="/twilio", include_in_schema=False)


@router.post("/status", status_code=status.HTTP_204_NO_CONTENT, openapi_extra=FORM)
async def message_status(form: SignedForm, attempt: Attempt, runtime: RuntimeDep) -> None:
    """Record the status callback of one attempt."""
    await record_receipt(
        runtime,
        attempt,
        sid_of(form, "MessageSid"),
        field_of(form, "MessageStatus"),
        error_code_of(form),
    )
