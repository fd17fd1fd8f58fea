"""The assembled gateway: clock, faults, poster, exchange, switchboard, handsets and routes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from alerting.clock_file import ClockFile
from alerting.drill.city.handsets import Handsets, RosterEntry
from alerting.drill.gateway.api import Api
from alerting.drill.gateway.callbacks import Callbacks
from alerting.drill.gateway.control import Control
from alerting.drill.gateway.errors import ApiError, answer_error
from alerting.drill.gateway.exchange import Exchange
from alerting.drill.gateway.faults import Fault, Faults
from alerting.drill.gateway.poster import Poster
from alerting.drill.gateway.switchboard import Switchboard
from alerting.drill.timers import StoryClock


@dataclass(frozen=True)
class Settings:
    """Gateway settings; `segments_per_second` is in story time, `answer_delay` in real seconds."""

    account_sid: str
    auth_token: str
    sms_webhook: str | None
    seed: int
    clock: ClockFile
    segments_per_second: float
    answer_delay: float


class Gateway:
    """All parts of one run; create and use it inside a running event loop."""

    def __init__(
        self, settings: Settings, roster: Sequence[RosterEntry], faults: list[Fault]
    ) -> None:
        seed = settings.seed
        clock = StoryClock(settings.clock)
        rules = Faults(seed)
        rules.set(faults, clock.now())
        self._poster = Poster(settings.auth_token, clock)
        callbacks = Callbacks(self._poster, rules, clock)
        exchange = Exchange(
            settings.account_sid,
            clock,
            rules,
            self._poster,
            callbacks,
            segments_per_second=settings.segments_per_second,
            seed=seed,
            sms_webhook=settings.sms_webhook,
        )
        handsets = Handsets(seed, clock.later, exchange.receive)
        handsets.load(roster)
        exchange.deliver = handsets.receive
        self._switchboard = Switchboard(clock, self._poster, callbacks, handsets, seed)
        api = Api(
            settings.account_sid,
            settings.auth_token,
            clock,
            rules,
            exchange,
            self._switchboard,
            answer_delay=settings.answer_delay,
        )
        control = Control(clock, rules, self._poster, exchange, self._switchboard, handsets)
        self.app = Starlette(
            routes=[*api.routes(), *control.routes()],
            exception_handlers={ApiError: answer_error},
        )

    async def close(self) -> None:
        """Drop all calls and pending posts."""
        self._switchboard.close()
        await self._poster.close()


class HangUpProtocol(HttpToolsProtocol):
    """Lets a request close its connection without an answer."""

    def on_message_begin(self) -> None:
        """Begin a request, and put the function that closes its connection into its state."""
        super().on_message_begin()
        state: dict[str, Any] = self.scope["state"]
        state["hang_up"] = self.transport.close
