"""Pass hints between processes over NATS, on subjects that follow the division tree.

The subject `alerts.51.19.21.100.208` says that something changed in the village 511921100208.
The subject `alerts.all` says that something changed somewhere. A process subscribes to all
subjects, or to those about one division, its parts and the divisions above it.
"""

import asyncio
from collections import defaultdict
from itertools import chain
from typing import Final, Self

import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from alerting.ledger.hints import KINDS, LocalBus, Topic
from alerting.stopping import CLOSE_SECONDS, cancel, finish
from contacts.division import ancestors, common_division

log = structlog.get_logger()

_ANYWHERE: Final = "all"

_CONNECT_SECONDS: Final = 2

_RECONNECT_SECONDS: Final = 1

_PING_SECONDS: Final = 5


class NatsBus(LocalBus):
    """Passes hints to subscribers in this process at once, and to other processes through NATS.

    As a context manager it connects in the background, and reconnects whenever the connection is
    lost. Without a connection, hints still reach the subscribers in this process.
    """

    def __init__(self, url: str, division: str = "") -> None:
        """Take the server's URL and the division to subscribe to; empty means all divisions."""
        super().__init__()
        self._url = url
        self._division = division
        self._unsaid: dict[str, set[str]] = defaultdict(set)
        self._wake = asyncio.Event()
        self._is_leaving = False

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._stay_connected(), name="nats")
        return self

    async def __aexit__(self, *_raised: object) -> None:
        # The NATS client swallows some cancellations, so this flag ends the loop as well.
        self._is_leaving = True
        self._wake.set()
        await cancel({self._task})

    def publish(self, topic: Topic) -> None:
        """Call local subscribers now, and queue the hint for other processes."""
        super().publish(topic)
        kind, division = topic
        self._unsaid[kind].add(division)
        self._wake.set()

    async def _stay_connected(self) -> None:
        while not self._is_leaving:
            try:
                await self._converse()
            except (OSError, TimeoutError, NatsError) as lost:
                log.warning(
                    "nats is away: other processes find changes by polling", reason=repr(lost)
                )
            await asyncio.sleep(_RECONNECT_SECONDS)

    async def _converse(self) -> None:
        """Connect, and pass hints on until the connection is lost."""
        connection = await nats.connect(
            self._url,
            name="alerting",
            # The client must not reconnect by itself, because `_stay_connected` does.
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=_RECONNECT_SECONDS,
            connect_timeout=_CONNECT_SECONDS,
            ping_interval=_PING_SECONDS,
            # No echo is needed, because `publish` has already called the local subscribers.
            no_echo=True,
            error_cb=_note,
            closed_cb=self._closed,
        )
        try:
            for subject in chain.from_iterable(map(self._subjects, KINDS)):
                await connection.subscribe(subject, cb=self._heard)
            log.info("nats is connected")
            while not (connection.is_closed or self._is_leaving):
                await self._tell(connection)
                await self._wake.wait()
        finally:
            await finish({asyncio.create_task(connection.close())}, CLOSE_SECONDS / 2)

    def _subjects(self, kind: str) -> list[str]:
        return subjects_of(kind, self._division)

    async def _tell(self, connection: Client) -> None:
        """Send one hint for each kind, which coalesces all hints since the last call."""
        self._wake.clear()
        unsaid, self._unsaid = self._unsaid, defaultdict(set)
        for kind, divisions in unsaid.items():
            await connection.publish(subject_of(kind, common_division(divisions)))

    async def _heard(self, message: Msg) -> None:
        kind, _, place = message.subject.partition(".")
        super().publish((kind, "" if place == _ANYWHERE else place.replace(".", "")))

    async def _closed(self) -> None:
        self._wake.set()


async def _note(failure: Exception) -> None:
    log.debug("nats", failure=repr(failure))


def subject_of(kind: str, division: str) -> str:
    """Return the NATS subject of a hint about a division; empty means any division."""
    steps = (*reversed(ancestors(division)), division)
    above = ("", *steps)
    places = [step.removeprefix(up) for up, step in zip(above, steps, strict=False)]
    return ".".join((kind, *places)) if division else f"{kind}.{_ANYWHERE}"


def subjects_of(kind: str, division: str) -> list[str]:
    """Return the NATS subjects of all hints that may concern a division; empty means all hints."""
    if not division:
        return [f"{kind}.>"]
    above = [subject_of(kind, place) for place in ("", *ancestors(division))]
    own = subject_of(kind, division)
    return [*above, own, f"{own}.>"]
