"""The gateway's control API for drills, without credentials; no real provider has it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from math import isfinite
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from alerting.drill.city.handsets import Handsets, parse_roster
from alerting.drill.gateway.exchange import Exchange, total_of
from alerting.drill.gateway.faults import Faults, parse_faults
from alerting.drill.gateway.poster import Poster
from alerting.drill.gateway.store import Message
from alerting.drill.gateway.switchboard import Switchboard
from alerting.drill.timers import StoryClock
from contacts.people import parse_phone


class Outbox(Protocol):
    """Texts and receipts that the service has not taken yet."""

    @property
    def waiting(self) -> int:
        """The number of waiting items."""

    @property
    def longest_wait(self) -> float:
        """The story seconds for which the oldest item has waited."""


class Control:
    """The routes under /control."""

    def __init__(
        self,
        clock: StoryClock,
        faults: Faults,
        poster: Poster,
        carriers: Sequence[Exchange],
        switchboard: Switchboard,
        handsets: Handsets,
        outboxes: Sequence[Outbox],
    ) -> None:
        self._clock = clock
        self._faults = faults
        self._poster = poster
        self._carriers = carriers
        """The carriers of texts; /control/inbound sends through the first."""
        self._outboxes = outboxes
        self._switchboard = switchboard
        self._handsets = handsets

    def routes(self) -> list[Route]:
        """Return the routes of the control API."""
        return [
            Route("/control/messages", self._messages),
            Route("/control/stats", self._stats),
            Route("/control/waiting", self._waiting),
            Route("/control/inbound", self._inbound, methods=["POST"]),
            Route("/control/faults", self._set_faults, methods=["POST"]),
            Route("/control/people", self._people, methods=["POST"]),
            Route("/control/visits", self._visits, methods=["POST"]),
        ]

    async def _messages(self, request: Request) -> JSONResponse:
        """Return all outbound texts, or those to the number in `?to=`, oldest first."""
        to = request.query_params.get("to")
        logs = [carrier.messages for carrier in self._carriers]
        number = None if to is None else parse_phone(to)
        texts = chain.from_iterable(log if number is None else log.sent_to(number) for log in logs)
        outbound = [each for each in texts if each.direction != "inbound"]
        return JSONResponse([_describe(m) for m in sorted(outbound, key=lambda m: m.created_at)])

    async def _stats(self, _request: Request) -> JSONResponse:
        counts, posts = total_of([one.counts for one in self._carriers]), self._poster.counts
        calls: dict[str, int] = {}
        for call in self._switchboard.calls.values():
            calls[call.status] = calls.get(call.status, 0) + 1
        return JSONResponse(
            {
                "story_seconds": self._clock.now(),
                "created": counts.accepted.total(),
                "sent": counts.by_status["sent"],
                "delivered": counts.by_status["delivered"],
                "undelivered": counts.by_status["undelivered"],
                "failed": counts.by_status["failed"],
                "segments": counts.segments,
                "inbound": counts.inbound,
                "calls": calls,
                "callbacks": {
                    "posted": posts.posted,
                    "failed": posts.failed,
                    "given_up": posts.given_up,
                    **self._wait(),
                    "by_status": {str(status): n for status, n in posts.by_status.items()},
                },
                "first_handed_over": _iso(counts.first_handed_over),
                "last_handed_over": _iso(counts.last_handed_over),
                "duplicates": counts.duplicates(),
                "faults": dict(self._faults.struck),
            }
        )

    async def _waiting(self, _request: Request) -> JSONResponse:
        """Return how many items wait for the service, and how long; faster than /control/stats."""
        return JSONResponse(self._wait())

    def _wait(self) -> dict[str, float]:
        return {
            "waiting": sum(one.waiting for one in self._outboxes),
            "longest_wait": max(one.longest_wait for one in self._outboxes),
        }

    async def _inbound(self, request: Request) -> JSONResponse:
        """Send a text from a handset, given as {from, body}.

        A handset that has received no text yet also needs `to`.
        """
        asked = await request.json()
        phone = parse_phone(asked["from"])
        exchange = self._carriers[0]
        sender = asked.get("to") or exchange.sender_for(phone)
        if sender is None:
            return _refuse(f"{phone} has received no text yet: name the recipient in 'to'")
        message = exchange.receive(phone, sender, asked["body"])
        return JSONResponse({"sid": message.sid}, 201)

    async def _set_faults(self, request: Request) -> JSONResponse:
        """Replace the fault rules in force by a list of new rules."""
        try:
            rules = parse_faults(await request.json())
        except ValueError as error:
            return _refuse(str(error))
        self._faults.set(rules, self._clock.now())
        return JSONResponse({"faults": len(rules)})

    async def _people(self, request: Request) -> JSONResponse:
        """Add people to the city from a list of roster entries."""
        try:
            roster = parse_roster(await request.json())
        except (KeyError, ValueError) as error:
            return _refuse(str(error))
        self._handsets.load(roster)
        return JSONResponse({"people": len(roster)})

    async def _visits(self, request: Request) -> JSONResponse:
        """Record an officer's visit to the households in {codes}, which then send no more texts."""
        asked: Mapping[str, Sequence[str]] = await request.json()
        self._handsets.visit(asked["codes"])
        return JSONResponse({"visited": len(asked["codes"])})


def _refuse(reason: str) -> JSONResponse:
    return JSONResponse({"error": reason}, 400)


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _describe(message: Message) -> dict[str, Any]:
    return {
        "sid": message.sid,
        "from": message.from_,
        "to": message.to,
        "body": message.body,
        "segments": message.segments,
        "validity": message.validity if isfinite(message.validity) else None,
        "status": message.status,
        "error_code": message.error_code,
        "status_callback": message.status_callback,
        "created_at": _iso(message.created_at),
        "sent_at": _iso(message.sent_at),
        "updated_at": _iso(message.updated_at),
    }
