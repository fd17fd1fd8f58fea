"""One connection to an SMS centre, bound as a transceiver."""

import asyncio
import contextlib
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import structlog
from smpplib import consts

from alerting.channels.smpp.pdu import OK, Pdu, Sequence, is_response, receive, request, response
from alerting.stopping import CLOSE_SECONDS, finish

log = structlog.get_logger()

_GIVE_UP_SECONDS: Final = 60.0
"""Time in seconds after which an unanswered request frees its place in the window."""


@dataclass(frozen=True, slots=True)
class Login:
    """Address, credentials and limits of a connection to an SMS centre."""

    host: str
    port: int
    system_id: str
    password: str
    system_type: str = ""
    window: int = 10
    """Maximum number of texts that may await the centre's response at the same time."""
    answer_seconds: float = 10.0
    idle_seconds: float = 30.0
    """Seconds of silence after which an enquire_link checks the connection."""


class RefusedError(Exception):
    """The centre responded with an error: a command_status of SMPP 3.4, 5.1.3."""

    def __init__(self, status: int) -> None:
        super().__init__(f"command_status {status:#x}")
        self.status = status


class UnansweredError(Exception):
    """A request was written, but no valid response came."""


class NotSentError(Exception):
    """Nothing was written: there is no connection, or the window is full."""


Deliver = Callable[[Pdu], Coroutine[Any, Any, None]]
"""Stores a deliver_sm; on any exception, the centre is told to retry."""


class Session:
    """A bound connection, whose responses may come in any order; created by `bound`."""

    def __init__(self, streams: tuple[StreamReader, StreamWriter], login: Login) -> None:
        self._reader, self._writer = streams
        self._login = login
        self._sequence = Sequence()
        self._window = asyncio.Semaphore(login.window)
        self._waiting: dict[int, asyncio.Future[Pdu]] = {}
        self.at_work: set[asyncio.Task[None]] = set()
        """Deliveries from the centre that are not answered yet, and enquiries."""
        self._is_open = True

    async def submit(self, **fields: object) -> str:
        """Submit one segment when the window has room; return the centre's message id.

        Raises:
            RefusedError: if the centre refused it.
            UnansweredError: if the centre may have taken it.
            NotSentError: if the connection ended, or the window stayed full, before it was written.
        """
        try:
            async with asyncio.timeout(self._login.answer_seconds):
                await self._window.acquire()
        except TimeoutError as full:
            raise NotSentError("the window is full") from full
        try:
            answer = await self.ask("submit_sm", _GIVE_UP_SECONDS, **fields)
        finally:
            self._window.release()
        # Only a submit_sm_resp has this field.
        message_id: bytes | None = getattr(answer, "message_id", None)
        if not message_id:
            raise UnansweredError("no id came back")
        return message_id.decode("ascii", "replace")

    async def ask(self, command: str, seconds: float, **fields: object) -> Pdu:
        """Send a request and return its response; raises the same errors as `submit`."""
        # A broken transport is closed before `run` notices, and writing to it may raise.
        if not self._is_open or self._writer.is_closing():
            raise NotSentError("not bound")
        asked = request(self._sequence, command, **fields)
        answered: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
        self._waiting[asked.sequence] = answered
        try:
            self._writer.write(asked.generate())
            async with asyncio.timeout(seconds):
                answer = await answered
        except TimeoutError as late:
            raise UnansweredError(f"no answer to {command}") from late
        finally:
            self._waiting.pop(asked.sequence, None)
        if answer.status != OK:
            raise RefusedError(answer.status)
        return answer

    async def run(self, deliver: Deliver) -> None:
        """Handle incoming PDUs until the connection ends.

        Raises:
            OSError: if the connection broke, or the centre no longer answers.
        """
        try:
            while await self._take_in(deliver):
                pass
        except asyncio.IncompleteReadError as ended:
            raise ConnectionResetError("the centre closed the connection") from ended
        finally:
            self.end()

    def end(self) -> None:
        """Close the connection; pending requests fail with UnansweredError."""
        self._is_open = False
        for answered in self._waiting.values():
            if not answered.done():
                answered.set_exception(UnansweredError("the connection ended"))
        self._writer.close()

    async def unbind(self) -> None:
        """Send an unbind and ignore every failure."""
        with contextlib.suppress(RefusedError, UnansweredError, NotSentError):
            await self.ask("unbind", CLOSE_SECONDS / 2)

    async def _take_in(self, deliver: Deliver) -> bool:
        pdu, sequence = await self._receive()
        if pdu is None:
            log.warning("not understood", sequence=sequence)
            self._unreadable(sequence)
        elif is_response(pdu):
            answered = self._waiting.get(sequence)
            if answered and not answered.done():
                answered.set_result(pdu)
        elif pdu.command == "deliver_sm":
            self._begin(deliver(pdu)).add_done_callback(partial(self._answer, sequence))
        elif pdu.command in _ANSWERS:
            self._writer.write(response(_ANSWERS[pdu.command], sequence))
            return bool(pdu.command != "unbind")
        else:
            self._writer.write(response("generic_nack", sequence, consts.SMPP_ESME_RINVCMDID))
        return True

    async def _receive(self) -> tuple[Pdu | None, int]:
        """Read one PDU; after `idle_seconds` of silence, check the connection with enquire_link."""
        next_one = asyncio.create_task(receive(self._reader))
        try:
            done, _ = await asyncio.wait({next_one}, timeout=self._login.idle_seconds)
            if not done:
                self._begin(self._enquire())
            return await next_one
        finally:
            next_one.cancel()

    async def _enquire(self) -> None:
        try:
            await self.ask("enquire_link", self._login.answer_seconds)
        except RefusedError:
            pass  # The enquire_link was answered in some way, so the connection is alive.
        except (UnansweredError, NotSentError):
            log.warning("no answer to enquire_link")
            self.end()

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self.at_work.add(task)
        task.add_done_callback(self.at_work.discard)
        return task

    def _answer(self, sequence: int, keeping: asyncio.Task[None]) -> None:
        """Respond to a deliver_sm with success if it was stored, else with an error."""
        if keeping.cancelled() or not self._is_open:
            return
        failure = keeping.exception()
        if failure:
            log.error("not kept, the SMS centre will try again", exc_info=failure)
        status = consts.SMPP_ESME_RX_T_APPN if failure else OK
        self._writer.write(response("deliver_sm_resp", sequence, status))

    def _unreadable(self, sequence: int) -> None:
        """Respond to an invalid PDU; if it was a response, fail its request instead."""
        answered = self._waiting.get(sequence)
        if answered and not answered.done():
            answered.set_exception(UnansweredError("the answer cannot be understood"))
        else:
            self._writer.write(response("generic_nack", sequence, consts.SMPP_ESME_RINVCMDID))


_ANSWERS: Final = {"enquire_link": "enquire_link_resp", "unbind": "unbind_resp"}


@contextlib.asynccontextmanager
async def bound(
    login: Login, deliver: Deliver
) -> AsyncIterator[tuple[Session, asyncio.Task[None]]]:
    """Connect and bind; yield the session and the task that ends with the connection.

    Raises:
        RefusedError: if the centre refuses the bind.
        OSError: if it cannot be reached or does not answer.
    """
    async with asyncio.timeout(login.answer_seconds):
        streams = await asyncio.open_connection(login.host, login.port)
    session = Session(streams, login)
    running = asyncio.create_task(session.run(deliver))
    try:
        await session.ask(
            "bind_transceiver",
            login.answer_seconds,
            system_id=login.system_id,
            password=login.password,
            system_type=login.system_type,
        )
        yield session, running
    finally:
        session.end()
        running.cancel()
        # Running deliveries may finish within this time; the centre repeats the others.
        await finish({running, *session.at_work}, CLOSE_SECONDS / 2)
        if running.done() and not running.cancelled():
            # Retrieve the exception, which the waiters report, so that asyncio does not log it.
            running.exception()
