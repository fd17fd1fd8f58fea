"""Caches the predictions of this process, so that each is computed only every few seconds."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from alerting.access.scope import alert_for, scope_for
from alerting.board.curve import Curves
from alerting.cap.lifecycle import AlertState
from alerting.feed.predicted import PredictionBody
from alerting.feed.predicting import Made
from alerting.ledger.alerts import stored
from alerting.prediction.outlook import outlook_of
from alerting.prediction.rules.zero import Prediction, predict
from alerting.runtime import Runtime
from contacts.directory import Officer

_LEAST_SECONDS: Final = 2.0
"""Minimum TTL of a cached prediction."""

_REST: Final = 9
"""Minimum TTL in computing times, so that computing takes at most 10 % of a core."""

_KEPT: Final = 256

_Key = tuple[int, AlertState, str]


@dataclass(frozen=True, slots=True)
class Dated:
    """A prediction with its time and the last log entry that it covers."""

    seq: int
    at: datetime
    prediction: Prediction


class Predictions:
    """Computes predictions on a reader thread, one at a time, and caches them."""

    def __init__(
        self, runtime: Runtime, curves: Curves, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._runtime = runtime
        self._curves = curves
        self._one_at_a_time = asyncio.Lock()
        self._kept: OrderedDict[_Key, tuple[float, Dated]] = OrderedDict()
        """Each prediction with the monotonic time at which it expires."""

    async def read(self, caller: Officer, alert_id: int, division: str | None) -> Dated:
        """Return the prediction for an alert in a division; the caller's if `division` is None.

        Raises:
            NotFoundError: if the alert does not concern the caller, or the division is outside
                theirs.
        """
        scope = scope_for(caller, division)
        alert = await self._runtime.database.read(lambda db: alert_for(db, alert_id, caller))
        key = alert_id, alert.state, scope
        if (known := self._known(key)) is not None:
            return known
        async with self._one_at_a_time:
            # Another request may have computed it while this one waited.
            return self._known(key) or await self._compute(key)

    async def made_anew(self, alert_id: int, divisions: Collection[str]) -> Made:
        """Return the predictions of divisions for boards that are open."""
        async with self._one_at_a_time:
            made, busy = await self._read(alert_id, divisions)
        return Made({division: _body_of(dated) for division, dated in made.items()}, busy)

    def _known(self, key: _Key) -> Dated | None:
        until, dated = self._kept.get(key, (0.0, None))
        return dated if self._seconds() < until else None

    async def _compute(self, key: _Key) -> Dated:
        alert_id, _, scope = key
        began = self._seconds()
        made, _ = await self._read(alert_id, (scope,))
        dated = made[scope]
        ended = self._seconds()
        self._kept[key] = ended + max(_LEAST_SECONDS, _REST * (ended - began)), dated
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return dated

    async def _read(
        self, alert_id: int, divisions: Collection[str]
    ) -> tuple[dict[str, Dated], float]:
        """Return the predictions of divisions, made in one read, and its processor time."""
        policy, now = self._runtime.policy, self._runtime.clock.now()

        def look(connection: Connection) -> tuple[dict[str, Dated], float]:
            began = time.thread_time()
            alert = stored(connection, alert_id)
            made = {
                division: Dated(
                    alert.last_seq,
                    now,
                    predict(outlook_of(connection, alert, division, self._curves, policy, now)),
                )
                for division in divisions
            }
            return made, time.thread_time() - began

        return await self._runtime.database.read(look)


def _body_of(dated: Dated) -> PredictionBody:
    made = dated.prediction
    return PredictionBody(
        seq=dated.seq,
        at=dated.at.isoformat(),
        kind=made.kind,
        earliest=made.earliest.isoformat() if made.earliest else None,
        latest=made.latest.isoformat() if made.latest else None,
        reached=made.reached.isoformat() if made.reached else None,
        reason=made.reason,
        number=made.number,
    )
