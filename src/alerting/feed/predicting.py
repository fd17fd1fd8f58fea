"""Predictions for an alert's boards: one for each division, shared by all boards that show it.

If each board requested its own every few seconds, the requests would cost far more than its frames.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from itertools import islice
from typing import Final, NamedTuple

import structlog
from sqlalchemy.exc import SQLAlchemyError

from alerting.feed.predicted import PredictionBody

log = structlog.get_logger()


class Made(NamedTuple):
    """Predictions made in one read."""

    bodies: Mapping[str, PredictionBody]
    """The predictions by division."""
    busy: float
    """Processor time of the read, in seconds."""


Predict = Callable[[int, Collection[str]], Awaitable[Made]]
"""Makes the predictions of an alert in these divisions, in one read."""

_AT_ONCE: Final = 4
"""Divisions in one read: few, because a read blocks other threads for some milliseconds."""

_REST: Final = 9
"""Idle for 9 times the last read's processor time, so that predicting takes 10 % of a core at most.

The idle time is at least as long as the read, so that a database reader is free half of the time.
"""

_LEAST_SECONDS: Final = 2.0
"""Shortest time between two predictions of one division."""

_AGAIN_SECONDS: Final = 10.0
"""Longest time between two predictions, because the range moves even if nothing happens."""


class Predicting:
    """The latest predictions of an alert in the divisions that boards of this process show."""

    def __init__(
        self,
        predict: Predict,
        alert: int,
        watched: Callable[[], Collection[str]],
        tell: Callable[[], None],
    ) -> None:
        """Start predicting in the running event loop; call `tell` after each change.

        `watched` returns the divisions that boards show.
        """
        self.latest: Mapping[str, PredictionBody] = {}
        """The predictions by division. The mapping is replaced, never changed."""
        self._predict = predict
        self._alert = alert
        self._watched = watched
        self._tell = tell
        self._asked = asyncio.Event()
        self._task = asyncio.create_task(self._follow(), name=f"predicting for alert {alert}")

    def ask(self) -> None:
        """Request new predictions, as soon as the idle time is over."""
        self._asked.set()

    def end(self) -> None:
        """Stop predicting."""
        self._task.cancel()

    async def _follow(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_AGAIN_SECONDS):
                    await self._asked.wait()
            # Cleared before the read, so that a request during the read causes another read.
            self._asked.clear()
            until = clock() + _LEAST_SECONDS
            for some in self._parts():
                began = clock()
                busy = await self._make(some)
                await asyncio.sleep(max(_REST * busy, clock() - began))
            await asyncio.sleep(until - clock())

    async def _make(self, divisions: Collection[str]) -> float:
        """Predict for divisions; return the processor time in seconds, 0 if the read failed."""
        try:
            made = await self._predict(self._alert, divisions)
        except SQLAlchemyError:
            log.exception("zero not predicted", alert=self._alert)
            self.ask()
            return 0.0
        self.latest = {**self.latest, **made.bodies}
        self._tell()
        return made.busy

    def _parts(self) -> Iterator[tuple[str, ...]]:
        """Yield the divisions that boards show now, a few at a time; forget all others.

        Divisions without a prediction come first, because their boards were opened just now.
        """
        watched = self._watched()
        self.latest = {place: body for place, body in self.latest.items() if place in watched}
        ordered = iter(sorted(watched, key=lambda place: place in self.latest))
        while some := tuple(islice(ordered, _AT_ONCE)):
            yield some
