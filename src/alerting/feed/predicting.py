"""Predictions for all boards of an alert, each made once for all boards that show the division.

Boards that asked by themselves would cost a request each every few seconds, far more than their
frames do.
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
    """By division."""
    busy: float
    """Processor time of the read, in seconds."""


Predict = Callable[[int, Collection[str]], Awaitable[Made]]
"""Makes the predictions of an alert in these divisions, in one read."""

_AT_ONCE: Final = 4
"""Divisions in one read: a read keeps other threads from computing for some milliseconds."""

_REST: Final = 9
"""Idle for 9 times the last read's processor time, so that predicting takes 10 % of a core at most.

And idle for as long as the read took, so that half of a reader's and of a server's time is left.
"""

_LEAST_SECONDS: Final = 2.0
"""Shortest time between two predictions of one division."""

_AGAIN_SECONDS: Final = 10.0
"""Longest time between two predictions: the range moves while nothing happens, too."""


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
        """By division; replaced, never changed."""
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
            # Cleared before the read: a request made during the read gets another read.
            self._asked.clear()
            until = clock() + _LEAST_SECONDS
            for some in self._parts():
                began = clock()
                busy = await self._make(some)
                await asyncio.sleep(max(_REST * busy, clock() - began))
            await asyncio.sleep(until - clock())

    async def _make(self, divisions: Collection[str]) -> float:
        """Predict for divisions; return the processor time in seconds."""
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
        """Yield the divisions that boards show now, some at a time; forget all others.

        Those without a prediction come first: their boards were opened just now.
        """
        watched = self._watched()
        self.latest = {place: body for place, body in self.latest.items() if place in watched}
        ordered = iter(sorted(watched, key=lambda place: place in self.latest))
        while some := tuple(islice(ordered, _AT_ONCE)):
            yield some
