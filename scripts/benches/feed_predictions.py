"""The predictions that the boards of the feed bench ask for while they are open."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final

import aiohttp

EVERY_SECONDS: Final = 3.0
"""Interval at which a page asks while answers come: `GAP_MS` in `use_query.ts`."""

_PREDICTION: Final = "/api/alerts/1/prediction"


class Predictions:
    """Asks for the prediction of each division over HTTP, again and again, evenly spread."""

    def __init__(
        self, service: str, signed: Sequence[Mapping[str, str]], divisions: Sequence[str]
    ) -> None:
        """`signed` are the headers of each board's requests."""
        self.answered = 0
        self._service = service
        self._boards = list(zip(signed, divisions, strict=True))

    @asynccontextmanager
    async def asked(self) -> AsyncIterator[None]:
        """Ask while the block runs.

        Raises:
            ExceptionGroup: if the service refuses.
        """
        async with (
            aiohttp.ClientSession(
                self._service,
                raise_for_status=True,
                connector=aiohttp.TCPConnector(limit=len(self._boards)),
            ) as session,
            asyncio.TaskGroup() as group,
        ):
            asking = [
                group.create_task(self._ask(session, *board, place / len(self._boards)))
                for place, board in enumerate(self._boards)
            ]
            yield
            for task in asking:
                task.cancel()

    async def _ask(
        self,
        session: aiohttp.ClientSession,
        headers: Mapping[str, str],
        division: str,
        begin: float,
    ) -> None:
        await asyncio.sleep(begin * EVERY_SECONDS)
        where = {"division": division}
        while True:
            async with session.get(_PREDICTION, params=where, headers=headers) as answer:
                await answer.read()
            self.answered += 1
            await asyncio.sleep(EVERY_SECONDS)
