"""What an SMS centre's delivery receipts say, and what those of a text's segments say of it."""

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from smpplib import consts

from alerting.channels.smpp.pdu import Pdu
from alerting.deliveries.rules.delivery import DeliveryState

_RECEIPT: Final = 0x04

_TYPE_BITS: Final = 0x3C

# SMPP 3.4, 5.2.28 (the message_state parameter). A text that the centre no longer tries has not
# arrived, whatever it calls the reason.
_BY_NUMBER: Final = {
    consts.SMPP_MESSAGE_STATE_ENROUTE: DeliveryState.SENT,
    consts.SMPP_MESSAGE_STATE_DELIVERED: DeliveryState.DELIVERED,
    consts.SMPP_MESSAGE_STATE_EXPIRED: DeliveryState.UNDELIVERED,
    consts.SMPP_MESSAGE_STATE_DELETED: DeliveryState.UNDELIVERED,
    consts.SMPP_MESSAGE_STATE_UNDELIVERABLE: DeliveryState.UNDELIVERED,
    consts.SMPP_MESSAGE_STATE_ACCEPTED: DeliveryState.ACCEPTED,
    consts.SMPP_MESSAGE_STATE_UNKNOWN: DeliveryState.UNKNOWN,
    consts.SMPP_MESSAGE_STATE_REJECTED: DeliveryState.FAILED,
}

# SMPP 3.4, appendix B.
_BY_NAME: Final = {
    "ENROUTE": DeliveryState.SENT,
    "DELIVRD": DeliveryState.DELIVERED,
    "EXPIRED": DeliveryState.UNDELIVERED,
    "DELETED": DeliveryState.UNDELIVERED,
    "UNDELIV": DeliveryState.UNDELIVERED,
    "ACCEPTD": DeliveryState.ACCEPTED,
    "UNKNOWN": DeliveryState.UNKNOWN,
    "REJECTD": DeliveryState.FAILED,
}

_FIELD: Final = re.compile(rb"\b(id|stat|err):([^ ]*)", re.IGNORECASE)

_MOST_REMEMBERED: Final = 50_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """The centre's word on one segment."""

    message_id: str
    state: DeliveryState
    error_code: int | None


def is_receipt(pdu: Pdu) -> bool:
    """Whether a deliver_sm is a receipt, not somebody's text (SMPP 3.4, 5.2.12)."""
    return bool(pdu.esm_class & _TYPE_BITS == _RECEIPT)


def read_receipt(pdu: Pdu) -> Receipt:
    """Read a receipt: by its parameters where it has them, or by the text of appendix B.

    Raises:
        ValueError: if it does not say of which message it speaks, or names no known state.
    """
    written = pdu.short_message or pdu.message_payload or b""
    fields = {
        name.decode().lower(): value.decode("ascii", "replace")
        # The first of a name counts: a receipt ends with the beginning of the text itself.
        for name, value in reversed(_FIELD.findall(written))
    }
    message_id = (pdu.receipted_message_id or b"").decode("ascii", "replace") or fields.get("id")
    state = _BY_NUMBER.get(pdu.message_state) or _BY_NAME.get(fields.get("stat", "").upper())
    if not message_id or state is None:
        raise ValueError(f"not a receipt that can be read: {written!r}")
    return Receipt(message_id, state, _error(fields.get("err", "")))


def _error(err: str) -> int | None:
    """Return the error; '000' is none, and what is no number is the centre's own affair."""
    return (int(err) or None) if err.isascii() and err.isdigit() else None


class Segmented:
    """The segments of one text, while they are handed over and until their receipts came."""

    def __init__(self) -> None:
        self.states: dict[str, DeliveryState] = {}
        self.handed_over = asyncio.Event()
        """Set when no more segments follow, accepted or not."""


class SegmentReceipts:
    """Joins the receipts of a text's segments: it has arrived when all of them have.

    It knows the texts of this process alone. After a restart the receipt of a text's last
    segment, whose id is the text's, speaks for it.
    """

    def __init__(self) -> None:
        self._texts: OrderedDict[str, Segmented] = OrderedDict()

    def accepted(self, text: Segmented, message_id: str) -> None:
        """Remember that a segment was accepted; the last one's id is the text's."""
        text.states[message_id] = DeliveryState.ACCEPTED
        self._texts[message_id] = text
        if len(self._texts) > _MOST_REMEMBERED:
            self._texts.popitem(last=False)

    async def join(self, receipt: Receipt) -> Receipt | None:
        """Return what a receipt means for the text, or None while it means nothing yet."""
        text = self._texts.get(receipt.message_id)
        if text is None:
            return receipt
        await text.handed_over.wait()
        text.states[receipt.message_id] = receipt.state
        states, last = set(text.states.values()), list(text.states)[-1]
        if receipt.state is DeliveryState.DELIVERED and states != {DeliveryState.DELIVERED}:
            return None
        return Receipt(last, receipt.state, receipt.error_code)
