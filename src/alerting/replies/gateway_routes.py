"""Webhooks of the gateways that the policy describes: receipts, and texts from people."""

from typing import Annotated, Any, Final

import structlog
from fastapi import APIRouter, HTTPException, Path, Query, Request, Response, status

from alerting.access.callers import RuntimeDep
from alerting.channels.http.arrivals import (
    GatewayReceipt,
    UnreadableError,
    items_of,
    receipt_in,
    reply_in,
)
from alerting.channels.http.signature import HttpRequest, is_authentic
from alerting.channels.receipts import EarlyReceipts
from alerting.deliveries.named_receipts import NamedReceipt, body_of, record_receipt_by_id
from alerting.errors import NotFoundError
from alerting.policy.gateways import Gateway, ReceiptRules, ReplyRules
from alerting.replies.statements import IncomingText
from alerting.replies.take import take_text
from alerting.runtime import Runtime
from contacts.bounds import NO_NUL

log = structlog.get_logger()

router = APIRouter(prefix="/gateways", include_in_schema=False)

_METHODS: Final = ["POST", "GET"]

GatewayName = Annotated[str, Path(max_length=20, pattern=NO_NUL)]

Attempt = Annotated[str | None, Query(max_length=100, pattern=NO_NUL)]


@router.api_route("/{name}/receipts", methods=_METHODS)
async def receipts(
    name: GatewayName, request: Request, runtime: RuntimeDep, attempt: Attempt = None
) -> Response:
    """Record the carrier's reports on texts."""
    gateway = _gateway(request, name)
    return await _take(request, runtime, gateway, gateway.receipts, attempt)


@router.api_route("/{name}/replies", methods=_METHODS)
async def replies(name: GatewayName, request: Request, runtime: RuntimeDep) -> Response:
    """Take in the texts that people sent."""
    gateway = _gateway(request, name)
    return await _take(request, runtime, gateway, gateway.replies)


def _gateway(request: Request, name: str) -> Gateway:
    found: Gateway | None = request.app.state.gateways.get(name)
    if found is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "No such gateway is set up here")
    return found


async def _take(
    request: Request,
    runtime: Runtime,
    gateway: Gateway,
    rules: ReceiptRules | ReplyRules | None,
    attempt: str | None = None,
) -> Response:
    """Take in each item of a request that is the carrier's.

    A faulty item stops no other. The request is refused then, so that the carrier tells somebody.

    Raises:
        HTTPException: 404, 403 or 422 if nothing is expected here, it is not signed or unreadable.
        NotFoundError: if a receipt's text is unknown; its id may not be stored yet.
    """
    if rules is None:
        raise HTTPException(
            status.HTTP_404_NOT_FOUND, "The policy describes nothing that comes here"
        )
    asked = await _signed(request, gateway, rules)
    refusals: list[Exception] = []
    for item in _items(rules, asked):
        try:
            await _take_item(request, runtime, gateway, item, attempt)
        except UnreadableError as faulty:
            refusals.append(HTTPException(status.HTTP_422_UNPROCESSABLE_CONTENT, str(faulty)))
        except NotFoundError as early:
            refusals.append(early)
    if refusals:
        log.warning("not understood", gateway=gateway.name, refusals=list(map(str, refusals)))
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
            f"it is not signed as the policy says of the gateway {gateway.name}; check its auth "
            "and secrets, and ALERTING_PUBLIC_URL",
        )
    return asked


def _items(rules: ReceiptRules | ReplyRules, asked: HttpRequest) -> list[Any]:
    try:
        return items_of(rules, asked)
    except UnreadableError as unreadable:
        raise HTTPException(status.HTTP_422_UNPROCESSABLE_CONTENT, str(unreadable)) from None


async def _take_item(
    request: Request, runtime: Runtime, gateway: Gateway, item: Any, attempt: str | None
) -> None:
    receipt, reply = receipt_in(gateway, item, attempt), reply_in(gateway, item)
    named = receipt and _named(gateway, receipt)
    if named and (reply is None or await _tells_of(request, runtime, named, reply.text)):
        await _record(request, runtime, named)
    elif reply:
        now = runtime.clock.now()
        await take_text(runtime, IncomingText(reply.message_id, reply.sender, reply.text, now))
    else:
        raise UnreadableError("it has neither a status nor a text, where the policy says")


async def _tells_of(request: Request, runtime: Runtime, named: NamedReceipt, text: str) -> bool:
    """Return whether an item with a status and a text is a report, which repeats what was sent.

    At the address for receipts it is. At the other one a person's text may have a status too.
    """
    if request.url.path.endswith("/receipts"):
        return True
    body = await runtime.database.read(lambda db: body_of(db, named))
    return body is not None and body in text


async def _record(request: Request, runtime: Runtime, named: NamedReceipt) -> None:
    early: EarlyReceipts[NamedReceipt] = request.app.state.early_receipts
    try:
        await record_receipt_by_id(runtime, named)
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
