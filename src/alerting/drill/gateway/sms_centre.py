"""An SMS centre that speaks SMPP 3.4, as a second carrier.

It joins the parts of a long text, and sends a receipt for each part. It repeats receipts and
replies until the service has answered them with success.
"""

import asyncio
import contextlib
from asyncio import StreamReader, StreamWriter
from collections import defaultdict
from datetime import timedelta
from itertools import count
from typing import Any, Final

from smpplib import consts

from alerting.drill.gateway.exchange import CENTRE_SENDER, Draft, Exchange
from alerting.drill.gateway.smpp import Sequence, made, read_pdu, read_text, read_validity
from alerting.drill.gateway.store import Message
from alerting.drill.timers import StoryClock
from alerting.stopping import cancel

SYSTEM_ID: Final = "alerting"

_HOST: Final = "127.0.0.1"

_WORKERS: Final = 64  # concurrent, because the service answers many with one commit

_ANSWER_SECONDS: Final = 15.0  # real time, like the next constant

_PAUSE_SECONDS: Final = 0.25

_RECEIPT: Final = 0x04  # esm_class of a delivery receipt (SMPP 3.4, 5.2.12)

_INTERNATIONAL: Final = 1

# Final states in a receipt's text, as its message_state, and as its error (SMPP 3.4, appendix B).
_FINAL: Final = {
    "delivered": ("DELIVRD", 2, "000"),
    "undelivered": ("UNDELIV", 5, "001"),
    "failed": ("EXPIRED", 3, "000"),
}

Fields = dict[str, Any]


class SmsCentre:
    """The SMS centre with its connections and outbox; `exchange` carries its texts.

    Create it inside a running event loop.
    """

    exchange: Exchange

    def __init__(self, password: str, clock: StoryClock) -> None:
        self._password = password.encode()
        self._clock = clock
        self._sequence = Sequence()
        self._ids = count(1)
        self._parts: defaultdict[tuple[str, int], dict[int, tuple[str, str]]] = defaultdict(dict)
        """Parts of incomplete texts, by (phone, reference); each part is an (id, body) pair."""
        self._ids_of: dict[str, list[str]] = {}
        """The message ids given to the parts of a text, by the text's own id."""
        self._links: list[StreamWriter] = []
        self._answers: dict[int, asyncio.Future[int]] = {}
        self._outbox: asyncio.Queue[Fields] = asyncio.Queue()
        self._waiting: dict[int, float] = {}
        """The story second at which each waiting item was put into the outbox."""
        self._workers = {asyncio.create_task(self._bring_all()) for _ in range(_WORKERS)}
        self._server: asyncio.Server | None = None

    async def open(self) -> str:
        """Listen on a free loopback port; return the centre's URL for the service."""
        self._server = await asyncio.start_server(self._serve, _HOST, 0)
        port = self._server.sockets[0].getsockname()[1]
        return f"smpp://{SYSTEM_ID}:{self._password.decode()}@{_HOST}:{port}"

    async def close(self) -> None:
        """Drop all waiting items, and close all connections."""
        await cancel(self._workers)
        if self._server:
            self._server.close()
        for link in self._links:
            link.close()

    @property
    def waiting(self) -> int:
        """The number of receipts and replies that the service has not taken yet."""
        return len(self._waiting)

    @property
    def longest_wait(self) -> float:
        """The story seconds for which the oldest waiting item has waited."""
        first = next(iter(self._waiting.values()), None)
        return 0.0 if first is None else self._clock.now() - first

    def report(self, message: Message) -> None:
        """Queue a receipt for each part of a text that has reached a final status."""
        if message.status not in _FINAL:
            return
        state, number, error = _FINAL[message.status]
        day = f"{message.updated_at:%y%m%d%H%M}"
        for id_ in self._ids_of.pop(message.sid, ()):
            words = (
                f"id:{id_} sub:001 dlvrd:{int(state == 'DELIVRD'):03d} submit date:{day} "
                f"done date:{day} stat:{state} err:{error} text:"
            )
            self._put(
                message.to,
                esm_class=_RECEIPT,
                short_message=words.encode(),
                receipted_message_id=id_,
                message_state=number,
            )

    def bring(self, message: Message) -> None:
        """Queue a handset's text for the service; the centre takes no answer in return."""
        body = message.body.encode("utf-16-be")
        coding = consts.SMPP_ENCODING_ISO10646
        self._put(message.from_, data_coding=coding, short_message=body)

    def _put(self, phone: str, **fields: Any) -> None:
        source = {"source_addr_ton": _INTERNATIONAL, "source_addr": phone.removeprefix("+")}
        item = {**source, "destination_addr": CENTRE_SENDER, **fields}
        self._waiting[id(item)] = self._clock.now()
        self._outbox.put_nowait(item)

    async def _bring_all(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            item = await self._outbox.get()
            if await self._is_taken(item):
                del self._waiting[id(item)]
            else:
                loop.call_later(_PAUSE_SECONDS, self._outbox.put_nowait, item)

    async def _is_taken(self, item: Fields) -> bool:
        """Send an item to the service; return whether it was answered with success."""
        if not self._links:
            return False
        pdu = made("deliver_sm", self._sequence, **item)
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._answers[pdu.sequence] = answer
        try:
            self._links[-1].write(pdu.generate())
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await answer == int(consts.SMPP_ESME_ROK)
        except TimeoutError:
            return False
        finally:
            del self._answers[pdu.sequence]

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Serve one connection until either side ends it."""
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while await self._take(await read_pdu(reader), writer):
                pass
        if writer in self._links:
            self._links.remove(writer)
        writer.close()

    async def _take(self, pdu: Any, writer: StreamWriter) -> bool:
        """Handle one PDU; return whether the connection stays open."""
        if pdu.is_response():
            answer = self._answers.get(pdu.sequence)
            if answer and not answer.done():
                answer.set_result(pdu.status)
            return True
        status, fields = consts.SMPP_ESME_ROK, dict[str, Any]()
        if pdu.command == "bind_transceiver":
            fields = {"system_id": SYSTEM_ID}
            is_known = pdu.password == self._password
            status = status if is_known else consts.SMPP_ESME_RINVPASWD
        elif pdu.command == "submit_sm":
            fields = {"message_id": f"{next(self._ids):08x}"}
        answer_pdu = made(f"{pdu.command}_resp", self._sequence, status=status, **fields)
        answer_pdu.sequence = pdu.sequence
        writer.write(answer_pdu.generate())
        if pdu.command == "bind_transceiver" and status == consts.SMPP_ESME_ROK:
            self._links.append(writer)
        elif pdu.command == "submit_sm":
            self._accept(pdu, fields["message_id"])
        return bool(pdu.command != "unbind" and status == consts.SMPP_ESME_ROK)

    def _accept(self, pdu: Any, id_: str) -> None:
        """Store a part of a text, and send the text once all its parts are there."""
        to = "+" + pdu.destination_addr.decode()
        part = read_text(pdu)
        parts = self._parts[to, part.reference]
        parts[part.number] = (id_, part.body)
        if len(parts) < part.total:
            return
        del self._parts[to, part.reference]
        whole = [parts[number] for number in sorted(parts)]
        validity = read_validity(pdu.validity_period) or timedelta(days=1)
        body = "".join(body for _, body in whole)
        draft = Draft(to, CENTRE_SENDER, body, validity.total_seconds())
        message = self.exchange.accept(draft)
        self._ids_of[message.sid] = [id_ for id_, _ in whole]
        self.exchange.enqueue(message)
