"""HTTP routes for CAP messages of other systems: receive a message, list messages and sources."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from alerting.access.callers import Caller, RuntimeDep
from alerting.access.machines import MachineKind, calling_machine, unknown_machine
from alerting.access.openapi import MOST_BODY, REFUSALS, allows
from alerting.cap_inbox.notes import as_it_came, came_in, check_administrator
from alerting.cap_inbox.receive import receive
from alerting.cap_inbox.rules.tree import MOST_BYTES
from alerting.cap_inbox.schemas import CameInBody, ReceivedBody, SourceBody
from alerting.cap_inbox.sources import sources_of
from alerting.database.tables import LARGEST_ID, RowId
from alerting.policy.cap_sources import CapSender
from contacts.people import Role

router = APIRouter(prefix="/api/cap", tags=["cap"])

_MESSAGES: Final = 100

_MOST_CHARSET: Final = 40

_BYTES: Final = "application/octet-stream"

_FOR_ADMINISTRATORS: Final = allows({Role.ADMINISTRATOR})

_DOCUMENT: Final = {
    "requestBody": {
        "required": True,
        "content": {"application/cap+xml": {"schema": {"type": "string", "maxLength": MOST_BYTES}}},
    },
    MOST_BODY: MOST_BYTES,
}


async def _known_sender(request: Request, runtime: RuntimeDep) -> CapSender:
    """Return the sender that the request's token authenticates.

    Raises:
        HTTPException: 401 if the token is missing or invalid, or the policy no longer names its
            sender.
    """
    name = await calling_machine(request, MachineKind.CAP_SENDER)
    for sender in runtime.policy.cap_senders:
        if sender.name == name:
            return sender
    raise unknown_machine(MachineKind.CAP_SENDER)


KnownSender = Annotated[CapSender, Depends(_known_sender)]


@router.post("", openapi_extra=_DOCUMENT | {REFUSALS: [429], "security": [{"bearer": []}]})
async def post_cap(request: Request, sender: KnownSender, runtime: RuntimeDep) -> ReceivedBody:
    """Receive a CAP 1.2 message from a sender that the policy names.

    Any other document is refused with 422; the detail names the element and what to change.
    """
    charset = _charset(request.headers.get("content-type", ""))
    received = await receive(runtime, sender, await request.body(), charset)
    return ReceivedBody.of(received)


def _charset(content_type: str) -> str | None:
    """Return the charset parameter of a Content-Type, or None."""
    for parameter in content_type.split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"')[:_MOST_CHARSET] or None
    return None


@router.get("/messages", openapi_extra=_FOR_ADMINISTRATORS)
async def get_messages(
    caller: Caller,
    runtime: RuntimeDep,
    before: Annotated[
        int,
        Query(
            ge=1,
            le=LARGEST_ID,
            description="Only documents with a lower id; for paging, the last id received.",
        ),
    ] = LARGEST_ID,
) -> list[CameInBody]:
    """List all incoming documents, newest first, for administrators."""
    found = await runtime.database.read(lambda db: came_in(db, caller, before, _MESSAGES))
    return [CameInBody.listed(message) for message in found]


@router.get(
    "/messages/{message_id}/raw",
    response_class=Response,
    responses={200: {"content": {_BYTES: {"schema": {"type": "string", "format": "binary"}}}}},
    openapi_extra=_FOR_ADMINISTRATORS,
)
async def get_raw(message_id: RowId, caller: Caller, runtime: RuntimeDep) -> Response:
    """Return the original bytes of a document as a download, for administrators."""
    raw = await runtime.database.read(lambda db: as_it_came(db, caller, message_id))
    # Never sent as XML, because a browser would run scripts in it.
    name = f'attachment; filename="cap-{message_id}.xml"'
    return Response(raw, media_type=_BYTES, headers={"Content-Disposition": name})


@router.get("/sources", openapi_extra=_FOR_ADMINISTRATORS)
async def get_sources(caller: Caller, runtime: RuntimeDep) -> list[SourceBody]:
    """List the senders and feeds of the policy with their results, for administrators."""
    check_administrator(caller)
    found = await runtime.database.read(lambda db: sources_of(db, runtime.policy))
    return [SourceBody.of(source) for source in found]
