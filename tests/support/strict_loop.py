"""An event loop that fails a test if it leaves a connection open.

Python itself only warns, and only when the garbage collector finds the socket in a later test.
"""

import asyncio
from typing import Final

_TURNS: Final = 10


class StrictLoop(asyncio.SelectorEventLoop):
    """The usual loop, but closing it finishes closing transports and raises for open ones."""

    _transports: dict[int, asyncio.Transport]

    def close(self) -> None:
        """Close the loop.

        Raises:
            AssertionError: if a transport is neither closed nor closing.
        """
        if self.is_closed():
            return
        left = [transport for transport in self._transports.values() if not transport.is_closing()]
        told = [repr(transport) for transport in left]
        for transport in list(self._transports.values()):
            # A closing transport may wait for a peer that no longer reads.
            transport.abort()
        for _ in range(_TURNS):
            self.run_until_complete(asyncio.sleep(0))
        super().close()
        assert not told, f"the test left connections open: {told}"
