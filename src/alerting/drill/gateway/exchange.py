"""One carrier, which accepts, queues and delivers texts, and brings replies to the service."""

import asyncio
import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final, Protocol
from xml.etree import ElementTree

from alerting.drill.gateway.faults import Faults, Stage
from alerting.drill.gateway.queue import SenderQueue, count_segments
from alerting.drill.gateway.store import Message, MessageLog, new_sid
from alerting.drill.gateway.twiml import parse_messages
from alerting.drill.story_time import seeded
from alerting.drill.timers import StoryClock, utc_now

NEXT_STATUSES: Final[dict[str, frozenset[str]]] = {
    "accepted": frozenset({"queued"}),
    "queued": frozenset({"sent", "failed"}),
    "sent": frozenset({"delivered", "undelivered"}),
}

_REPORTED: Final = frozenset({"sent", "delivered", "undelivered", "failed"})

_OPT_OUT: Final = frozenset(
    {"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"}
)

_OPT_IN: Final = frozenset({"start", "yes", "unstop"})

_EXPIRED: Final = 30036

_UNKNOWN_HANDSET: Final = 30005

_TICK_SECONDS: Final = 0.01  # real time

_DELIVERY_MEDIAN_SECONDS: Final = 2.0  # story time from hand-over to handset

_DELIVERY_SPREAD: Final = 0.5

SERVICE_SENDER: Final = "+8610009999999"  # the sender number of every messaging service

CENTRE_SENDER: Final = "106900"  # the sender of the SMS centre's texts, a service number


@dataclass(frozen=True)
class Draft:
    """A text to be sent; `validity` is in story seconds."""

    to: str
    from_: str
    body: str
    validity: float
    direction: str = "outbound-api"
    service_sid: str | None = None
    status_callback: str | None = None


@dataclass
class ExchangeCounts:
    """A carrier's counts of texts, for the drill's summary."""

    by_status: Counter[str] = field(default_factory=Counter)
    segments: int = 0
    inbound: int = 0
    first_handed_over: datetime | None = None
    last_handed_over: datetime | None = None
    accepted: Counter[tuple[str, str]] = field(default_factory=Counter)

    def duplicates(self) -> dict[str, int]:
        """Return the number of repeated texts by phone number."""
        repeats: Counter[str] = Counter()
        for (to, _body), times in self.accepted.items():
            if times > 1:
                repeats[to] += times - 1
        return dict(repeats)


def total_of(parts: Sequence[ExchangeCounts]) -> ExchangeCounts:
    """Return the sum of several carriers' counts."""
    first = [part.first_handed_over for part in parts if part.first_handed_over]
    last = [part.last_handed_over for part in parts if part.last_handed_over]
    return ExchangeCounts(
        sum((part.by_status for part in parts), Counter()),
        sum(part.segments for part in parts),
        sum(part.inbound for part in parts),
        min(first, default=None),
        max(last, default=None),
        sum((part.accepted for part in parts), Counter()),
    )


class Service(Protocol):
    """The service under drill, as a carrier calls it."""

    def report(self, message: Message) -> None:
        """Report the status of a text to the service."""

    def bring(self, message: Message) -> asyncio.Future[str | None] | None:
        """Bring an inbound text to the service; return a future for its TwiML answer, or None."""


class Exchange:
    """One carrier: passes texts between the service and the handsets."""

    def __init__(
        self,
        account_sid: str,
        clock: StoryClock,
        faults: Faults,
        service: Service,
        *,
        segments_per_second: float,
        seed: int,
    ) -> None:
        self._account_sid = account_sid
        self._clock = clock
        self._faults = faults
        self._service = service
        self._rate = segments_per_second
        self._random = seeded(seed, "carrier")
        self._queues: dict[str, SenderQueue] = {}
        self._ticking = False
        self._opted_out: set[tuple[str, str]] = set()
        self._last_sender: dict[str, str] = {}
        self.messages = MessageLog()
        self.counts = ExchangeCounts()
        self.deliver: Callable[[str, str, str], None] = lambda _to, _from, _body: None
        self.is_dead: Callable[[str], bool] = lambda _to: False

    def is_opted_out(self, phone: str, sender: str) -> bool:
        """Return whether the phone has opted out of texts from this sender."""
        return (phone, sender) in self._opted_out

    def sender_for(self, phone: str) -> str | None:
        """Return the number that last texted the phone, to which it replies; None if none has."""
        return self._last_sender.get(phone)

    def accept(self, draft: Draft) -> Message:
        """Record a text as accepted; `enqueue` then sends it."""
        message = self._record(draft, "queued" if draft.service_sid is None else "accepted")
        self.counts.accepted[message.to, message.body] += 1
        return message

    def enqueue(self, message: Message) -> None:
        """Put an accepted text into its sender's queue, unless a fault makes it fail."""
        if message.status == "accepted":
            self._advance(message, "queued")
        fault = self._faults.draw(Stage.QUEUE, self._clock.now())
        if fault is not None:
            expire = partial(self._advance, message, "failed", _EXPIRED)
            asyncio.get_running_loop().call_later(fault.seconds, expire)
            return
        queue = self._queues.get(message.from_)
        if queue is None:
            queue = self._queues[message.from_] = SenderQueue(self._rate)
        queue.push(message, self._clock.now())
        if not self._ticking:
            self._ticking = True
            asyncio.get_running_loop().call_soon(self._tick)

    def _record(self, draft: Draft, status: str) -> Message:
        now = utc_now()
        message = Message(
            sid=new_sid("SM"),
            account_sid=self._account_sid,
            direction=draft.direction,
            to=draft.to,
            from_=draft.from_,
            body=draft.body,
            segments=count_segments(draft.body),
            status=status,
            created_at=now,
            updated_at=now,
            service_sid=draft.service_sid,
            status_callback=draft.status_callback,
            validity=draft.validity,
        )
        self.messages.add(message)
        return message

    def _tick(self) -> None:
        """Hand over the texts that each sender's rate allows, and schedule the next tick."""
        now = self._clock.now()
        for queue in self._queues.values():
            leaving, expired = queue.due(now)
            for message in leaving:
                self._hand_over(message)
            for message in expired:
                self._advance(message, "failed", _EXPIRED)
        waits = [queue.next_at() - now for queue in self._queues.values() if queue]
        self._ticking = bool(waits)
        if waits:
            self._clock.later(max(_TICK_SECONDS * self._clock.speed, min(waits)), self._tick)

    def _hand_over(self, message: Message) -> None:
        message.sent_at = utc_now()
        self.counts.segments += message.segments
        self.counts.first_handed_over = self.counts.first_handed_over or message.sent_at
        self.counts.last_handed_over = message.sent_at
        self._advance(message, "sent")
        delay = self._random.lognormvariate(math.log(_DELIVERY_MEDIAN_SECONDS), _DELIVERY_SPREAD)
        self._clock.later(delay, partial(self._arrive, message))

    def _arrive(self, message: Message) -> None:
        if self.is_dead(message.to):
            self._advance(message, "undelivered", _UNKNOWN_HANDSET)
            return
        fault = self._faults.draw(Stage.CARRIER, self._clock.now())
        if fault is not None:
            self._advance(message, "undelivered", fault.code)
            return
        self._advance(message, "delivered")
        self._last_sender[message.to] = message.from_
        self.deliver(message.to, message.from_, message.body)

    def _advance(self, message: Message, status: str, error_code: int | None = None) -> None:
        if status not in NEXT_STATUSES.get(message.status, ()):
            raise ValueError(f"a text that is {message.status} cannot become {status}")
        message.status = status
        message.error_code = error_code
        message.updated_at = utc_now()
        self.counts.by_status[status] += 1
        if status in _REPORTED:
            self._service.report(message)

    def receive(self, phone: str, sender: str, body: str) -> Message:
        """Deliver a handset's text to the service, retrying until the service accepts it."""
        draft = Draft(to=sender, from_=phone, body=body, validity=0, direction="inbound")
        message = self._record(draft, "received")
        self.counts.inbound += 1
        self._heed_carrier_word(phone, sender, body)
        answer = self._service.bring(message)
        if answer is not None:
            answer.add_done_callback(partial(self._send_answer, message))
        return message

    def _heed_carrier_word(self, phone: str, sender: str, body: str) -> None:
        word = unicodedata.normalize("NFKC", body).strip().casefold()
        if word in _OPT_OUT:
            self._opted_out.add((phone, sender))
        elif word in _OPT_IN:
            self._opted_out.discard((phone, sender))

    def _send_answer(self, inbound: Message, answer: asyncio.Future[str | None]) -> None:
        """Send the texts in the service's TwiML answer, and ignore an answer in another form."""
        try:
            texts = parse_messages(answer.result() or "")
        except ElementTree.ParseError:
            texts = []
        if self.is_opted_out(inbound.from_, inbound.to):
            return
        for text in texts:
            draft = Draft(inbound.from_, inbound.to, text, math.inf, direction="outbound-reply")
            self.enqueue(self._record(draft, "queued"))
