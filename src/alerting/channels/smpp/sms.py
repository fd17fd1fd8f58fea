"""The channel that sends SMS through an operator's SMS centre, over SMPP 3.4."""

import asyncio
import contextlib
from collections import OrderedDict
from datetime import datetime, timedelta
from itertools import count
from typing import Final

import structlog
from smpplib import consts

from alerting.channels.smpp.answers import (
    bind_refused,
    not_sent,
    refused,
    unknown_outcome,
    unwritable,
)
from alerting.channels.smpp.inbound import Inbound, OnReceipt
from alerting.channels.smpp.long_text import KeepPart, LongTexts, OnText
from alerting.channels.smpp.receipt import Segmented, SegmentReceipts
from alerting.channels.smpp.session import (
    Login,
    NotSentError,
    RefusedError,
    Session,
    UnansweredError,
    bound,
)
from alerting.channels.smpp.text import write
from alerting.deliveries.channel import Answer, Message
from alerting.deliveries.rules.delivery import OutcomeKind, back_off
from alerting.stopping import cancel

log = structlog.get_logger()

_LONGEST_VALIDITY: Final = timedelta(days=30)

_RECEIPT_WANTED: Final = 0x01

_INTERNATIONAL, _ISDN = 0x01, 0x01

_UNKNOWN_TYPE, _ALPHANUMERIC = 0x00, 0x05

_MOST_REMEMBERED: Final = 10_000

# Field lengths of the protocol; longer values would be truncated silently.
_LONGEST_SENDER, _LONGEST_SYSTEM_ID, _LONGEST_PASSWORD = 20, 15, 8


def _answer_of(sent: asyncio.Task[Answer]) -> Answer:
    """Return the answer of a send task; unknown if the channel was closed before it came."""
    return unknown_outcome("the channel was closed") if sent.cancelled() else sent.result()


class SmppSms:
    """Sends over one connection, which is re-established when it is lost.

    Create it inside a running event loop. The segments of a text are submitted one after the other.
    When all are accepted, the text is accepted, with the id of its last segment. If one is refused,
    the text is refused, because nobody received all of it. If one is not answered, the outcome is
    unknown; a late answer is kept for `look_up`.
    """

    def __init__(
        self,
        login: Login,
        sender: str,
        on_receipt: OnReceipt,
        on_text: OnText,
        keep_part: KeepPart,
    ) -> None:
        self._login = login
        self._source = {**_source(sender), "registered_delivery": _RECEIPT_WANTED}
        self._receipts = SegmentReceipts()
        self._inbound = Inbound(on_receipt, on_text, self._receipts, LongTexts(on_text, keep_part))
        self._references = count()
        self._takes_validity = True
        self._sending: OrderedDict[str, asyncio.Task[Answer]] = OrderedDict()
        self._session: Session | None = None
        self._is_settled = asyncio.Event()
        """Set while bound, and after a failed attempt to bind until the next attempt."""
        self._bind_refused: Answer | None = None
        self._keeping = asyncio.create_task(self._keep_bound())

    async def send(self, message: Message) -> Answer:
        """Send one text; the outcome is unknown if there is no response in time."""
        sending = asyncio.create_task(self._send(message))
        self._sending[message.token] = sending
        if len(self._sending) > _MOST_REMEMBERED:
            self._sending.popitem(last=False)
        try:
            await asyncio.wait({sending}, timeout=2 * self._login.answer_seconds)
        except asyncio.CancelledError:
            self._sending.pop(message.token, sending).cancel()
            raise
        return _answer_of(sending) if sending.done() else unknown_outcome("no answer yet")

    async def look_up(self, message: Message, since: datetime) -> Answer:
        """Return the answer if it came late.

        query_sm cannot help, because it needs the message id, which was in the lost response.
        """
        sending = self._sending.get(message.token)
        if sending is None or not sending.done():
            return unknown_outcome("the centre cannot be asked")
        return _answer_of(sending)

    async def close(self) -> None:
        """Unbind from the centre and close the connection."""
        if self._session:
            await self._session.unbind()
        await cancel({self._keeping, *self._sending.values()})
        await self._inbound.close()

    async def _send(self, message: Message) -> Answer:
        try:
            message_id = await self._submit(message)
        except RefusedError as refusal:
            return refused(refusal.status)
        except UnansweredError as unanswered:
            return unknown_outcome(str(unanswered))
        except NotSentError as unsent:
            return self._bind_refused or not_sent(str(unsent))
        except ValueError as failure:
            return unwritable(str(failure))
        return Answer(OutcomeKind.ACCEPTED, provider_id=message_id)

    async def _submit(self, message: Message) -> str:
        """Submit the segments of a text; return the id of the last one."""
        session = await self._bound_session()
        written = write(message.body, next(self._references) % 256)
        text, message_id = Segmented(message.to), ""
        try:
            for part in written.parts:
                message_id = await self._submit_part(
                    session,
                    message,
                    esm_class=written.esm_class,
                    data_coding=written.data_coding,
                    short_message=part,
                )
                if len(written.parts) > 1:
                    self._receipts.accepted(text, message_id)
        finally:
            text.handed_over.set()
        return message_id

    async def _submit_part(self, session: Session, message: Message, **fields: object) -> str:
        """Submit a segment; if the centre refuses the validity period, submit it without."""
        fields |= self._source
        fields |= {"dest_addr_ton": _INTERNATIONAL, "dest_addr_npi": _ISDN}
        fields["destination_addr"] = message.to.removeprefix("+")
        if self._takes_validity:
            try:
                validity = _validity(message.valid_for)
                return await session.submit(**fields, validity_period=validity)
            except RefusedError as refusal:
                if refusal.status != consts.SMPP_ESME_RINVEXPIRY:
                    raise
                log.warning("the SMS centre refuses validity periods; texts go without")
                self._takes_validity = False
        return await session.submit(**fields)

    async def _bound_session(self) -> Session:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._login.answer_seconds):
                await self._is_settled.wait()
        if self._session is None:
            raise NotSentError("not bound")
        return self._session

    async def _keep_bound(self) -> None:
        failures = 0
        while True:
            try:
                await self._stay_bound()
                failures = 0
            except RefusedError as refusal:
                log.warning("the SMS centre does not let us in", refusal=str(refusal))
                self._bind_refused = bind_refused(refusal.status)
            except (UnansweredError, NotSentError, OSError) as failure:
                log.warning("no connection to the SMS centre", failure=repr(failure))
            self._is_settled.set()
            failures += 1
            await asyncio.sleep(back_off(failures).total_seconds())
            self._is_settled.clear()

    async def _stay_bound(self) -> None:
        """Connect, and return when the connection ends; raises the same errors as `bound`."""
        self._bind_refused = None
        self._inbound.begin_connection()
        async with bound(self._login, self._inbound.take) as (session, running):
            self._session = session
            self._is_settled.set()
            try:
                await asyncio.wait({running})
            finally:
                self._session = None
        log.warning("connection to the SMS centre ended", failure=repr(running.exception()))


def smpp_sms(
    login: Login, sender: str, on_receipt: OnReceipt, on_text: OnText, keep_part: KeepPart
) -> SmppSms:
    """Create the channel, inside a running event loop.

    Raises:
        ValueError: if the sender, the system_id or the password does not fit its SMPP field.
    """
    for name, value, longest in (
        ("the sender", sender, _LONGEST_SENDER),
        ("the SMPP system_id", login.system_id, _LONGEST_SYSTEM_ID),
        ("the SMPP password", login.password, _LONGEST_PASSWORD),
    ):
        if not value.isascii() or not 0 < len(value) <= longest:
            raise ValueError(f"{name} must be 1 to {longest} ASCII characters")
    return SmppSms(login, sender, on_receipt, on_text, keep_part)


def _source(sender: str) -> dict[str, object]:
    """Return the address fields of a sender: an E.164 number, a service number or a name."""
    if sender.startswith("+"):
        number_type = _INTERNATIONAL
    else:
        number_type = _UNKNOWN_TYPE if sender.isdigit() else _ALPHANUMERIC
    return {
        "source_addr_ton": number_type,
        "source_addr_npi": 0 if number_type == _ALPHANUMERIC else _ISDN,
        "source_addr": sender.removeprefix("+"),
    }


def _validity(seconds: int) -> str:
    """Return a relative validity_period (SMPP 3.4, 7.1.1.1) of at least 1 second."""
    valid = min(timedelta(seconds=max(seconds, 1)), _LONGEST_VALIDITY)
    minutes, second = divmod(valid.seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"0000{valid.days:02d}{hour:02d}{minute:02d}{second:02d}000R"
