"""A small city with an open alert, written by the real ledger, and boards that watch it."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select
from websockets.frames import Frame
from websockets.streams import StreamReader

from alerting.accounting.evidence import NewEvidence
from alerting.accounting.record import record_evidence
from alerting.cap.lifecycle import AlertState
from alerting.database.engine import Database
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.tables import deliveries, texts
from alerting.feed.predicted import PredictionBody, PredictionKind, Withheld
from alerting.feed.predicting import Made
from alerting.feed.progress import read_sent
from alerting.feed.tail import Hub
from alerting.feed.websocket_channel import waiting_for_socket, written_to_socket
from alerting.ledger.alerts import insert_alert, insert_areas, last_seq, set_state
from alerting.ledger.events.alerts import AlertClosed, AlertRaised, AlertWidened, AreaReached
from alerting.ledger.events.payload import Payload
from alerting.ledger.events.sending import DeliveriesExpired
from alerting.ledger.hints import LocalBus
from alerting.ledger.writer import Ledger, Transaction
from alerting.policy.sections import Channel
from alerting.roll.enrol import enrol
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll.tallies import add_joined
from alerting.runtime import wall_clock
from contacts.directory import households_in
from contacts.division import VILLAGE_DIGITS, parent_of, tier_of
from contacts.tables import DIVISIONS, HOUSEHOLDS, OFFICERS
from tests.support.city import NOW, POLICY
from tests.support.patience import PATIENCE_SECONDS

CITY, COUNTY, TOWN, OTHER_TOWN = "5119", "511921", "511921100", "511921101"
QIANFO, GRID, YUANDING, FAR = "511921100208", "511921100208001", "511921100209", "511921101200"
# The code of household 12 begins like the codes of the village's first grid.
IN_QIANFO = tuple(f"{QIANFO}{number:04d}" for number in (1, 2, 3, 12))
IN_GRID = tuple(f"{GRID}{number:04d}" for number in (1, 2))
IN_YUANDING = tuple(f"{YUANDING}{number:04d}" for number in (1, 2, 3))
IN_FAR = tuple(f"{FAR}{number:04d}" for number in (1, 2))
ON_ROLL = (*IN_QIANFO, *IN_GRID, *IN_YUANDING)

COMMANDER, CHIEF, INFORMANT, STRANGER = "chief", "county", "told208", "other"
_OFFICERS = {
    CHIEF: ("duty_officer", COUNTY),
    COMMANDER: ("town_commander", TOWN),
    INFORMANT: ("informant", QIANFO),
    STRANGER: ("duty_officer", OTHER_TOWN),
}
_START = datetime(2022, 8, 29, 4, 30, tzinfo=UTC)
_REQUEST = {
    "status": "Exercise",
    "event": "滑坡",
    "description": "山体开裂",
    "instruction": "立即撤离",
    "assembly_point": "村小学",
    "area": {"divisions": [TOWN]},
}


class HeldDatabase(Database):
    """A database that can hold one query before or after it runs."""

    def __init__(self, url: str, query: Callable[..., Any]) -> None:
        super().__init__(url)
        self._query = query
        self.before, self.after, self.reached = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.before.set()
        self.after.set()

    async def read(self, query: Callable[[Connection], Any]) -> Any:
        """Run `query`; if it is the held one, wait until the test lets it go on."""
        if getattr(query, "func", None) is not self._query:
            return await super().read(query)
        await self._pass(self.before)
        answer = await super().read(query)
        await self._pass(self.after)
        return answer

    async def read_together(self, query: Callable[..., Any], key: Any) -> Any:
        """Run `query`, coalesced; if it is the held one, wait until the test lets it go on."""
        if query is not self._query:
            return await super().read_together(query, key)
        await self._pass(self.before)
        answer = await super().read_together(query, key)
        await self._pass(self.after)
        return answer

    async def _pass(self, gate: asyncio.Event) -> None:
        if not gate.is_set():
            self.reached.set()
            await gate.wait()


class City:
    """The parts of a service that the feed needs, on a database with one alert."""

    def __init__(self, database_url: str, database: Database | None = None) -> None:
        """Start the parts; an event loop must be running."""
        self.database = database or Database(database_url)
        self.bus = LocalBus()
        self.ledger = Ledger(self.database, self.bus.publish, POLICY)
        self.predicted: dict[str, PredictionBody] = {}
        """The predictions by division, which a test may set."""
        self.hub = Hub(self.database, self.bus, self._predict)
        self.alert = 0
        self._clock = itertools.count()

    async def _predict(self, _alert: int, divisions: Collection[str]) -> Made:
        known = {each: self.predicted[each] for each in divisions if each in self.predicted}
        return Made(known, 0.0)

    async def open(self) -> None:
        """Store the roster, and raise the alert for the town."""
        await self.ledger.write(lambda transaction: _roster(transaction.connection))
        self.alert = await self.ledger.write(lambda transaction: _alert(transaction.connection))
        await self.reach(TOWN, AlertRaised)

    async def close(self) -> None:
        """Stop everything."""
        self.hub.close()
        await self.ledger.close()
        self.database.close()

    def now(self) -> datetime:
        """Return a later time at every call."""
        return _START + timedelta(seconds=next(self._clock))

    async def reach(self, division: str, event: type[AreaReached] = AlertWidened) -> None:
        """Put a division's households on the roll."""

        def unit(transaction: Transaction) -> None:
            seq = transaction.append(self.alert, event(divisions=(division,)), self.now())
            insert_areas(transaction.connection, self.alert, [division], seq)
            enrol(
                transaction.connection,
                self.alert,
                seq,
                households_in([division]),
                POLICY.household,
                NOW,
            )
            add_joined(transaction.connection, self.alert, seq)

        await self.ledger.write(unit)

    async def say(
        self,
        household: str,
        report: Report,
        people: int | None = None,
        by: str = COMMANDER,
    ) -> None:
        """Record evidence on a household; `by` is an officer's id or a phone number."""
        said = NewEvidence(
            alert=self.alert,
            household=household,
            given_at=(now := self.now()),
            recorded_at=now,
            rung=Rung.OWN if by.startswith("+") else Rung.OFFICER,
            given_by=by,
            report=report,
            people=people,
            channel="test",
            source=f"test:{now.timestamp()}",
        )
        await self.ledger.write_item(record_evidence, said)

    async def append(self, payload: Payload, division: str = "", subject: str = "") -> int:
        """Append an entry to the log, and return its sequence number."""
        now = self.now()
        return await self.ledger.write(
            lambda transaction: transaction.append(
                self.alert, payload, now, division=division, subject=subject
            )
        )

    async def end(self) -> None:
        """Close the alert."""

        def unit(transaction: Transaction) -> None:
            set_state(transaction.connection, self.alert, AlertState.CLOSED, self.now())
            transaction.append(self.alert, AlertClosed(), self.now())

        await self.ledger.write(unit)

    async def owe(self, officer: str, body: str = "立即撤离") -> None:
        """Queue an alert to an officer by websocket."""
        await self.ledger.write(partial(_owe, alert=self.alert, officer=officer, body=body))

    async def deliver(self, officer: str) -> None:
        """Record that all queued websocket messages to an officer were delivered."""

        def unit(transaction: Transaction) -> None:
            owed = waiting_for_socket(transaction.connection, officer, _START)
            written_to_socket(transaction, owed, self.now())

        await self.ledger.write(unit)


class Board:
    """A client of the feed that applies frames as `alerting.feed.frames` specifies."""

    def __init__(self) -> None:
        self.division = ""
        self.seq: int | None = None
        self.state: dict[str, Any] = {}
        self.got: list[dict[str, Any]] = []

    def take(self, *texts: str) -> None:
        """Apply the frames in these texts."""
        for text in texts:
            self._take(json.loads(text))

    def _take(self, frame: dict[str, Any]) -> None:
        self.got.append(frame)
        kind = frame["type"]
        if kind == "reset":
            self.state, self.seq = {}, None
            return
        assert self.seq is None or frame["seq"] >= self.seq, "the log never goes back"
        self.seq = frame["seq"]
        if kind == "snapshot":
            self.state = _state(frame)
        elif kind == "frame":
            self._apply(frame)

    def _apply(self, frame: dict[str, Any]) -> None:
        self.state["tallies"] |= frame["tallies"]
        self.state["households"] |= {h["code"]: h for h in frame["households"]}
        for name in ("total", "deliveries", "prediction", "summary"):
            if name in frame:
                self.state[{"summary": "alert"}.get(name, name)] = frame[name]

    def kinds(self) -> list[str]:
        """Return the kinds of the frames in order, without heartbeats and delivery counts."""
        told = [frame for frame in self.got if not _only_counts(frame)]
        return [frame["type"] for frame in told if frame["type"] != "heartbeat"]


def predicted(number: int) -> PredictionBody:
    """Return a prediction that says this number."""
    return {
        "seq": 1,
        "at": _START.isoformat(),
        "kind": PredictionKind.WITHHELD,
        "earliest": None,
        "latest": None,
        "reached": None,
        "reason": Withheld.DOORS_WAIT,
        "number": number,
    }


async def nothing_predicted(_alert: int, _divisions: Collection[str]) -> Made:
    """Predict nothing, as before the first read."""
    return Made({}, 0.0)


async def fresh(city: City, division: str) -> dict[str, Any]:
    """Return the state of a client that connects to a new hub now."""
    hub = Hub(city.database, LocalBus(), nothing_predicted)
    watching = hub.watch(city.alert, division, None, never_now)
    frames = await anext(watching)
    await watching.aclose()
    hub.close()
    (text,) = texts_of(frames)
    return _state(json.loads(text))


def never_now(_frame: bytes) -> bool:
    """Refuse every immediate write, like a socket whose buffer is never empty."""
    return False


def texts_of(frames: bytes) -> list[str]:
    """Return the texts in complete websocket frames, as a client library reads them."""
    reader = StreamReader()
    reader.feed_data(frames)
    texts = list[str]()
    while reader.buffer:
        parsing = Frame.parse(reader.read_exact, mask=False)
        with pytest.raises(StopIteration) as parsed:
            next(parsing)
        texts.append(bytes(parsed.value.value.data).decode())
    return texts


async def until(condition: Any) -> None:
    """Wait until a condition holds, or fail."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - many things are waited for, few have an event
            await asyncio.sleep(0.01)


async def all_are(city: City, state: DeliveryState) -> None:
    """Wait until every delivery is in a state, or fail."""
    query = select(deliveries.c.state).distinct()
    found = list[str]()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while found != [state]:
            found = await city.database.read(lambda c: list(c.execute(query).scalars()))


_KEPT = ("alert", "tallies", "total", "deliveries", "prediction")


def _state(snapshot: dict[str, Any]) -> dict[str, Any]:
    kept = {name: snapshot[name] for name in _KEPT}
    return kept | {"households": {h["code"]: h for h in snapshot["households"]}}


def _roster(connection: Connection) -> None:
    codes = ("51", CITY, COUNTY, TOWN, OTHER_TOWN, QIANFO, GRID, YUANDING, FAR)
    connection.execute(insert(DIVISIONS), [_division(code) for code in codes])
    connection.execute(
        insert(OFFICERS),
        [
            {"id": id_, "name": "演练", "role": role, "division": division, "deputy_of": None}
            for id_, (role, division) in _OFFICERS.items()
        ],
    )
    homes = (*ON_ROLL, *IN_FAR)
    connection.execute(
        insert(HOUSEHOLDS), [_household(code, number) for number, code in enumerate(homes)]
    )


def _division(code: str) -> dict[str, Any]:
    parent = None if code == "51" else parent_of(code)
    return {"code": code, "name": f"演练{code}", "tier": tier_of(code), "parent": parent}


def _household(code: str, number: int) -> dict[str, Any]:
    village = len(code) == VILLAGE_DIGITS + 4
    return {
        "code": code,
        "division": code[:-4],
        "address": f"{number}号",
        "head": f"住户{number}",
        "headcount": number % 5 + 1,
        "language": "zh",
        "vulnerable": "" if village else "elderly",
        "officer": COMMANDER,
    }


def _alert(connection: Connection) -> int:
    return insert_alert(
        connection,
        {
            "identifier": "drill-1",
            "number": 27,
            "status": "Exercise",
            "state": AlertState.OPEN,
            "origin": QIANFO,
            "sent": _START,
            "expires": _START + timedelta(days=1),
            "request": json.dumps(_REQUEST),
            "request_hash": "",
            "raised_by": INFORMANT,
            "last_seq": 0,
        },
    ).id


def _owe(transaction: Transaction, alert: int, officer: str, body: str) -> None:
    connection = transaction.connection
    frozen = {"alert": alert, "kind": "alert", "language": "zh", "body": body, "segments": 1}
    text = connection.execute(insert(texts).values(frozen).returning(texts.c.id)).scalar_one()
    connection.execute(
        insert(deliveries).values(
            alert=alert,
            text=text,
            recipient_kind=Recipient.OFFICER,
            recipient=officer,
            division=_OFFICERS[officer][1],
            tier=tier_of(_OFFICERS[officer][1]),
            channel=Channel.WEBSOCKET,
            number="",
            priority=0,
            state=DeliveryState.QUEUED,
            due_at=_START,
            expires_at=wall_clock() + timedelta(days=1),
            attempts=0,
            seq=1,
        )
    )
    transaction.append(alert, DeliveriesExpired(), _START)
    transaction.topics.add(("deliveries", _OFFICERS[officer][1]))


def divisions_of(frames: Sequence[dict[str, Any]]) -> set[str]:
    """Return every division and household named in frames."""
    spoken = set[str]()
    for frame in frames:
        spoken |= set(frame.get("tallies", ()))
        spoken |= {household["code"] for household in frame.get("households", ())}
        spoken |= {event["division"] for event in frame.get("events", ()) if event["division"]}
    return spoken


async def follow(city: City, board: Board, division: str) -> None:
    """Let a board follow the feed from its position until cancelled."""

    def take(frames: bytes) -> bool:
        board.take(*texts_of(frames))
        return True

    board.division = division
    watch = city.hub.watch(city.alert, division, board.seq, take)
    async with contextlib.aclosing(watch) as behind:
        async for frames in behind:
            take(frames)


@contextlib.asynccontextmanager
async def watching(city: City, board: Board, division: str) -> AsyncIterator[Board]:
    """Let a board follow the feed from its position until the context ends."""
    begun = len(board.got)
    task = asyncio.create_task(follow(city, board, division))
    await until(lambda: len(board.got) > begun or task.done())
    try:
        yield board
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def caught_up(city: City, *boards: Board) -> None:
    """Wait until boards have the whole log and the latest delivery counts."""
    end = await city.database.read(lambda connection: last_seq(connection, city.alert))
    found = await city.database.read(lambda connection: read_sent(connection, [city.alert]))
    sent = found[city.alert]
    await until(lambda: all(board.seq == end for board in boards))
    # The counts of a board with its own websocket are not compared; its `division` is empty.
    told = [board for board in boards if board.division]
    await until(lambda: all(b.state["deliveries"] == sent.seen_from(b.division) for b in told))


def frames(board: Board) -> list[dict[str, Any]]:
    """Return the frames with log entries that a board got."""
    return [frame for frame in _all_frames(board) if not _only_counts(frame)]


def counts_told(board: Board) -> list[dict[str, Any]]:
    """Return the delivery counts from the frames that contain nothing else."""
    return [frame["deliveries"] for frame in _all_frames(board) if _only_counts(frame)]


def _all_frames(board: Board) -> list[dict[str, Any]]:
    return [frame for frame in board.got if frame["type"] == "frame"]


def _only_counts(frame: dict[str, Any]) -> bool:
    said = any(frame.get(name) for name in ("tallies", "households", "events", "summary"))
    return "deliveries" in frame and not said
