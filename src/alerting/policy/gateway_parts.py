"""Types of values in a gateway's section: pointers, codes, templates, names, authentication."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Final, Self
from urllib.parse import urlsplit

from jsonpointer import JsonPointer, JsonPointerException
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from alerting.policy.gateway_templates import checked, leaves, names_in
from alerting.policy.sections import _Section

_GATEWAY_NAME: Final = re.compile("[a-z][a-z0-9-]{1,19}")

_TAKEN: Final = frozenset({"twilio", "twilio-voice", "smpp"})

_SECRET_NAME: Final = re.compile("[a-z][a-z0-9_]{0,39}")

_HEADER_NAME: Final = re.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,60}")

_THIS_MACHINE: Final = frozenset({"localhost", "127.0.0.1", "::1"})

_SIGNED: Final = frozenset({"method", "url", "path", "query", "body", "body_sha256"})

HEADER_PART: Final = "header:"
"""Prefix that marks a signed part as a header of the request."""


def _gateway_name(name: str) -> str:
    if name in _TAKEN or not _GATEWAY_NAME.fullmatch(name):
        raise ValueError(
            "write 2 to 20 of a-z, 0-9 and '-', a letter first; twilio and smpp are taken"
        )
    return name


def _secret_name(name: str) -> str:
    if not _SECRET_NAME.fullmatch(name):
        raise ValueError(
            "name a secret by up to 40 of a-z, 0-9 and '_', a letter first; its value is the "
            "setting ALERTING_SECRET__NAME"
        )
    return name


def _header_name(name: str) -> str:
    if not _HEADER_NAME.fullmatch(name):
        raise ValueError("write the name of an HTTP header, such as X-Signature")
    return name


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"} or parts.query or parts.fragment:
        raise ValueError(
            "write https://HOST/PATH without '?' and '#'; parameters stand in the table query"
        )
    if parts.username is not None or parts.password is not None:
        raise ValueError("leave user and password out; secrets are named in the table auth")
    if parts.scheme == "http" and host not in _THIS_MACHINE:
        raise ValueError("write https://: over http:// secrets and texts are readable")
    return text


def _pointer(text: str) -> str:
    try:
        JsonPointer(text)
    except JsonPointerException:
        raise ValueError(
            "write a JSON pointer (RFC 6901), such as /data/0/id, or '' for the whole"
        ) from None
    return text


def _some_pointers(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _code(value: Any) -> Any:
    """Accept integers too, because carriers write both 0 and '0'."""
    return str(value) if type(value) is int else value


def _part(name: str) -> str:
    if name in _SIGNED:
        return name
    if not name.startswith(HEADER_PART):
        raise ValueError(f"write one of {', '.join(sorted(_SIGNED))}, or {HEADER_PART}NAME")
    return HEADER_PART + _header_name(name.removeprefix(HEADER_PART))


def _tree(value: dict[str, Any]) -> dict[str, Any]:
    for each in leaves(value):
        checked(each)
    if not _is_json(value):
        raise ValueError("write texts, numbers, true, false, lists and tables only")
    return value


def _is_json(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_is_json(each) for each in value.values())
    if isinstance(value, list):
        return all(map(_is_json, value))
    return isinstance(value, (str, int, float, bool))


GatewayName = Annotated[str, AfterValidator(_gateway_name)]

SecretName = Annotated[str, AfterValidator(_secret_name)]

HeaderName = Annotated[str, AfterValidator(_header_name)]

WebAddress = Annotated[str, AfterValidator(_url)]

Pointer = Annotated[str, AfterValidator(_pointer)]

Pointers = Annotated[tuple[Pointer, ...], BeforeValidator(_some_pointers)]

Code = Annotated[str, BeforeValidator(_code), StringConstraints(max_length=100)]

Codes = tuple[Code, ...]

Source = Annotated[str, AfterValidator(checked)]
"""The source text of a template."""

Tree = Annotated[dict[str, Any], AfterValidator(_tree)]
"""Nested tables and lists, in which every text is a template."""

Words = Annotated[str, StringConstraints(min_length=1, max_length=200)]

Parts = Annotated[tuple[Annotated[str, AfterValidator(_part)], ...], Field(min_length=1)]


class Algorithm(StrEnum):
    """The hash function of an HMAC."""

    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"
    SHA384 = "sha384"
    SHA512 = "sha512"


class Encoding(StrEnum):
    """The text encoding of a signature."""

    HEX = "hex"
    BASE64 = "base64"


class KeyForm(StrEnum):
    """How the secret is turned into the key of an HMAC."""

    TEXT = "text"
    BASE64 = "base64"


class BasicAuth(_Section):
    """HTTP Basic authentication."""

    username: Words
    password: SecretName


class BearerAuth(_Section):
    """A bearer token in the header Authorization."""

    secret: SecretName


SIGNED_NAMES: Final = frozenset({*_SIGNED, "host", "header"})
"""Names in a template of a signed text; `header` holds the headers by lower-case name."""


class HmacAuth(_Section):
    """A signature in a header: the HMAC of parts of the request, joined by `separator`.

    For carriers that sign another format, `text` is a template; its names are `SIGNED_NAMES`.
    """

    secret: SecretName
    key: KeyForm = KeyForm.TEXT
    algorithm: Algorithm
    parts: Parts | None = None
    text: Source | None = None
    separator: Annotated[str, StringConstraints(max_length=10)] = "\n"
    encoding: Encoding = Encoding.HEX
    header: HeaderName
    prefix: Annotated[str, StringConstraints(max_length=200)] = ""
    """The text before the signature in the header, such as 'sha256='."""

    @model_validator(mode="after")
    def _signs_something(self) -> Self:
        if (self.parts is None) == (self.text is None):
            raise ValueError("write one of parts and text")
        if unknown := sorted(names_in(self.text or "") - SIGNED_NAMES):
            raise ValueError(
                f"text: a request has no {', '.join(unknown)}; use "
                f"{', '.join(sorted(SIGNED_NAMES))}"
            )
        return self

    @property
    def signed(self) -> set[str]:
        """The names of the signed parts of the request."""
        return set(self.parts or ()) | names_in(self.text or "")


class QueryAuth(_Section):
    """A secret in the URL's query, for carriers without signatures."""

    parameter: Words
    secret: SecretName


class RequestAuth(_Section):
    """Authentication of requests to the carrier; exactly one method is set."""

    basic: BasicAuth | None = None
    bearer: BearerAuth | None = None
    hmac: HmacAuth | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        _only_one(self, "basic, bearer and hmac")
        return self


class ArrivalAuth(_Section):
    """Authentication of requests from the carrier; exactly one method is set."""

    basic: BasicAuth | None = None
    bearer: BearerAuth | None = None
    hmac: HmacAuth | None = None
    query: QueryAuth | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        _only_one(self, "basic, bearer, hmac and query")
        return self


def _only_one(auth: _Section, names: str) -> None:
    if sum(each is not None for each in vars(auth).values()) != 1:
        raise ValueError(f"write exactly one of {names}")
