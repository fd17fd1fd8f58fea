"""Raise an exercise over the API and follow it until everybody is accounted for.

    pip install httpx websockets
    ALERTING_TOKEN=... python client.py http://127.0.0.1:8000 511921100208

`alerting officers token ID` issues the token. It may do what the officer may, and no more.
"""

import asyncio
import json
import os
import sys
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed


def exercise(division: str) -> dict[str, Any]:
    """Return a request for an exercise in one division."""
    return {
        "status": "Exercise",
        "exercise": {"size": "everybody"},
        "event": "滑坡",
        "description": "后山裂缝变宽",
        "instruction": "立即撤离",
        "assembly_point": "村小学",
        "area": {"divisions": [division]},
    }


async def ask(api: httpx.AsyncClient, method: str, path: str, **more: Any) -> Any:
    """Return what a route answers.

    Raises:
        SystemExit: with the code and the reason, if the service refuses (RFC 9457).
    """
    answer = await api.request(method, path, **more)
    if answer.is_error:
        problem = answer.json()
        raise SystemExit(f"{problem['code']}: {problem['detail']}")
    return answer.json()


async def raise_alert(api: httpx.AsyncClient, request: dict[str, Any]) -> dict[str, Any]:
    """Raise an alert once, however often a lost answer makes us repeat the request."""
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    for seconds in (0.5, 1, 2, 4, 8):
        try:
            return await ask(api, "POST", "/api/alerts", json=request, headers=headers)
        except httpx.TransportError as lost:
            print(f"no answer ({lost}): again in {seconds} s")
            await asyncio.sleep(seconds)
    raise SystemExit("no answer: look at the list of alerts before you raise it again")


async def frames(url: str, token: str, alert: int) -> AsyncIterator[dict[str, Any]]:
    """Yield the feed's frames for ever; after a lost connection, resume after the last one seen."""
    feed = f"{url.replace('http', 'ws', 1)}/api/alerts/{alert}/feed"
    headers, after = {"Authorization": f"Bearer {token}"}, ""
    while True:
        try:
            async with connect(feed + after, additional_headers=headers, max_size=None) as socket:
                async for text in socket:
                    frame = json.loads(text)
                    if "seq" in frame:
                        after = f"?after={frame['seq']}"
                    yield frame
        except (ConnectionClosed, OSError) as lost:
            print(f"the feed is lost ({lost}): it goes on in 1 s")
            await asyncio.sleep(1)


async def follow(url: str, token: str, alert: int) -> None:
    """Print the counts whenever they change, until nobody is missing or calls for help."""
    shown = None
    async for frame in frames(url, token, alert):
        for event in frame.get("events", ()):
            print(f"{event['at']} {event['kind']} {event['division']} {event['subject']}")
        people = frame.get("total", {}).get("people")
        if people and people != shown:
            shown = people
            print(", ".join(f"{name} {count}" for name, count in people.items()), flush=True)
        if shown and not shown["unaccounted"] + shown["needs_help"]:
            return


async def main(url: str, division: str) -> None:
    """Say who we are, count an exercise, raise it, and follow it."""
    token = os.environ["ALERTING_TOKEN"]
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=15) as api:
        me = await ask(api, "GET", "/api/me")
        print(f"{me['name']}, {me['role']} of {me['division_name']}")
        request = exercise(division)
        seen = await ask(api, "POST", "/api/alerts/preview", json=request)
        print(f"{seen['households']} households, {seen['people']} people would be told")
        alert = await raise_alert(api, request)
        print(f"alert {alert['id']} was raised", flush=True)
        state = await ask(api, "GET", f"/api/alerts/{alert['id']}")
        allowed = [each["action"] for each in state["allowed_actions"] if each["allowed"]]
        print(f"allowed now: {', '.join(allowed)}")
    await follow(url, token, alert["id"])
    print("everybody is accounted for")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
