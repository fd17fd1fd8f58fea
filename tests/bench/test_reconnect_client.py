"""The clients of the reconnect bench resume at their position, and count gaps."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from scripts.benches.feed_board import Arrival
from scripts.benches.reconnect_client import Client, Visit, gaps, open_all
from tests.support.patience import PATIENCE_SECONDS

VILLAGE = "511921100208"


class Service:
    """Sends each client the next log entry, and refuses the attempts listed in `refused`."""

    def __init__(self, refused: set[int]) -> None:
        self.url = ""
        self.after: list[str | None] = []
        self.cookies: list[str] = []
        self._refused = refused

    def look(self, connection: ServerConnection, request: Request) -> Response | None:
        query = parse_qs(urlsplit(request.path).query)
        self.after.append(query.get("after", [None])[0])
        self.cookies.append(request.headers["Cookie"])
        refused = len(self.after) in self._refused
        return connection.respond(503, "later") if refused else None

    async def tell(self, connection: ServerConnection) -> None:
        await connection.send(json.dumps({"type": "heartbeat", "seq": 10 + len(self.after)}))
        await connection.wait_closed()


@contextlib.asynccontextmanager
async def service(*refused: int) -> AsyncIterator[Service]:
    found = Service(set(refused))
    async with serve(found.tell, "127.0.0.1", 0, process_request=found.look) as server:
        (listener,) = server.sockets
        found.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield found


async def test_disconnected_client_resumes_at_its_position() -> None:
    async with service(2, 3) as found:
        client = Client(found.url, "token", VILLAGE)
        await open_all([client])
        assert client.back_at is None
        staying = asyncio.create_task(client.stay())
        client.visits[-1].close()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while client.back_at is None:  # noqa: ASYNC110 - a board has no event
                await asyncio.sleep(0.01)
        staying.cancel()
        assert found.after == [None, "11", "11", "11"]
        assert set(found.cookies) == {"alerting_session=token"}
        assert client.failed == 2
        assert client.visits[-1].seq == 14
        client.visits[-1].close()


def body(kind: str, seq: int, **what: Any) -> dict[str, Any]:
    return {"type": kind, "seq": seq, "tallies": {}, "households": [], **what}


async def came(*visits: list[dict[str, Any]]) -> Client:
    """Return a client that received these messages, one list per connection."""
    client = Client("http://127.0.0.1", "token", VILLAGE)
    for bodies in visits:
        visit = Visit("ws://127.0.0.1/", {}, VILLAGE)
        visit.arrivals += [Arrival(0.0, json.dumps(each).encode()) for each in bodies]
        client.visits.append(visit)
    return client


async def test_client_behind_a_fresh_one_has_a_gap() -> None:
    old, new = {"code": "1", "standing": "unaccounted"}, {"code": "1", "standing": "evacuated"}
    before = body("snapshot", 1, alert={}, households=[old])
    fresh = await came([body("snapshot", 3, alert={}, households=[new])])
    missed, beat = body("frame", 3, households=[new]), {"type": "heartbeat", "seq": 3}
    told, left_out = await came([before], [missed, beat]), await came([before], [beat])
    assert gaps([told], [fresh]) == 0
    assert gaps([told, left_out, left_out], [fresh]) == 2
