"""The attackers of a siege: ten clients, each with an attack of its own.

`python -m scripts.benches.siege_attacks JSON` takes a Siege and prints the number of requests of
each attack, and the attackers' processor time, as JSON. Each attack stops after a maximum number of
requests, or when the time is over.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import uvloop
from twilio.request_validator import RequestValidator

_STRANGER: Final = "+8610008888888"
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
_JSON: Final = {"Content-Type": "application/json"}
_SECONDS_OF_A_REQUEST: Final = aiohttp.ClientTimeout(total=30.0)


@dataclass(frozen=True)
class Siege:
    """The service under attack, and the secret, session and link that the attackers have."""

    service: str
    secret: str
    seconds: float
    bearer: str
    village: str
    link: str
    informant: str
    """The number that attackers forge: that of an informant of the village."""
    names: tuple[str, ...]
    """The names of the attacks to run."""


ATTACKS: Final = (
    "taps",
    "long_texts",
    "junk_texts",
    "exercises",
    "keys",
    "fields",
    "half_open",
    "websockets",
    "corners",
    "forgeries",
)

Request = Callable[[int], Awaitable[object]]


@dataclass(frozen=True)
class _Attack:
    """An attack: a function that sends the nth request, the maximum number, and the concurrency."""

    request: Request
    most: int
    at_once: int = 1


class Attackers:
    """The ten clients, on one connection pool without a limit."""

    def __init__(self, siege: Siege, session: aiohttp.ClientSession) -> None:
        self._siege = siege
        self._session = session
        self._sids = count(10**9)
        self._held: list[Any] = []
        """Sockets that stay open to the end."""
        # Built only once, so that the attackers use little processor time.
        corners = ",".join(["[31.9,107.1]"] * 200_000)
        divisions = ",".join([f'"{siege.village}"'] * 300_000)
        self._areas = [
            f'{{"area":{{"{name}":[{parts}]}}}}'.encode()
            for name, parts in (("divisions", divisions), ("polygon", corners))
        ]
        keys = ",".join(f'"k{key}":1' for key in range(800_000))
        self._unknown_keys = f"{{{keys}}}".encode()
        self._many_fields = b"a=1&" * 1_500_000
        self._long_message = "x" * 16_000_000

    def attacks(self) -> dict[str, _Attack]:
        """Return the attacks by name."""
        return {
            "taps": _Attack(self._tap, 1_000, 4),
            "long_texts": _Attack(self._long_text, 400, 4),
            "junk_texts": _Attack(self._junk, 400, 2),
            "exercises": _Attack(self._exercise, 40),
            "keys": _Attack(self._keys, 40, 2),
            "fields": _Attack(self._fields, 40, 2),
            "half_open": _Attack(self._half_open, 1_100, 8),
            "websockets": _Attack(self._websocket, 300, 4),
            "corners": _Attack(self._corners, 40, 2),
            "forgeries": _Attack(self._forgery, 400, 2),
        }

    async def run(self) -> dict[str, int]:
        """Run the attacks of the siege concurrently; return the number of requests of each."""
        end = time.monotonic() + self._siege.seconds
        attacks = {name: self.attacks()[name] for name in self._siege.names}
        sent = await asyncio.gather(*(_besiege(each, end) for each in attacks.values()))
        for each in self._held:
            each.close()
        return dict(zip(attacks, sent, strict=True))

    async def _text(self, sender: str, body: str) -> None:
        form = {"MessageSid": f"SM{next(self._sids):032x}", "From": sender, "Body": body}
        url = f"{self._siege.service}/twilio/sms"
        await self._post("/twilio/sms", data=form, headers=_signed(self._siege, url, form))

    async def _post(self, path: str, **what: Any) -> None:
        async with self._session.post(path, **what) as answer:
            await answer.read()

    async def _tap(self, number: int) -> None:
        """Tap on one household's link: all its evidence is folded again after each tap."""
        await self._post(f"/h/{self._siege.link}", data={"answer": str(1 + number % 4)})

    async def _long_text(self, _number: int) -> None:
        """A stranger's text of 1,600 characters, which is slow to read."""
        await self._text(_STRANGER, "1 " + "百" * 1_598)

    async def _junk(self, number: int) -> None:
        """A stranger's text of many lines, and a forged officer's that names many households."""
        lines = [f"{home:04d} 1" for home in range(228)]
        await self._text((_STRANGER, self._siege.informant)[number % 2], "\n".join(lines))

    async def _exercise(self, number: int) -> None:
        """Exercises over HTTP, and alerts by text from a forged number."""
        await self._text(self._siege.informant, "滑坡 后山")
        area = {"divisions": [self._siege.village]}
        body = {
            "status": "Exercise",
            "exercise": {"size": "everybody"},
            "event": f"滑坡{number}",
            "description": "演练",
            "instruction": "演练",
            "area": area,
        }
        await self._post("/api/alerts", json=body, headers=_bearer(self._siege))

    async def _keys(self, _number: int) -> None:
        """A sign-in with 800,000 unknown keys; links asked for in an officer's name."""
        await self._post("/api/sign-in", json={"phone": self._siege.informant})
        await self._post("/api/sign-in", data=self._unknown_keys, headers=_JSON)

    async def _fields(self, _number: int) -> None:
        """An unsigned webhook of 1.5 million fields."""
        await self._post("/twilio/sms", data=self._many_fields, headers=_FORM)

    async def _half_open(self, _number: int) -> None:
        """A connection that begins a request and never ends it."""
        place = urlsplit(self._siege.service)
        _, writer = await asyncio.open_connection(place.hostname, place.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: ")
        await writer.drain()
        self._held.append(writer)

    async def _websocket(self, _number: int) -> None:
        """A socket of one session, with a message of 16 MB."""
        headers = _bearer(self._siege)
        socket = await self._session.ws_connect("/api/alerts/1/feed", headers=headers)
        with suppress(ConnectionError):
            await socket.send_str(self._long_message)
        await socket.close()

    async def _corners(self, number: int) -> None:
        """A polygon of 200,000 corners, and 300,000 divisions that repeat."""
        headers = _bearer(self._siege) | _JSON
        await self._post("/api/alerts/preview", data=self._areas[number % 2], headers=headers)

    async def _forgery(self, number: int) -> None:
        """A captured request, its signed characters divided into other parameters."""
        sid = f"SM{number:032x}"
        form = {"Body": "1", "From": _STRANGER, "MessageSid": sid, "To": "+8610009999999"}
        signed = _signed(self._siege, f"{self._siege.service}/twilio/sms", form)
        joined = form | {"MessageSid": f"{sid}To{form['To']}"}
        del joined["To"]
        await self._post("/twilio/sms", data=joined, headers=signed)


async def _besiege(attack: _Attack, end: float) -> int:
    numbers = iter(range(attack.most))

    async def client() -> int:
        sent = 0
        for number in _until(numbers, end):
            with suppress(aiohttp.ClientError, ConnectionError, TimeoutError):
                await attack.request(number)
            sent += 1
        return sent

    return sum(await asyncio.gather(*(client() for _ in range(attack.at_once))))


def _until(numbers: Iterator[int], end: float) -> Iterator[int]:
    while time.monotonic() < end and (number := next(numbers, None)) is not None:
        yield number


def _signed(siege: Siege, url: str, form: dict[str, str]) -> dict[str, str]:
    return {"X-Twilio-Signature": RequestValidator(siege.secret).compute_signature(url, form)}


def _bearer(siege: Siege) -> dict[str, str]:
    return {"Authorization": f"Bearer {siege.bearer}"}


async def run(siege: Siege) -> dict[str, int]:
    """Attack the service, and return the number of requests of each attack."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(
        siege.service, connector=connector, timeout=_SECONDS_OF_A_REQUEST
    ) as session:
        return await Attackers(siege, session).run()


def main() -> None:
    """Run the siege in the argument; print the numbers of requests, and the processor time."""
    siege = Siege(**json.loads(sys.argv[1]))
    sent = uvloop.run(run(siege))
    sys.stdout.write(json.dumps(sent | {"cpu_seconds": time.process_time()}) + "\n")


if __name__ == "__main__":
    main()
