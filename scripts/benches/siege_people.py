"""The people of a siege: households that answer by text, and officers who sign in.

`python -m scripts.benches.siege_people JSON` takes a People and prints the figures, both as JSON.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from statistics import quantiles
from typing import Final

import aiohttp
import uvloop
from twilio.request_validator import RequestValidator

from scripts.benches.town import household_phone

_MILLISECONDS: Final = 1000.0
_PATIENCE: Final = aiohttp.ClientTimeout(total=60.0)


@dataclass(frozen=True)
class People:
    """People who answer and sign in, and the seconds for which each group does so."""

    service: str
    secret: str
    seconds: float
    households: int
    officer: str
    links: tuple[str, ...]
    """Tokens of sign-in links, each used once."""


async def figures_of(people: People) -> dict[str, float]:
    """Return the latency of answers and the slowest sign-in, both in milliseconds."""
    async with aiohttp.ClientSession(people.service, timeout=_PATIENCE) as session:
        took, signed_in = await asyncio.gather(
            _answers(session, people), _sign_ins(session, people)
        )
    hundredths = quantiles(took, n=100)
    return {
        "p50_ms": hundredths[49] * _MILLISECONDS,
        "p99_ms": hundredths[98] * _MILLISECONDS,
        "sign_in_ms": max(signed_in) * _MILLISECONDS,
    }


async def _answers(session: aiohttp.ClientSession, people: People) -> list[float]:
    """Post each household's answer when it is due; return the seconds that each took."""
    began, pace = time.monotonic(), people.seconds / people.households
    posts = []
    for number in range(people.households):
        due = began + number * pace
        await asyncio.sleep(due - time.monotonic())
        posts.append(asyncio.create_task(_answer(session, people, number, due)))
    return await asyncio.gather(*posts)


async def _answer(session: aiohttp.ClientSession, people: People, number: int, due: float) -> float:
    form = {"MessageSid": f"SM{number:032x}", "From": household_phone(number), "Body": "1"}
    url = f"{people.service}/twilio/sms"
    signed = RequestValidator(people.secret).compute_signature(url, form)
    try:
        async with session.post(url, data=form, headers={"X-Twilio-Signature": signed}) as answer:
            await answer.read()
    except aiohttp.ClientError:
        pass  # At the end the database shows whether the answer is lost.
    return time.monotonic() - due


async def _sign_ins(session: aiohttp.ClientSession, people: People) -> list[float]:
    """Sign in with each link, in turn; return the seconds that each took."""
    took = []
    for link in people.links:
        await asyncio.sleep(people.seconds / (len(people.links) + 1))
        took.append(await _sign_in(session, people.officer, link))
    return took


async def _sign_in(session: aiohttp.ClientSession, officer: str, link: str) -> float:
    began = time.monotonic()
    async with session.post("/api/sign-in", json={"officer": officer}) as answer:
        answer.raise_for_status()
    async with session.get(f"/in/{link}") as page:
        page.raise_for_status()
    async with session.post(f"/in/{link}", allow_redirects=False) as answer:
        if answer.status != 303:
            raise RuntimeError(f"the link did not sign in: {answer.status}")
    return time.monotonic() - began


def main() -> None:
    """Answer and sign in as the argument says, and print the figures."""
    people = People(**json.loads(sys.argv[1]))
    sys.stdout.write(json.dumps(uvloop.run(figures_of(people))) + "\n")


if __name__ == "__main__":
    main()
