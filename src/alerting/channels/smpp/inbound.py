"""Receipts and texts from an SMS centre, acknowledged once they are stored.

A deliver_sm is acknowledged only after its callback returned, that is after its content was
committed. If the callback raises, the centre is told to try again. Delivery is at least once:
nothing is lost, and duplicates are possible.
"""

import asyncio
import contextlib
import hashlib
import secrets
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from alerting.channels.smpp.pdu import Pdu
from alerting.channels.smpp.receipt import SegmentReceipts, is_receipt, read_receipt
from alerting.channels.smpp.text import UDH_INDICATOR, Place, read, split_header
from alerting.deliveries.rules.delivery import DeliveryState
from contacts.phone import parse_phone

log = structlog.get_logger()

OnReceipt = Callable[[str, DeliveryState, int | None], Awaitable[None]]
"""Takes the centre's id of a text, its state, and the error code if there was an error."""

OnText = Callable[[str, str, str], Awaitable[None]]
"""Takes the id of a text, its sender in E.164, and its body."""

# Time that the parts of a long text wait for each other. No part is acknowledged earlier, so a
# centre that sends one part at a time delivers them as separate texts.
JOIN_SECONDS: Final = 5.0

_MISSING: Final = "…"

_INTERNATIONAL: Final = 1


class Inbound:
    """Handles the deliver_sm requests of one connection."""

    def __init__(
        self,
        on_receipt: OnReceipt,
        on_text: OnText,
        receipts: SegmentReceipts,
        join_seconds: float = JOIN_SECONDS,
    ) -> None:
        self._on_receipt = on_receipt
        self._on_text = on_text
        self._receipts = receipts
        self._join_seconds = join_seconds
        self._session = secrets.token_hex(8)
        self._long_texts: dict[tuple[str, int, int], _LongText] = {}

    async def take(self, pdu: Pdu) -> None:
        """Handle one deliver_sm; return when it is stored, and raise what the callback raises."""
        await (self._take_receipt(pdu) if is_receipt(pdu) else self._take_text(pdu))

    async def _take_receipt(self, pdu: Pdu) -> None:
        try:
            receipt = await self._receipts.join(read_receipt(pdu))
        except ValueError:
            # No error is raised, because a retry would bring the same receipt.
            log.warning("receipt not understood", text=pdu.short_message)
            return
        if receipt:
            await self._on_receipt(receipt.message_id, receipt.state, receipt.error_code)

    async def _take_text(self, pdu: Pdu) -> None:
        octets = pdu.short_message or pdu.message_payload or b""
        place = None
        if pdu.esm_class & UDH_INDICATOR:
            place, octets = split_header(octets)
        elif pdu.sar_total_segments:
            place = Place(pdu.sar_msg_ref_num, pdu.sar_segment_seqnum, pdu.sar_total_segments)
        sender = _sender(pdu)
        message_id = self._id_of(pdu)
        if place is None or place.total < 2:
            await self._on_text(message_id, sender, read(octets, pdu.data_coding))
        else:
            await self._join(message_id, sender, place, read(octets, pdu.data_coding))

    async def _join(self, message_id: str, sender: str, place: Place, body: str) -> None:
        """Wait for the other parts; the last one, or the first to time out, passes the text on."""
        key = sender, place.reference, place.total
        text = self._long_texts.setdefault(key, _LongText(place.total))
        text.parts[place.number] = message_id, body
        if len(text.parts) < place.total:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._join_seconds):
                    await text.no_longer_waits.wait()
        if text.passing is None:
            del self._long_texts[key]
            text.passing = asyncio.ensure_future(self._on_text(text.id(), sender, text.body()))
            text.no_longer_waits.set()
        await asyncio.shield(text.passing)

    def _id_of(self, pdu: Pdu) -> str:
        """Return an id for a text; it is the same if this connection delivers the text again.

        The centre's own id is used if there is one. Otherwise the id is a hash of the sender, the
        text and the request's sequence number on this connection. The same text sent twice is two
        texts, because a second call for help must not be taken for the first.
        """
        if pdu.receipted_message_id:
            return str(pdu.receipted_message_id.decode("ascii", "replace"))
        text = pdu.short_message or pdu.message_payload or b""
        said = (self._session, pdu.sequence, pdu.source_addr, pdu.destination_addr, text)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


class _LongText:
    """The parts of a text received so far, each with its id."""

    def __init__(self, total: int) -> None:
        self._total = total
        self.parts: dict[int, tuple[str, str]] = {}
        self.no_longer_waits = asyncio.Event()
        self.passing: asyncio.Future[None] | None = None
        """Ends when the text has been passed on; all parts are acknowledged then."""

    def id(self) -> str:
        """Return the id of the first part received."""
        return self.parts[min(self.parts)][0]

    def body(self) -> str:
        """Return the text with '…' for each missing part, so that nobody takes it for the whole."""
        numbers = range(1, self._total + 1)
        return "".join(self.parts[n][1] if n in self.parts else _MISSING for n in numbers)


def _sender(pdu: Pdu) -> str:
    address = str(pdu.source_addr.decode("ascii", "replace"))
    if pdu.source_addr_ton == _INTERNATIONAL:
        return f"+{address.lstrip('+')}"
    try:
        return parse_phone(address)
    except ValueError:
        return address
