"""Delivery receipts of an SMS centre, and the joining of the receipts of a text's segments."""

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
# arrived, whatever reason the centre gives.
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
    """The centre's receipt for one segment."""

    message_id: str
    state: DeliveryState
    error_code: int | None


def is_receipt(pdu: Pdu) -> bool:
    """Whether a deliver_sm is a receipt and not a person's text (SMPP 3.4, 5.2.12)."""
    return bool(pdu.esm_class & _TYPE_BITS == _RECEIPT)


def read_receipt(pdu: Pdu) -> Receipt:
    """Parse a receipt from its parameters or else from its text as in appendix B.

    Raises:
        ValueError: if it has no message id or no known state.
    """
    written = pdu.short_message or pdu.message_payload or b""
    fields = {
        name.decode().lower(): value.decode("ascii", "replace")
        # The first field of each name counts, because a receipt ends with the start of the text.
        for name, value in reversed(_FIELD.findall(written))
    }
    message_id = (pdu.receipted_message_id or b"").decode("ascii", "replace") or fields.get("id")
    state = _BY_NUMBER.get(pdu.message_state) or _BY_NAME.get(fields.get("stat", "").upper())
    if not message_id or state is None:
        raise ValueError(f"not a receipt that can be read: {written!r}")
    return Receipt(message_id, state, _error(fields.get("err", "")))


def _error(err: str) -> int | None:
    """Return the error code; None for '000' and for codes that are not numbers."""
    return (int(err) or None) if err.isascii() and err.isdigit() else None


class Segmented:
    """The segments of one text, from the first submit until all receipts have arrived."""

    def __init__(self) -> None:
        self.states: dict[str, DeliveryState] = {}
        self.handed_over = asyncio.Event()
        """Set when no more segments follow, whether or not they were accepted."""


class SegmentReceipts:
    """Joins the receipts of a text's segments: the text is delivered when all of them are.

    It knows only the texts of this process. After a restart the receipt of the last segment, whose
    id is the text's, counts for the whole text.
    """

    def __init__(self) -> None:
        self._texts: OrderedDict[str, Segmented] = OrderedDict()

    def accepted(self, text: Segmented, message_id: str) -> None:
        """Record that a segment was accepted; the last segment's id is the text's id."""
        text.states[message_id] = DeliveryState.ACCEPTED
        self._texts[message_id] = text
        if len(self._texts) > _MOST_REMEMBERED:
            self._texts.popitem(last=False)

    async def join(self, receipt: Receipt) -> Receipt | None:
        """Return the receipt for the whole text, or None while it is not decided."""
        text = self._texts.get(receipt.message_id)
        if text is None:
            return receipt
        await text.handed_over.wait()
        text.states[receipt.message_id] = receipt.state
        states, last = set(text.states.values()), list(text.states)[-1]
        if receipt.state is DeliveryState.DELIVERED and states != {DeliveryState.DELIVERED}:
            return None
        return Receipt(last, receipt.state, receipt.error_code)
