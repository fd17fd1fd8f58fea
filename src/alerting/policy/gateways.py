"""Policy section for gateways, which are text message providers reached over HTTP."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Any, Final, Self, get_args

from pydantic import BaseModel, Field, StringConstraints, model_validator

from alerting.policy.gateway_parts import (
    ArrivalAuth,
    Codes,
    GatewayName,
    HeaderName,
    Pointer,
    Pointers,
    RequestAuth,
    SecretName,
    Source,
    Tree,
    WebAddress,
    Words,
)
from alerting.policy.gateway_templates import leaves, names_in, secrets_in
from alerting.policy.sections import Period, Rate, _Section

OTHER: Final = "other"
"""The `kind` of the template for all kinds of texts without their own template."""

_IN_TEMPLATES: Final = frozenset({"template", "variables", "values"})

REQUEST_NAMES: Final = _IN_TEMPLATES | {
    *("to", "text", "token", "valid_for", "kind", "language", "callback"),
    *("now", "expires", "nonce", "secret", "body_sha256"),
}
"""Names allowed in the templates of a request."""


class Method(StrEnum):
    """The HTTP method of a request."""

    POST = "POST"
    GET = "GET"


class Body(StrEnum):
    """The format of an incoming request."""

    JSON = "json"
    FORM = "form"
    QUERY = "query"


_CONTENT: Final = {
    Body.JSON: ("body", "body_sha256"),
    Body.FORM: ("body", "body_sha256"),
    Body.QUERY: ("query", "url"),
}
"""The parts of an incoming request with its content; a signature must cover one part."""


class AnswerRules(_Section):
    """How to read the carrier's response to a request.

    `code` lists JSON pointers to the carrier's code; the first pointer that is present counts. If
    `accepted` is empty, a 2xx response with an id means that the text was accepted, unless another
    list has its code.
    """

    id: Pointer
    code: Pointers = ()
    accepted: Codes = ()
    destination: Codes = ()
    """Codes for a number that can never be reached."""
    elsewhere: Codes = ()
    """Codes for a number that only another carrier may reach."""
    account: Codes = ()
    """Codes for faults that only an operator can fix: credentials, balance, signature, template."""
    later: Codes = ()
    """Codes for temporary faults, after which the same text may be accepted later."""

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        listed = (self.accepted, self.destination, self.elsewhere, self.account, self.later)
        if any(listed) and not self.code:
            raise ValueError("code: it is missing; write the JSON pointer of the carrier's code")
        _once(self, "accepted", "destination", "elsewhere", "account", "later")
        return self


class _Arrivals(_Section):
    auth: ArrivalAuth
    body: Body = Body.JSON
    json_in: Words | None = None
    """The form field that contains JSON; None if the form itself has the values."""
    items: Pointer = ""
    """Pointer to the content of a request, which is an item or a list of items."""
    answer: Annotated[str, StringConstraints(max_length=1000)] = ""
    """The body of the response, which some carriers require as confirmation."""

    @model_validator(mode="after")
    def _json_in_a_form(self) -> Self:
        if self.json_in and self.body is Body.JSON:
            raise ValueError("json_in is a field of a form: write body = 'form', or leave it out")
        return self

    @model_validator(mode="after")
    def _signs_what_is_said(self) -> Self:
        if not self.vouches_for(self.body):
            raise ValueError(
                f"auth.hmac: also sign {' or '.join(_CONTENT[self.body])}: it holds the content"
            )
        return self

    def vouches_for(self, body: Body) -> bool:
        """Return whether a signature covers the content of a request of this format.

        True if the authentication is not an HMAC.
        """
        return self.auth.hmac is None or not self.auth.hmac.signed.isdisjoint(_CONTENT[body])


class ReceiptRules(_Arrivals):
    """How to read receipts; a status on no list counts as undelivered."""

    id: Pointer | None = None
    token: Pointer | None = None
    """Pointer to the `token` of the request, if the carrier repeats it."""
    phone: Pointer | None = None
    status: Pointers
    delivered: Annotated[Codes, Field(min_length=1)]
    under_way: Codes = ()
    handset: Codes = ()
    """Statuses for a phone that is off or full; the text is sent once more."""
    destination: Codes = ()
    account: Codes = ()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        _once(self, "delivered", "under_way", "handset", "destination", "account")
        return self


class ReplyRules(_Arrivals):
    """How to read texts from people."""

    id: Pointer
    sender: Pointer
    text: Pointer


class TextTemplate(_Section):
    """A template approved by the carrier for one kind of text, and its variables."""

    kind: Words
    """The kind of text, or 'other' for all kinds without their own template."""
    language: Words | None = None
    """The language of the texts; None for any."""
    id: Words
    variables: Annotated[dict[str, Source], Field(default_factory=dict)]


class Gateway(_Section):
    """A provider of texts over HTTP."""

    name: GatewayName
    url: WebAddress
    method: Method = Method.POST
    per_second: Rate
    """Maximum number of segments a second that the carrier accepts."""
    price_per_segment: Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)]
    """The price of a segment in the currency of `[sending]`."""
    longest_validity: Period = timedelta(days=1)
    """How long the carrier tries to deliver a text, at most."""
    headers: Annotated[dict[HeaderName, Source], Field(default_factory=dict)]
    query: Annotated[dict[str, Source], Field(default_factory=dict)]
    form: dict[str, Source] | None = None
    json_body: Annotated[Tree | None, Field(alias="json")] = None
    auth: RequestAuth | None = None
    answer: AnswerRules
    templates: tuple[TextTemplate, ...] = ()
    receipts: ReceiptRules | None = None
    replies: ReplyRules | None = None

    @model_validator(mode="after")
    def _can_be_sent(self) -> Self:
        if self.form is not None and self.json_body is not None:
            raise ValueError("write one of form and json")
        if self.method is Method.GET and (self.form is not None or self.json_body is not None):
            raise ValueError("a GET has no body: put the fields into the table query")
        used = set[str]().union(*map(names_in, self.request_sources))
        if unknown := sorted(used - REQUEST_NAMES):
            raise ValueError(
                f"{', '.join(unknown)}: no such name; use {', '.join(sorted(REQUEST_NAMES))}"
            )
        if "to" not in used:
            raise ValueError(
                "no field holds {{ to }}; add this phone number to form, json or query"
            )
        _check_texts(used, self.templates)
        _check_receipts(used, self.receipts)
        return self

    @property
    def request_sources(self) -> list[str]:
        """The templates of a request."""
        return list(leaves([self.headers, self.query, self.form or {}, self.json_body or {}]))

    @property
    def secret_names(self) -> set[str]:
        """The names of all secrets that the gateway needs."""
        sources = [*self.request_sources, *leaves([each.variables for each in self.templates])]
        named = {name for source in sources for name in secrets_in(source)}
        return named | set(_secrets_of(self))


def _secrets_of(section: _Section) -> Iterator[SecretName]:
    """Yield the names of the secrets in a section's authentication tables."""
    for name, value in section:
        if name in {"password", "secret"}:
            yield value
        elif isinstance(value, _Section):
            yield from _secrets_of(value)


def _check_texts(used: set[str], templates: tuple[TextTemplate, ...]) -> None:
    if templates and "template" not in used:
        raise ValueError("no field holds {{ template }}; add this id of the template")
    if not templates and used & _IN_TEMPLATES:
        raise ValueError("there are no [[gateways.templates]]: add them, or send {{ text }}")
    if not templates and "text" not in used:
        raise ValueError("no field holds {{ text }}; add this text to form, json or query")
    doubled = Counter((each.kind, each.language) for each in templates)
    if twice := sorted(str(kind) for (kind, _), times in doubled.items() if times > 1):
        raise ValueError(f"templates: {', '.join(twice)} twice; write one for each language")


def _check_receipts(used: set[str], receipts: ReceiptRules | None) -> None:
    named = receipts is None or receipts.id is not None or receipts.token is not None
    if not (named or "callback" in used):
        raise ValueError(
            "receipts: nothing identifies the text; write id or token, or send {{ callback }}"
        )


def _once(rules: Any, *lists: str) -> None:
    """Refuse a code that is on two of these lists."""
    counted = Counter(code for name in lists for code in set(getattr(rules, name)))
    if doubled := sorted(code for code, times in counted.items() if times > 1):
        raise ValueError(f"{', '.join(doubled)}: leave it on one list")


def check_unique_names(gateways: tuple[Gateway, ...]) -> tuple[Gateway, ...]:
    """Return the gateways; refuse two with the same name."""
    counted = Counter(each.name for each in gateways)
    if doubled := sorted(name for name, times in counted.items() if times > 1):
        raise ValueError(f"{', '.join(doubled)}: give each gateway a name of its own")
    return gateways


def keys_beside(tables: Sequence[str | int]) -> list[str]:
    """Return the keys allowed in a TOML table below [gateways]; `tables` is the path to it."""
    section: type[BaseModel] = Gateway
    for table in tables:
        found = section.model_fields.get(str(table))
        if found is not None:
            section = next(_sections_in(found.annotation), section)
    return [field.alias or name for name, field in section.model_fields.items()]


def _sections_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the section classes that a field's type contains."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from _sections_in(each)
