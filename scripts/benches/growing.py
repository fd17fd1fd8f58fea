"""What an answer and a frame cost on one database: measured in a process of its own.

`python -m scripts.benches.growing URL JSON` takes a Work and prints a Cost, both as JSON. An
answer goes through the service's `acknowledge` and its ledger, in a commit of its own; a frame is
what the tail of an alert's log reads and encodes when one has come: for the boards of a town's
commander, of the county and of the city. It is measured in an alert whose texts have arrived, and
in one whose texts are on their way. Those are counted beside the log, for a tenth of the time at
most: how long one counting takes is measured apart. The cost is the processor time of this
process and, on PostgreSQL, of the server's processes that work for it.
"""

import asyncio
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Final

from sqlalchemy import Connection, func, select, text, update

from alerting.database.engine import Database
from alerting.deliveries.progress import log_ends
from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.tables import deliveries
from alerting.feed.progress import read_sent
from alerting.feed.reading import Counts, read_update
from alerting.ledger.alerts import last_seq
from alerting.ledger.events.sending import DeliveriesReceipted
from alerting.ledger.writer import Ledger, Transaction
from alerting.policy.policy import default_policy
from alerting.replies.statements import IncomingText
from alerting.replies.take import acknowledge
from alerting.runtime import Clock, Runtime, wall_clock
from contacts.division import county_of, town_of
from scripts.benches.plan_city import CITY, household_phone, villages_of

ALERT: Final = 1
AT_HOME: Final = 1
"""The household, of the first village's town, that warms up and then lets frames come."""
_WARM_UP: Final = 20
_READ_AGAIN: Final = 20
_MILLISECONDS: Final = 1000.0
_ANSWERS: Final = ("1", "4")
"""By turns, so that each of them changes how the household stands."""


@dataclass(frozen=True)
class Work:
    """Which households answer, once each, and after how many answers frames are read."""

    run: str
    """A part of the answers' ids: another in every run on a database."""
    numbers: Sequence[int]
    frames: int


@dataclass(frozen=True)
class Cost:
    """Milliseconds of processor for one, and how long one takes: its median."""

    answer_cpu_ms: float
    answer_ms: float
    frame_cpu_ms: float
    frame_ms: float
    frame_sending_cpu_ms: float
    """Of a frame that tells of an answer while texts are sent."""
    frame_sending_ms: float
    counting_ms: float
    """How long it takes to count how far the texts have come."""


class Meter:
    """Adds up the processor time of what it is told of, and notes how long each took."""

    def __init__(self, servers: Sequence[int]) -> None:
        self._servers = servers
        self._spent = 0.0
        self._took: list[float] = []

    @contextmanager
    def some(self) -> Iterator[None]:
        """Count the processor time of what is done within."""
        before = self._so_far()
        yield
        self._spent += self._so_far() - before

    @contextmanager
    def one(self) -> Iterator[None]:
        """Note how long it takes."""
        began = perf_counter()
        yield
        self._took.append(perf_counter() - began)

    def cpu_ms(self) -> float:
        """Return the processor time for one."""
        return self._spent / len(self._took) * _MILLISECONDS

    def median_ms(self) -> float:
        """Return how long one takes."""
        return median(self._took) * _MILLISECONDS

    def _so_far(self) -> float:
        return process_time() + sum(map(_processor_seconds, self._servers))


class Boards:
    """The boards of a town, its county and the city, as a tail of the log keeps them."""

    def __init__(self, database: Database, town: str) -> None:
        self._database = database
        self._divisions = (CITY, county_of(town), town)
        self._seq = database.look(lambda connection: last_seq(connection, ALERT))
        self._counts: Counts | None = None

    def read(self) -> None:
        """Read the frames of what came since they last caught up."""
        self._read()

    def catch_up(self) -> None:
        """Take what came as shown."""
        self._seq, self._counts = self._read()

    def _read(self) -> tuple[int, Counts | None]:
        def look(connection: Connection) -> tuple[int, Counts | None]:
            now = wall_clock()
            update = read_update(connection, ALERT, self._divisions, self._seq, now, self._counts)
            return update.seq, update.counts

        return self._database.look(look)


async def measure(url: str, work: Work) -> Cost:
    """Answer and read as the work says."""
    policy, database = default_policy(), Database(url)
    ledger = Ledger(database, lambda _topic: None, policy)
    runtime = Runtime(database, ledger, Clock())
    boards = Boards(database, town_of(database.look(villages_of)[0]))
    for turn in range(_WARM_UP):
        await _change(runtime, f"{work.run}-warm-{turn}", turn)
        boards.catch_up()
    servers = database.look(_servers)
    answers, quiet, sending = Meter(servers), Meter(servers), Meter(servers)
    with answers.some():
        for number in work.numbers:
            with answers.one():
                await _say(runtime, f"{work.run}-{number}", number, _ANSWERS[0])
    boards.catch_up()
    for turn in range(work.frames):
        await _change(runtime, f"{work.run}-frame-{turn}", turn)
        _read_again(boards, quiet)
        await _change(runtime, f"{work.run}-sending-{turn}", turn + 1)
        await ledger.write(partial(_send, turn=turn))
        _read_again(boards, sending)
    counting = Meter(servers)
    # Not between the frames: of those there are many for each time that all is counted.
    for _ in range(work.frames):
        with counting.one():
            database.look(lambda connection: read_sent(connection, [ALERT]))
    await ledger.close()
    database.close()
    return Cost(
        *(answers.cpu_ms(), answers.median_ms()),
        *(quiet.cpu_ms(), quiet.median_ms()),
        *(sending.cpu_ms(), sending.median_ms()),
        counting.median_ms(),
    )


def _read_again(boards: Boards, meter: Meter) -> None:
    with meter.some():
        for _ in range(_READ_AGAIN):
            with meter.one():
                boards.read()
    boards.catch_up()


def _send(transaction: Transaction, turn: int) -> None:
    """Have one more text handed over, and say so in the log."""
    one = select(func.min(deliveries.c.id) + turn).where(deliveries.c.alert == ALERT)
    chosen = update(deliveries).where(deliveries.c.id == one.scalar_subquery())
    transaction.connection.execute(chosen.values(state=DeliveryState.SENT))
    log_ends(transaction, DeliveriesReceipted, wall_clock(), [(ALERT, DeliveryState.SENT)])


async def _change(runtime: Runtime, name: str, turn: int) -> None:
    await _say(runtime, name, AT_HOME, _ANSWERS[turn % len(_ANSWERS)])


async def _say(runtime: Runtime, name: str, number: int, body: str) -> None:
    await acknowledge(runtime, IncomingText(name, household_phone(number), body, wall_clock()))


def _processor_seconds(process: int) -> float:
    """Return what a process of this machine has used, its system time included."""
    fields = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()
    # The 14th and 15th of all, in ticks: two come before the parenthesis.
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _servers(connection: Connection) -> list[int]:
    """Return PostgreSQL's processes for this database; of SQLite there are none."""
    if connection.dialect.name == "sqlite":
        return []
    ours = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
    return list(connection.scalars(ours))


def main() -> None:
    """Do the work that the arguments name, and print what it cost."""
    work = Work(**json.loads(sys.argv[2]))
    sys.stdout.write(json.dumps(asdict(asyncio.run(measure(sys.argv[1], work)))) + "\n")


if __name__ == "__main__":
    main()
