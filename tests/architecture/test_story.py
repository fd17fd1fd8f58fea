"""The story of one alert in docs/architecture.md names each file that runs, once."""

import asyncio
import json
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Final

import pytest
from sqlalchemy import select
from websockets.asyncio.client import connect

from alerting.deliveries.rules.delivery import DeliveryState
from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.tables import deliveries
from alerting.replies import read
from tests.support.city import QIANFO, household_code, household_phone
from tests.support.patience import PATIENCE_SECONDS
from tests.support.running import Running

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = ROOT / "src"
DOCUMENT: Final = ROOT / "docs/architecture.md"
PAGE: Final = "alerting/web/src"
MOST_FILES: Final = 49
READ_ALONE: Final = {"alerting/replies/rules/intents.py"}
"""Files in the story whose tables are read but whose functions are not called."""

BEGUN: Final = {DeliveryState.QUEUED, DeliveryState.SENDING}


def _linked(begins: str, ends: str) -> list[str]:
    """Return the paths below src to which a part of the document links, in order."""
    text = DOCUMENT.read_text("utf-8")
    part = text[text.index(begins) : text.index(ends)]
    return re.findall(r"\]\(\.\./src/([^)]+)\)", part)


STORY: Final = _linked("**Raised**", "**Types in these files**")
BESIDE: Final = _linked("**Other files that run**", "**When nobody answers**")
TYPES: Final = re.findall(
    r"^\| `(\w+)` \| \[[\w/.]+\]\(\.\./src/([^)]+)\)", DOCUMENT.read_text("utf-8"), re.MULTILINE
)
"""The types in the document's table, each with the file that defines it."""


class Trace:
    """Records the functions of this project that any thread calls."""

    def __init__(self) -> None:
        self._codes: set[CodeType] = set()

    def __call__(self, frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            self._codes.add(frame.f_code)

    @property
    def files(self) -> set[str]:
        """Return the paths below src of called functions.

        Comprehensions, and bodies of modules and classes, do not count as calls.
        """
        # Iterate over a copy, because threads of the service still add to the set.
        called = self._codes.copy()
        paths = {Path(code.co_filename) for code in called if not code.co_name.startswith("<")}
        return {str(path.relative_to(SOURCE)) for path in paths if path.is_relative_to(SOURCE)}

    @contextmanager
    def on_this_thread(self) -> Iterator[None]:
        sys.setprofile(self)
        try:
            yield
        finally:
            sys.setprofile(None)


def _forget_readings() -> None:
    """Empty the caches of parsed replies, because another test may already have sent a '1'."""
    for each in vars(read).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()


@pytest.fixture
def trace() -> Iterator[Trace]:
    """Trace all threads that start from now on; request this fixture before `service`."""
    _forget_readings()
    trace = Trace()
    threading.setprofile(trace)
    yield trace
    threading.setprofile(None)


async def _answered(service: Running, trace: Trace) -> None:
    """Raise an alert, wait until it is sent, and answer '1' while a board is open."""
    with trace.on_this_thread():
        alert = (await service.raised("informant", QIANFO))["id"]
        texts = select(deliveries.c.state).where(deliveries.c.recipient_kind == Recipient.HOUSEHOLD)
        await service.until(texts, lambda rows: bool(rows) and not BEGUN & {r.state for r in rows})
    url = f"{service.url.replace('http', 'ws', 1)}/api/alerts/{alert}/feed"
    headers = {"Authorization": f"Bearer {service.tokens['commander']}"}
    async with connect(url, additional_headers=headers, compression=None) as board:
        await board.recv()
        with trace.on_this_thread():
            await service.text(household_phone(QIANFO, 1), "1")
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not _shows_evacuated(await board.recv()):
                    pass


def _shows_evacuated(frame: str | bytes) -> bool:
    homes = json.loads(frame).get("households", [])
    return any(
        (h["code"], h["standing"]) == (household_code(QIANFO, 1), "evacuated") for h in homes
    )


def _is_named(file: str) -> bool:
    return any(file == named or (named[-1] == "/" and file.startswith(named)) for named in BESIDE)


@pytest.mark.long
@pytest.mark.sends
async def test_story_names_every_file_that_runs(trace: Trace, service: Running) -> None:
    await _answered(service, trace)
    unnamed = sorted(file for file in trace.files - set(STORY) if not _is_named(file))
    assert not unnamed, f"docs/architecture.md does not name {unnamed}"
    not_called = {file for file in STORY if file.endswith(".py")} - trace.files
    assert not_called == READ_ALONE, f"the story names {sorted(not_called)}, which are not called"


def _imported_by(file: str) -> set[str]:
    """Return the paths below src that a file of the page imports, without their suffixes."""
    path = SOURCE / file
    names = re.findall(r'from "(\.[^"]+)"', path.read_text("utf-8"))
    return {str((path.parent / name).resolve().relative_to(SOURCE)) for name in names}


def test_story_connects_the_page_from_socket_to_headline() -> None:
    """Each file is linked to another one by an import, in either direction."""
    named = [file for file in (*STORY, *BESIDE) if file.endswith((".ts", ".tsx"))]
    imported = {file: _imported_by(file) for file in named}
    reached, left = set[str](), {f"{PAGE}/feed.ts"}
    while left:
        reached |= left
        left = {
            file
            for file in set(named) - reached
            for known in reached
            if Path(file).with_suffix("").as_posix() in imported[known]
            or Path(known).with_suffix("").as_posix() in imported[file]
        }
    assert reached == set(named)
    assert f"{PAGE}/board/headline.tsx" in STORY


def test_story_names_no_file_twice() -> None:
    assert sorted(STORY) == sorted(set(STORY))


def test_story_is_short() -> None:
    assert len(STORY) <= MOST_FILES


def test_types_are_defined_where_the_table_says() -> None:
    assert TYPES
    for name, file in TYPES:
        assert re.search(rf"^class {name}\b", (SOURCE / file).read_text("utf-8"), re.MULTILINE), (
            name
        )
