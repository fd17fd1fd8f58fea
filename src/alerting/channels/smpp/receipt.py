"""Delivery receipts of SMS centres in their dialects, joined for the segments of a text."""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from smpplib import consts

from alerting.channels.receipts import count_unlisted
from alerting.channels.smpp.ids import answered_ids, plain_id
from alerting.channels.smpp.pdu import Pdu
from alerting.channels.smpp.text import UDH_INDICATOR, split_header
from alerting.deliveries.rules.delivery import DeliveryState

_RECEIPT: Final = 0x04

_INTERMEDIATE: Final = 0x20

_TYPE_BITS: Final = 0x3C

_DELIVERED: Final = DeliveryState.DELIVERED

_LOST: Final = DeliveryState.UNDELIVERED

# Values of message_state (SMPP 5.0, 4.7.15). Every final state other than delivered counts as
# undelivered.
_BY_NUMBER: Final = {
    0: DeliveryState.ACCEPTED,
    consts.SMPP_MESSAGE_STATE_ENROUTE: DeliveryState.SENT,
    consts.SMPP_MESSAGE_STATE_DELIVERED: _DELIVERED,
    consts.SMPP_MESSAGE_STATE_EXPIRED: _LOST,
    consts.SMPP_MESSAGE_STATE_DELETED: _LOST,
    consts.SMPP_MESSAGE_STATE_UNDELIVERABLE: _LOST,
    consts.SMPP_MESSAGE_STATE_ACCEPTED: DeliveryState.ACCEPTED,
    consts.SMPP_MESSAGE_STATE_UNKNOWN: _LOST,
    consts.SMPP_MESSAGE_STATE_REJECTED: DeliveryState.FAILED,
    9: _LOST,
}

# Beginnings of state words: the seven letters of SMPP 3.4, appendix B, and longer spellings. States
# that are not final come first. A final state that is not listed counts as lost.
_BY_BEGINNING: Final = {
    "ENROUT": DeliveryState.SENT,
    "SENT": DeliveryState.SENT,
    "BUFF": DeliveryState.SENT,
    "RETRY": DeliveryState.SENT,
    "ACCEPT": DeliveryState.ACCEPTED,
    "SCHED": DeliveryState.ACCEPTED,
    "QUEUE": DeliveryState.ACCEPTED,
    "PEND": DeliveryState.ACCEPTED,
    "SUBMI": DeliveryState.ACCEPTED,
    "PROCES": DeliveryState.ACCEPTED,
    "DLVRD": _DELIVERED,
    "ACKED": _DELIVERED,
    "READ": _DELIVERED,
    "SUCCESS": _DELIVERED,
    "REJECT": DeliveryState.FAILED,
    "EXPIR": _LOST,
    "DELET": _LOST,
    "UNDEL": _LOST,
    "UNKNOWN": _LOST,
    "SKIPPED": _LOST,
    "FAIL": _LOST,
}

_DELIVERED_WORD: Final = re.compile("DELIV(?:E?R?E?D|ER)?")
"""Matched as a whole word, because DELIVERY_FAILED begins with the same letters."""

_NAMES: Final[Mapping[str, str]] = {
    "id": "id",
    "msgid": "id",
    "messageid": "id",
    "stat": "stat",
    "status": "stat",
    "state": "stat",
    "err": "err",
    "error": "err",
    "errorcode": "err",
    "sub": "sub",
    "dlvrd": "dlvrd",
    "submitdate": "submitdate",
    "donedate": "donedate",
}

_FIELD: Final = re.compile(
    r"(?<![^\W_])"
    r"(id|msg[ _-]?id|message[ _-]?id|stat|status|state|err|error|error[ _-]?code|sub|dlvrd"
    r"|submit[ _-]?date|done[ _-]?date)"
    r"[\"']?\s{0,3}[:=]\s{0,3}[\"']?([^\s,;|&\"']{0,80})",
    re.IGNORECASE,
)

_ERROR_NUMBER: Final = re.compile("[0-9]{1,9}")

_TEXT_FIELD: Final = re.compile(r"(?<![^\W_])text\s{0,3}[:=]", re.IGNORECASE)

_SPACING: Final = re.compile("[ _-]")

_FEWEST_FIELDS: Final = 3

_MOST_REMEMBERED: Final = 50_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """The centre's receipt for one segment."""

    message_id: str
    state: DeliveryState
    error_code: int | None
    phones: tuple[str, ...] = ()
    """The source and destination addresses; one of them is the phone that the text went to."""


def is_receipt(pdu: Pdu) -> bool:
    """Return whether a deliver_sm is a receipt instead of a person's text (SMPP 3.4, 5.2.12).

    Some centres omit the flag, so the parameters and the text are examined too.
    """
    if pdu.esm_class & _TYPE_BITS in {_RECEIPT, _INTERMEDIATE, _RECEIPT | _INTERMEDIATE}:
        return True
    if pdu.message_state is not None:
        return True
    fields = _fields_of(pdu)
    return {"id", "stat"} <= fields.keys() or len(fields) >= _FEWEST_FIELDS


def read_receipt(pdu: Pdu) -> Receipt:
    """Return the receipt in a deliver_sm, from its parameters or else from its text (appendix B).

    Raises:
        ValueError: if it has no message id or no state.
    """
    fields = _fields_of(pdu)
    message_id = (pdu.receipted_message_id or b"").decode("ascii", "replace") or fields.get("id")
    state = _state_of(pdu, fields.get("stat", ""))
    if not message_id or state is None:
        raise ValueError(f"not a receipt that can be read: {_written(pdu)!r}")
    addresses = (pdu.source_addr, pdu.destination_addr)
    phones = tuple(each.decode("ascii", "replace") for each in addresses if each)
    return Receipt(message_id, state, _error(fields.get("err", "")), phones)


def _fields_of(pdu: Pdu) -> dict[str, str]:
    """Return the fields of a receipt's text by name.

    If a name is repeated, its first value counts, because the quoted text at the end may look like
    a field.
    """
    # The fields are ASCII in every alphabet, except that UTF-16 has NULs between the letters.
    plain = _written(pdu).replace(b"\0", b"").decode("latin-1")
    if text := _TEXT_FIELD.search(plain):
        plain = plain[: text.start()]
    found: dict[str, str] = {}
    for name, value in _FIELD.findall(plain):
        found.setdefault(_NAMES[_SPACING.sub("", name).lower()], value)
    return found


def _written(pdu: Pdu) -> bytes:
    octets: bytes = pdu.short_message or pdu.message_payload or b""
    return split_header(octets)[1] if pdu.esm_class & UDH_INDICATOR else octets


def _state_of(pdu: Pdu, word: str) -> DeliveryState | None:
    """Return the delivery state; an unlisted final state counts as lost.

    Unlisted states are counted in a metric.
    """
    if pdu.message_state in _BY_NUMBER:
        return _BY_NUMBER[pdu.message_state]
    if word.isascii() and word.isdigit() and int(word) in _BY_NUMBER:
        return _BY_NUMBER[int(word)]
    if _DELIVERED_WORD.fullmatch(word.upper()):
        return _DELIVERED
    listed = next((s for b, s in _BY_BEGINNING.items() if word.upper().startswith(b)), None)
    if listed or not (word or pdu.message_state is not None):
        return listed
    count_unlisted(word or str(pdu.message_state))
    return DeliveryState.SENT if pdu.esm_class & _INTERMEDIATE else _LOST


def _error(err: str) -> int | None:
    """Return the error code, or None for '000' and for codes that are not numbers."""
    return (int(err) or None) if _ERROR_NUMBER.fullmatch(err) else None


class Segmented:
    """The states of the segments of one text, until all receipts have arrived."""

    def __init__(self, phone: str = "") -> None:
        self.phone = phone
        self.states: dict[str, DeliveryState] = {}
        self.handed_over = asyncio.Event()
        """Set when all segments have been submitted, or one has failed."""


class SegmentReceipts:
    """Joins the receipts of a text's segments; the text is delivered when all segments are.

    Only texts that this process sent are known. After a restart, the receipt of the last segment,
    whose id is the text's id, counts for the whole text.
    """

    def __init__(self) -> None:
        self._texts: OrderedDict[str, list[tuple[str, Segmented]]] = OrderedDict()

    def accepted(self, text: Segmented, message_id: str) -> None:
        """Record that a segment was accepted; the last segment's id is the text's id."""
        text.states[message_id] = DeliveryState.ACCEPTED
        self._texts.setdefault(plain_id(message_id), []).append((message_id, text))
        if len(self._texts) > _MOST_REMEMBERED:
            self._texts.popitem(last=False)

    async def join(self, receipt: Receipt) -> Receipt | None:
        """Return the whole text's receipt; None if other segments are not delivered yet."""
        found = self._find(receipt)
        if found is None:
            return receipt
        message_id, text = found
        await text.handed_over.wait()
        text.states[message_id] = receipt.state
        states, last = set(text.states.values()), list(text.states)[-1]
        if receipt.state is _DELIVERED and states != {_DELIVERED}:
            return None
        return replace(receipt, message_id=last)

    def _find(self, receipt: Receipt) -> tuple[str, Segmented] | None:
        """Return the id and the text of the segment that a receipt is about, or None.

        This is the latest segment to the receipt's phone whose id fits in any spelling. If there is
        none, it is the latest segment with the same id.
        """
        near = [
            segment
            for plain in answered_ids(receipt.message_id).values()
            for segment in reversed(self._texts.get(plain, ()))
        ]
        to_phone = (segment for segment in near if same_phone(segment[1].phone, receipt.phones))
        same = self._texts.get(plain_id(receipt.message_id), ())
        return next(to_phone, same[-1] if same else None)


_FEWEST_DIGITS: Final = 8
"""Phones are compared by this number of last digits; shorter numbers are service numbers."""


def same_phone(number: str, addresses: tuple[str, ...]) -> bool:
    """Return whether one of the addresses is this phone, in national or international form."""
    ends = {address[-_FEWEST_DIGITS:] for address in addresses if len(address) >= _FEWEST_DIGITS}
    return number[-_FEWEST_DIGITS:] in ends
