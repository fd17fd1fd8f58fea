"""An event loop that fails a test that leaves a connection open.

Python itself only warns when the garbage collector finds the socket, during some later test.
"""

import asyncio
from typing import Final

_TURNS: Final = 10


class StrictLoop(asyncio.SelectorEventLoop):
    """The usual loop; on close it finishes closing transports, and raises for open ones."""

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
            # A closing transport may wait for a reader that is gone.
            transport.abort()
        for _ in range(_TURNS):
            self.run_until_complete(asyncio.sleep(0))
        super().close()
        assert not told, f"the test left connections open: {told}"
