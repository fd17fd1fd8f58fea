"""CAP documents as other systems write them, and a service that receives them."""

import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from sqlalchemy import select

from alerting.access.machines import MachineKind
from alerting.cap_inbox.act import Done
from alerting.cap_inbox.receive import receive
from alerting.cap_inbox.tables import cap_inbox
from alerting.ledger.tables import alerts
from alerting.policy.policy import parse_policy
from alerting.runtime import Clock
from tests.support.city import COUNTY, QIANFO
from tests.support.gateway import Gateway
from tests.support.machines import service_under, tokens_of
from tests.support.running import Json, Running, Workplace, workplace

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
SENDER = "weather@example.org"
SENT = "2026-08-29T05:10:00+08:00"
LATER = "2099-08-29T05:10:00+08:00"

_ids = itertools.count(1)

POLICY = f"""
[cap]
sender = "alerts.example.org"

[[cap_senders]]
name = "weather-bureau"
acts_for = "county-duty"

[[cap_senders.rules]]
do = "alert"
severity = ["Extreme"]
certainty = ["Observed"]
area = ["{COUNTY}"]
exercises = true

[[cap_senders.rules]]
do = "propose"
severity = ["Severe"]
exercises = true

[[cap_senders]]
name = "university"
"""
"""The weather bureau's messages may become alerts or proposals; a university's become notes."""


@dataclass(frozen=True)
class Area:
    """A CAP area, with polygons and circles as CAP writes them."""

    codes: tuple[str, ...] = ()
    polygons: tuple[str, ...] = ()
    circles: tuple[str, ...] = ()
    description: str = "千佛村"
    value_name: str = "CN-NBS-CODE"

    def xml(self) -> str:
        geocodes = [
            f"<geocode><valueName>{self.value_name}</valueName><value>{each}</value></geocode>"
            for each in self.codes
        ]
        polygons = [f"<polygon>{each}</polygon>" for each in self.polygons]
        circles = [f"<circle>{each}</circle>" for each in self.circles]
        drawn = "".join([*polygons, *circles, *geocodes])
        return f"<area><areaDesc>{self.description}</areaDesc>{drawn}</area>"


def info(*areas: Area, event_codes: str = "", more: str = "", **changes: str) -> str:
    """Return a CAP info; `event_codes` and `more` are XML, and `more` precedes the areas."""
    said = {
        "language": "zh-CN",
        "category": "Geo",
        "event": "山体滑坡",
        "responseType": "Evacuate",
        "urgency": "Immediate",
        "severity": "Minor",
        "certainty": "Observed",
        "audience": "",
        "effective": "",
        "onset": "",
        "expires": LATER,
    } | changes
    elements = "".join(
        f"{event_codes if k == 'effective' else ''}{f'<{k}>{escape(v)}</{k}>' if v else ''}"
        for k, v in said.items()
    )
    return f"<info>{elements}{more}{''.join(each.xml() for each in areas)}</info>"


def document(*infos: str, namespace: str = CAP, more: str = "", **changes: str) -> str:
    """Return a CAP message with a new identifier; `more` is XML that follows the infos."""
    said = {
        "identifier": f"message-{next(_ids)}",
        "sender": SENDER,
        "sent": SENT,
        "status": "Exercise",
        "msgType": "Alert",
        "source": "",
        "scope": "Public",
        "restriction": "",
        "addresses": "",
        "code": "",
        "note": "",
        "references": "",
    } | changes
    elements = "".join(f"<{k}>{escape(v)}</{k}>" for k, v in said.items() if v)
    declared = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{declared}<alert xmlns="{namespace}">{elements}{"".join(infos)}{more}</alert>'


def simple(severity: str = "Minor", **changes: str) -> str:
    """Return a message for Qianfo; the severity decides which rule of `POLICY` applies."""
    return document(info(Area((QIANFO,)), severity=severity), **changes)


def reference(identifier: str, sent: str = SENT) -> str:
    """Return the reference with which an Update or Cancel names a message."""
    return f"{SENDER},{identifier},{sent}"


@dataclass(frozen=True)
class Desk:
    """A runtime without a server, whose policy names CAP senders."""

    work: Workplace

    async def take(self, document: str | bytes, source: str = "weather-bureau") -> Done:
        """Receive a document from a source, and return its outcome."""
        raw = document.encode() if isinstance(document, str) else document
        runtime = self.work.runtime
        return (await receive(runtime, runtime.policy.cap_sources[source], raw)).done

    def outcomes(self) -> list[str]:
        """Return the outcomes of all received messages, in order."""
        return [row.outcome for row in self.messages()]

    def messages(self) -> list[Any]:
        """Return the rows of all received messages, in order."""
        return self.work.rows(select(cap_inbox).order_by(cap_inbox.c.id))

    def shown(self) -> list[str]:
        """Return the identifiers of the messages that boards show."""
        return [row.identifier for row in self.messages() if row.shown_until is not None]

    def alerts(self) -> list[tuple[str, str]]:
        """Return the state and the raiser of each alert, in order."""
        rows = self.work.rows(select(alerts).order_by(alerts.c.id))
        return [(row.state, row.raised_by) for row in rows]


@contextlib.asynccontextmanager
async def open_desk(
    database_url: str, policy: str = POLICY, clock: Clock | None = None
) -> AsyncIterator[Desk]:
    """Yield a runtime on the tests' city; by default, its clock is a drill's."""
    async with workplace(database_url, clock, parse_policy(policy)) as work:
        yield Desk(work)


@dataclass(frozen=True)
class Inbox:
    """A running service, and the tokens of its senders."""

    service: Running
    tokens: dict[str, str]

    async def post(
        self, document: str | bytes, sender: str = "weather-bureau", content_type: str = ""
    ) -> tuple[int, Any]:
        """Post a document as a sender; return the status and the response."""
        headers = {
            "Authorization": f"Bearer {self.tokens.get(sender, sender)}",
            "Content-Type": content_type or "application/cap+xml",
        }
        raw = document.encode() if isinstance(document, str) else document
        url = f"{self.service.url}/api/cap"
        # aiohttp warns about large bodies that are not streams.
        body = BytesIO(raw)
        async with self.service.session.post(url, data=body, headers=headers) as answer:
            return answer.status, await answer.json()

    async def taken(self, body: str | bytes, sender: str = "weather-bureau") -> Json:
        """Post a valid message, and return its outcome."""
        status, answer = await self.post(body, sender)
        assert status == 200, answer
        result: Json = answer
        return result

    async def notes(self, caller: str = "commander") -> list[Json]:
        """Return the notes listed for an officer."""
        status, found = await self.service.get("/api/notes", caller)
        assert status == 200, found
        result: list[Json] = found
        return result


@contextlib.asynccontextmanager
async def running_inbox(
    database_url: str, gateway: Gateway, folder: Path, policy: str = POLICY, **changes: Any
) -> AsyncIterator[Inbox]:
    """Yield a service whose policy names CAP senders, each with a token."""
    async with service_under(policy, database_url, gateway, folder, **changes) as service:
        yield await inbox_of(service)


async def inbox_of(service: Running) -> Inbox:
    """Return the service with a token for each CAP sender in its policy."""
    names = [sender.name for sender in service.runtime.policy.cap_senders]
    return Inbox(service, await tokens_of(service, MachineKind.CAP_SENDER, names))
