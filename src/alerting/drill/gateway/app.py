"""Assemble the gateway from its clock, faults, poster, exchanges, switchboard and handsets."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from alerting import extras
from alerting.clock_file import ClockFile
from alerting.drill.city.handsets import Handsets, RosterEntry
from alerting.drill.gateway.api import Api
from alerting.drill.gateway.callbacks import Callbacks, Webhooks
from alerting.drill.gateway.control import Control, Outbox
from alerting.drill.gateway.errors import ApiError, answer_error
from alerting.drill.gateway.exchange import CENTRE_SENDER, Exchange, Service
from alerting.drill.gateway.faults import Fault, Faults
from alerting.drill.gateway.poster import Poster
from alerting.drill.gateway.switchboard import Switchboard
from alerting.drill.timers import StoryClock
from alerting.extras import note_missing, require

try:
    # The SMPP library is an optional extra, which a drill with one carrier does not need.
    from alerting.drill.gateway.sms_centre import SmsCentre
except ModuleNotFoundError as missing:
    note_missing(missing, extras.SMPP)


@dataclass(frozen=True)
class Settings:
    """Gateway settings; `segments_per_second` is in story time, and `answer_delay` in real time."""

    account_sid: str
    auth_token: str
    sms_webhook: str | None
    seed: int
    clock: ClockFile
    segments_per_second: float
    answer_delay: float
    centre_password: str | None
    """Password of the SMS centre, which is a second carrier; None if there is no SMS centre."""


class Gateway:
    """A running gateway; create and use it inside a running event loop."""

    def __init__(
        self, settings: Settings, roster: Sequence[RosterEntry], faults: list[Fault]
    ) -> None:
        clock = StoryClock(settings.clock)
        rules = Faults(settings.seed)
        rules.set(faults, clock.now())
        self._poster = Poster(settings.auth_token, clock)
        callbacks = Callbacks(self._poster, rules, clock)
        webhooks = Webhooks(callbacks, self._poster, settings.sms_webhook)
        exchange = _exchange(settings, clock, rules, webhooks)
        self.centre = _centre(settings, clock)
        carriers = [exchange, self.centre.exchange] if self.centre else [exchange]

        def send(phone: str, sender: str, body: str) -> None:
            """Send a handset's text through the carrier that owns the number `sender`."""
            is_for_centre = self.centre is not None and sender == CENTRE_SENDER
            carriers[is_for_centre].receive(phone, sender, body)

        handsets = Handsets(settings.seed, clock.later, send)
        handsets.load(roster)
        for carrier in carriers:
            carrier.deliver, carrier.is_dead = handsets.receive, handsets.is_dead
        self._switchboard = Switchboard(clock, self._poster, callbacks, handsets, settings.seed)
        api = Api(
            settings.account_sid,
            settings.auth_token,
            clock,
            rules,
            exchange,
            self._switchboard,
            answer_delay=settings.answer_delay,
        )
        outboxes: list[Outbox] = [self._poster, self.centre] if self.centre else [self._poster]
        control = Control(
            clock, rules, self._poster, carriers, self._switchboard, handsets, outboxes
        )
        self.app = Starlette(
            routes=[*api.routes(), *control.routes()],
            exception_handlers={ApiError: answer_error},
        )

    async def close(self) -> None:
        """End all calls, and drop pending posts."""
        self._switchboard.close()
        await self._poster.close()
        if self.centre:
            await self.centre.close()


def _exchange(settings: Settings, clock: StoryClock, faults: Faults, service: Service) -> Exchange:
    return Exchange(
        settings.account_sid,
        clock,
        faults,
        service,
        segments_per_second=settings.segments_per_second,
        seed=settings.seed,
    )


def _centre(settings: Settings, clock: StoryClock) -> "SmsCentre | None":
    """Return the second carrier, which has no faults; None without a password for it."""
    if settings.centre_password is None:
        return None
    require(extras.SMPP, "--centre-password")
    centre = SmsCentre(settings.centre_password, clock)
    centre.exchange = _exchange(settings, clock, Faults(settings.seed), centre)
    return centre


class HangUpProtocol(HttpToolsProtocol):
    """HTTP protocol that lets a request handler close the connection without an answer."""

    def on_message_begin(self) -> None:
        """Begin a request, and put a function that closes its connection into its state."""
        super().on_message_begin()
        state: dict[str, Any] = self.scope["state"]
        state["hang_up"] = self.transport.close
