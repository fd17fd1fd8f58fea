"""The synthetic county of the benches: every household has exactly one phone."""

import asyncio
import csv
import json
import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import aiohttp
from sqlalchemy import Connection, insert, select

from alerting.database.engine import writer_engine
from alerting.drill.service.processes import Processes
from alerting.messages.languages import LANGUAGES
from alerting.migrations.upgrade import migrate
from alerting.runtime import wall_clock
from contacts.division import Tier
from contacts.roster.importing import bazhong_divisions, import_divisions, import_households
from contacts.roster.lines import HouseholdLine, columns
from contacts.roster.synthetic_homes import phone_number
from contacts.sign_in.credentials import issue_token
from contacts.tables import DIVISIONS, OFFICERS

TOWN: Final = "town.db"
_KEY_FILE: Final = "ALERTING_KEY_FILE"
NO_FAULTS: Final = "[]"
HOST: Final = "127.0.0.1"
COUNTY: Final = "511921"
OFFICER: Final = "bench"
HEADCOUNT: Final = 3
REQUEST: Final[dict[str, Any]] = {
    "status": "Actual",
    "event": "滑坡",
    "description": "后山裂缝变宽",
    "instruction": "立即撤离",
    "area": {"divisions": [COUNTY]},
    "assembly_point": "村小学",
}
EXERCISE: Final = REQUEST | {"status": "Exercise", "exercise": {"size": "everybody"}}
_LOOK_SECONDS: Final = 0.05
_MEMORY_FILE_SYSTEMS: Final = frozenset({"tmpfs", "ramfs"})


def household_phone(number: int) -> str:
    """Return the phone of the household with this number, counted from 0."""
    return phone_number(number)


@dataclass(frozen=True)
class Account:
    """Credentials of a Twilio account that only the gateway of this run knows."""

    sid: str = field(default_factory=lambda: f"AC{secrets.token_hex(16)}")
    secret: str = field(default_factory=lambda: secrets.token_hex(16))
    sender: str = "+8610009999999"

    def settings(self) -> dict[str, str]:
        """Return the service's settings for the account."""
        return {
            "ALERTING_TWILIO_ACCOUNT_SID": self.sid,
            "ALERTING_TWILIO_AUTH_TOKEN": self.secret,
            "ALERTING_TWILIO_FROM": self.sender,
        }


def unhurried_sender(folder: Path) -> str:
    """Write a policy whose send rate is too high to limit anything, and return its path."""
    policy = folder / "policy.toml"
    policy.write_text("[sending]\nsegments_per_second = 1e6\n", "utf-8")
    return str(policy)


@contextmanager
def keys_in(folder: Path) -> Iterator[None]:
    """Name a key file in this folder, for this process and the processes that it starts.

    The setting ends with the context: the next database has its own folder and key.
    """
    before = os.environ.get(_KEY_FILE)
    os.environ[_KEY_FILE] = str(folder / "alerting.key")
    try:
        yield
    finally:
        del os.environ[_KEY_FILE]
        if before is not None:
            os.environ[_KEY_FILE] = before


@contextmanager
def workshop() -> Iterator[Path]:
    """Yield a folder on a real disk, which is removed afterwards.

    The key file of its databases is in the folder, whatever key file the caller's settings name.

    Raises:
        RuntimeError: if the folder is in memory, where a commit costs nothing.
    """
    # The system's temporary folder is often in memory; the Python environment is not.
    with TemporaryDirectory(prefix="bench-", dir=sys.prefix) as name:
        folder = Path(name)
        if _file_system(folder) in _MEMORY_FILE_SYSTEMS:
            raise RuntimeError(f"{folder} is in memory: move the checkout to a disk")
        with keys_in(folder):
            yield folder


def fresh_copy(folder: Path) -> Path:
    """Return a fresh copy of the folder's town, and delete the previous copy."""
    database = folder / "alerting.db"
    for left in folder.glob(f"{database.name}*"):
        left.unlink()
    return Path(shutil.copy(folder / TOWN, database))


def found_town(database: Path, households: int) -> str:
    """Create a database with that many households; return the bearer token of its officer."""
    return found_town_at(f"sqlite:///{database}", households)


def found_town_at(url: str, households: int) -> str:
    """Create the town in an empty database of either kind, by its URL."""
    migrate(url)
    engine = writer_engine(url)
    with engine.begin() as connection:
        import_divisions(connection, bazhong_divisions(), now=wall_clock())
        import_households(connection, _roster(connection, households), LANGUAGES, now=wall_clock())
        officer = {"id": OFFICER, "name": OFFICER, "role": "duty_officer", "division": COUNTY}
        connection.execute(insert(OFFICERS), officer)
        token = issue_token(connection, OFFICER, datetime.now(UTC), timedelta(days=1))
    engine.dispose()
    return token


async def until_ready(processes: Processes, name: str, service: str) -> None:
    """Wait until the service at this address is ready, however slow the machine is.

    Raises:
        DrillError: if the named process ends instead.
    """
    async with aiohttp.ClientSession(service) as session:
        while not await _is_ready(session):
            processes.check(name)
            await asyncio.sleep(_LOOK_SECONDS)


async def _is_ready(session: aiohttp.ClientSession) -> bool:
    try:
        async with session.get("/readyz") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


async def start_gateway(
    processes: Processes, folder: Path, account: Account, faults: str, *options: str
) -> str:
    """Start a gateway with these fault rules, as JSON, and options; return its URL."""
    script = folder / "faults.json"
    script.write_text(faults, "utf-8")
    said = await processes.start_and_hear(
        *("gateway", "alerting.drill.gateway", "--faults", str(script)),
        *("--account-sid", account.sid, "--auth-token", account.secret, *options),
    )
    url: str = json.loads(said)["url"]
    return url


async def raise_alert(service: str, token: str) -> None:
    """Raise the alert over HTTP.

    Raises:
        RuntimeError: if the service refuses it.
    """
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(service, headers=headers) as session,
        session.post("/api/alerts", json=REQUEST) as answer,
    ):
        if answer.status != 201:
            raise RuntimeError(await answer.text())


def _roster(connection: Connection, households: int) -> StringIO:
    """Return households assigned to the county's villages in turn, so that no row is hot."""
    villages = connection.scalars(
        select(DIVISIONS.c.code)
        .where(DIVISIONS.c.tier == Tier.VILLAGE, DIVISIONS.c.code.startswith(COUNTY))
        .order_by(DIVISIONS.c.code)
    ).all()
    lines = StringIO()
    writer = csv.writer(lines)
    header = columns(HouseholdLine)
    writer.writerow(header)
    for number, village in zip(range(households), cycle(villages), strict=False):
        place = 1 + number // len(villages)
        home = (f"{village}{place:04d}", village, f"{place}号", f"住户{place:04d}", HEADCOUNT)
        cells = (*home, household_phone(number), "zh")
        writer.writerow((*cells, *[""] * (len(header) - len(cells))))
    lines.seek(0)
    return lines


def _file_system(folder: Path) -> str:
    """Return the type of the file system that holds the folder; empty if unknown."""
    mounts = Path("/proc/mounts")
    lines = mounts.read_text("utf-8").splitlines() if mounts.exists() else []
    kinds = {Path(place): kind for _, place, kind, *_ in map(str.split, lines)}
    return next((kinds[place] for place in (folder, *folder.parents) if place in kinds), "")


async def beside_service(
    folder: Path,
    port: int,
    settings: dict[str, str],
    client: str,
    question: Mapping[str, Any],
    program: tuple[str, ...] = ("alerting", "serve"),
) -> dict[str, float]:
    """Run the service, or another program in its place, and a client's module against it.

    Returns the client's figures.
    """
    processes = Processes(folder, settings)
    try:
        await processes.start("service", *program, "--port", str(port))
        await until_ready(processes, "service", f"http://{HOST}:{port}")
        said = await processes.start_and_hear("client", client, json.dumps(question))
    finally:
        await processes.close()
    found: dict[str, float] = json.loads(said)
    return found
