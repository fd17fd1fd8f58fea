"""Webhooks for the SMS gateways of the policy: they deliver receipts and people's texts."""

from dataclasses import dataclass
from typing import Annotated, Any, Final

import structlog
from fastapi import APIRouter, HTTPException, Path, Query, Request, Response, status

from alerting.access.callers import RuntimeDep
from alerting.access.openapi import FORM
from alerting.channels.http.arrivals import (
    GatewayReceipt,
    GatewayReply,
    UnreadableError,
    items_of,
    receipt_in,
    reply_in,
)
from alerting.channels.http.signature import HttpRequest, is_authentic
from alerting.channels.receipts import EarlyReceipts
from alerting.deliveries.named_receipts import (
    NamedReceipt,
    body_of,
    record_receipt_by_id,
    went_to_its_phone,
)
from alerting.errors import NotFoundError
from alerting.policy.gateways import Gateway, ReceiptRules, ReplyRules
from alerting.replies.statements import IncomingText
from alerting.replies.take import store_for_officer, take_text
from alerting.runtime import Runtime
from contacts.bounds import NO_NUL

log = structlog.get_logger()

router = APIRouter(prefix="/gateways", include_in_schema=False)

_METHODS: Final = ["POST", "GET"]

GatewayName = Annotated[str, Path(max_length=20, pattern=NO_NUL)]

Attempt = Annotated[str | None, Query(max_length=100, pattern=NO_NUL)]


@router.api_route("/{name}/receipts", methods=_METHODS, openapi_extra=FORM)
async def receipts(
    name: GatewayName, request: Request, runtime: RuntimeDep, attempt: Attempt = None
) -> Response:
    """Record delivery receipts, in which the carrier says what became of our texts."""
    gateway = _gateway(request, name)
    return await _take(request, runtime, gateway, gateway.receipts, attempt)


@router.api_route("/{name}/replies", methods=_METHODS, openapi_extra=FORM)
async def replies(name: GatewayName, request: Request, runtime: RuntimeDep) -> Response:
    """Store and read the texts that people sent."""
    gateway = _gateway(request, name)
    return await _take(request, runtime, gateway, gateway.replies)


def _gateway(request: Request, name: str) -> Gateway:
    found: Gateway | None = request.app.state.gateways.get(name)
    if found is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "No gateway of this name is set up here")
    return found


@dataclass(frozen=True, slots=True)
class _Post:
    """A request from a carrier; it passed the authentication of the address that it came to."""

    request: Request
    runtime: Runtime
    gateway: Gateway
    rules: ReceiptRules | ReplyRules
    """The policy's rules for the address that the request came to."""
    asked: HttpRequest
    attempt: str | None


async def _take(
    request: Request,
    runtime: Runtime,
    gateway: Gateway,
    rules: ReceiptRules | ReplyRules | None,
    attempt: str | None = None,
) -> Response:
    """Authenticate a request, process each of its items, and skip the faulty ones.

    The request is refused only if all of its items are faulty. If one faulty item were enough, the
    carrier would send the good items again and again.

    Raises:
        HTTPException: 404 if the policy expects no requests at this address, 403 if the signature
            is wrong, 422 if no item can be read.
        NotFoundError: if a receipt is for an unknown text, whose id may not be stored yet.
    """
    if rules is None:
        raise HTTPException(
            status.HTTP_404_NOT_FOUND, "The policy has no rules for requests to this address"
        )
    asked = await _signed(request, gateway, rules)
    post = _Post(request, runtime, gateway, rules, asked, attempt)
    refusals: list[Exception] = []
    items = _items(rules, asked)
    for item in items:
        try:
            await _take_item(post, item)
        except UnreadableError as faulty:
            refusals.append(HTTPException(status.HTTP_422_UNPROCESSABLE_CONTENT, str(faulty)))
        except NotFoundError as early:
            refusals.append(early)
    if refusals:
        log.warning("not understood", gateway=gateway.name, refusals=list(map(str, refusals)))
    if refusals and len(refusals) == len(items):
        raise refusals[0]
    is_json = rules.answer[:1] in {"{", "["}
    return Response(rules.answer, media_type="application/json" if is_json else "text/plain")


async def _signed(
    request: Request, gateway: Gateway, rules: ReceiptRules | ReplyRules
) -> HttpRequest:
    query = f"?{request.url.query}" if request.url.query else ""
    asked = HttpRequest(
        request.method,
        f"{request.app.state.public_url}{request.url.path}{query}",
        dict(request.headers.items()),
        await request.body(),
    )
    if not is_authentic(rules.auth, request.app.state.settings.secrets, asked):
        raise HTTPException(
            status.HTTP_403_FORBIDDEN,
            f"the signature is not the one that the policy requires of gateway {gateway.name}; "
            "check its auth and secrets, and ALERTING_PUBLIC_URL",
        )
    return asked


def _items(rules: ReceiptRules | ReplyRules, asked: HttpRequest) -> list[Any]:
    try:
        return items_of(rules, asked)
    except UnreadableError as unreadable:
        # Logged, because a wrong `items` or `body` in the policy loses every receipt and reply.
        log.warning("not understood", url=asked.url.partition("?")[0], refusals=[str(unreadable)])
        raise HTTPException(status.HTTP_422_UNPROCESSABLE_CONTENT, str(unreadable)) from None


async def _take_item(post: _Post, item: Any) -> None:
    receipt = receipt_in(post.gateway, item, post.attempt)
    reply = _reply_beside(post, item, receipt)
    named = receipt and _named(post.gateway, receipt)
    if receipt and named and await _is_report(post, receipt, named, reply):
        if not receipt.is_passed_on:
            _require_auth_of(post, post.gateway.receipts)
        await _record(post, named)
    elif reply:
        _require_auth_of(post, post.gateway.replies)
        now = post.runtime.clock.now()
        text = IncomingText(reply.message_id, reply.sender, reply.text, now)
        # A text in the form of a receipt waits for an officer, because no person writes like that.
        await (store_for_officer if reply.is_like_a_receipt else take_text)(post.runtime, text)
    else:
        raise UnreadableError("the fields that the policy names hold neither a status nor a text")


def _reply_beside(post: _Post, item: Any, receipt: GatewayReceipt | None) -> GatewayReply | None:
    """Return the person's text in an item, which may be a receipt too; None if it has none.

    At the address for receipts an item with a status is only a receipt, whatever else it has. A
    receipt may repeat the text that we sent, without the other fields of a person's text.
    """
    if receipt is None:
        return reply_in(post.gateway, item)
    if post.rules is post.gateway.receipts and not receipt.is_passed_on:
        return None
    try:
        return reply_in(post.gateway, item)
    except UnreadableError:
        return None


def _require_auth_of(post: _Post, rules: ReceiptRules | ReplyRules | None) -> None:
    """Authenticate an item by the rules for its kind, if it came to the address of the other kind.

    The secret of the address for receipts goes to the carrier with every text. So nobody who knows
    only this secret may submit a person's text.

    Raises:
        UnreadableError: if the request does not pass that authentication.
    """
    if rules is None or rules is post.rules:
        return
    secrets = post.request.app.state.settings.secrets
    if not (rules.vouches_for(post.rules.body) and is_authentic(rules.auth, secrets, post.asked)):
        raise UnreadableError("it came to the wrong address without the right address's signature")


async def _is_report(
    post: _Post, receipt: GatewayReceipt, named: NamedReceipt, reply: GatewayReply | None
) -> bool:
    """Return whether an item with a status is a receipt, and not a person's text.

    Anybody can write a text in the form of an SMS centre's receipt. Such a text is a receipt only
    if it comes from the phone to which we sent the text. An item with a status and a text is a
    receipt if its text repeats ours.
    """
    database = post.runtime.database
    if receipt.is_passed_on:
        return await database.read(lambda db: went_to_its_phone(db, named))
    if reply is None:
        return True
    body = await database.read(lambda db: body_of(db, named))
    return body is not None and body in reply.text


async def _record(post: _Post, named: NamedReceipt) -> None:
    early: EarlyReceipts[NamedReceipt] = post.request.app.state.early_receipts
    try:
        await record_receipt_by_id(post.runtime, named)
    except NotFoundError:
        early.note(named)


def _named(gateway: Gateway, read: GatewayReceipt) -> NamedReceipt:
    return NamedReceipt(
        provider=gateway.name,
        provider_id=read.message_id,
        may_mean=(),
        phones=(read.phone,) if read.phone else (),
        state=read.state,
        error_code=read.error_code,
        failure=read.failure,
        token=read.token,
    )
