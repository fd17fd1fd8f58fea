"""Receipts and texts from an SMS centre, acknowledged once they are stored.

A deliver_sm is acknowledged only after its callback returns, when its content is committed. If the
callback raises, the centre is told to retry. Delivery is therefore at least once; duplicates are
possible.
"""

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from alerting.channels.receipts import EarlyReceipts
from alerting.channels.smpp.long_text import LongTexts, OnText, Part, ReceivedText
from alerting.channels.smpp.pdu import Pdu
from alerting.channels.smpp.receipt import Receipt, SegmentReceipts, is_receipt, read_receipt
from alerting.channels.smpp.text import UDH_INDICATOR, Place, find_header, read
from alerting.errors import NotFoundError
from contacts.people import is_assigned, parse_phone

log = structlog.get_logger()

OnReceipt = Callable[[Receipt], Awaitable[None]]
"""Stores the receipt of a whole text; raises NotFoundError if no text has its id yet."""


class Inbound:
    """Handles the deliver_sm requests of an SMS centre over all connections."""

    def __init__(
        self,
        on_receipt: OnReceipt,
        on_text: OnText,
        receipts: SegmentReceipts,
        long_texts: LongTexts,
    ) -> None:
        self._on_receipt = on_receipt
        self._on_text = on_text
        self._receipts = receipts
        self._early = EarlyReceipts(self._pass_on)
        self._long_texts = long_texts
        self.begin_connection()

    def begin_connection(self) -> None:
        """Note a new connection: sequence numbers restart, but texts' ids must stay unique."""
        self._session = secrets.token_hex(8)

    async def take(self, pdu: Pdu) -> None:
        """Handle one deliver_sm; return when it is stored; pass on exceptions of the callback."""
        await (self._take_receipt(pdu) if is_receipt(pdu) else self._take_text(pdu))

    async def close(self) -> None:
        """Cancel the retries of early receipts."""
        await self._early.close()

    async def _take_receipt(self, pdu: Pdu) -> None:
        try:
            receipt = read_receipt(pdu)
        except ValueError:
            # Do not raise, because the centre would repeat the same receipt.
            log.warning("receipt not understood", text=pdu.short_message)
            return
        try:
            await self._pass_on(receipt)
        except NotFoundError:
            self._early.note(receipt)

    async def _pass_on(self, receipt: Receipt) -> None:
        if joined := await self._receipts.join(receipt):
            await self._on_receipt(joined)

    async def _take_text(self, pdu: Pdu) -> None:
        octets = pdu.short_message or pdu.message_payload or b""
        place, octets = find_header(octets, is_flagged=bool(pdu.esm_class & UDH_INDICATOR))
        if place is None and pdu.sar_total_segments:
            place = Place(
                pdu.sar_msg_ref_num or 0, pdu.sar_segment_seqnum or 0, pdu.sar_total_segments
            )
        sender = sender_of(pdu.source_addr.decode("ascii", "replace"), pdu.source_addr_ton)
        message_id = self._id_of(pdu)
        if place and place.total > 1 and place.is_possible:
            part = Part(message_id, octets, pdu.data_coding or 0, place)
            await self._long_texts.join(sender, part)
            return
        body = read(octets, pdu.data_coding or 0)
        is_whole = place is None or place.is_possible
        await self._on_text(ReceivedText(message_id, sender, body, is_whole))

    def _id_of(self, pdu: Pdu) -> str:
        """Return an id for a text; it is the same if this connection delivers the text again.

        The centre's own id is used if there is one. Otherwise the id is a hash of the sender, the
        text and the sequence number on this connection. The same words sent twice thus have two
        ids, so that a second call for help is not taken for a repeat.
        """
        if pdu.receipted_message_id:
            return str(pdu.receipted_message_id.decode("ascii", "replace"))
        text = pdu.short_message or pdu.message_payload or b""
        said = (self._session, pdu.sequence, pdu.source_addr, pdu.destination_addr, text)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


_INTERNATIONAL: Final = 1


def sender_of(address: str, number_type: int | None) -> str:
    """Return the sender in E.164, or the address unchanged if it is not a phone number.

    Centres may mark national numbers as international, or send international numbers with the
    prefix '00' or without a type. So several readings are tried. The first reading
    that is in the numbering plan is used; if none is in the plan, the first of all is used.
    """
    plain = address.strip().replace("\0", "")
    readings = [found for spelt in _spelt(plain, number_type) if (found := _parse(spelt))]
    return next(filter(is_assigned, readings), readings[0] if readings else plain)


def _spelt(address: str, number_type: int | None) -> tuple[str, ...]:
    as_said = f"+{address.lstrip('+0')}" if number_type == _INTERNATIONAL else address
    return as_said, address


def _parse(address: str) -> str | None:
    try:
        return parse_phone(address)
    except ValueError:
        return None
