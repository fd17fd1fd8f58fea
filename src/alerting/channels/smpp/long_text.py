"""Join the parts of a long text, which may come late, twice, over any connection, or never.

The parts are stored in the database, because a centre may deliver the parts of one text to several
processes.
"""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from alerting.channels.smpp.text import Place, read

# Time for which a part waits for the others before it is acknowledged. A centre that waits for the
# acknowledgement before it sends the next part has its first part passed on as an incomplete text.
JOIN_SECONDS: Final = 5.0

_LOOK_SECONDS: Final = 0.5
"""Interval of polling the database for parts that another process received."""

_MISSING: Final = "…"

_MOST_REMEMBERED: Final = 1_000


@dataclass(frozen=True, slots=True)
class ReceivedText:
    """A text from a phone."""

    message_id: str
    sender: str
    """Sender in E.164, or as received if it is not a phone number."""
    body: str
    """The words, with '…' for each missing part."""
    is_whole: bool = True
    """False if a part is missing."""


OnText = Callable[[ReceivedText], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a long text."""

    message_id: str
    octets: bytes
    data_coding: int
    place: Place


KeepPart = Callable[[str, Part], Awaitable[Sequence[Part]]]
"""Stores a part from a sender, unless it is already stored.

Returns all stored parts with the same sender, reference and total, in the order of arrival.
"""


class LongTexts:
    """The long texts of a centre, whose parts may come to several connections and processes.

    If parts are missing after `join_seconds`, the text is passed on incomplete. If another part
    comes later, the longer text is passed on too. Several processes may pass on the same text,
    with the same id.
    """

    def __init__(self, on_text: OnText, keep: KeepPart, join_seconds: float = JOIN_SECONDS) -> None:
        self._on_text = on_text
        self._keep = keep
        self._join_seconds = join_seconds
        self._arrivals: dict[tuple[str, int, int], asyncio.Event] = {}
        self._passing: OrderedDict[ReceivedText, asyncio.Future[None]] = OrderedDict()

    async def join(self, sender: str, part: Part) -> None:
        """Add a part; return when the text to which it belongs has been passed on.

        Raises:
            Exception: if storing the part or passing on the text fails; the centre then repeats the
                part.
        """
        key = (sender, part.place.reference, part.place.total)
        parts = _text_of(part, await self._keep(sender, part))
        if arrival := self._arrivals.pop(key, None):
            arrival.set()
        deadline = asyncio.get_running_loop().time() + self._join_seconds
        while len(parts) < part.place.total and await self._waits(key, deadline):
            parts = _text_of(part, await self._keep(sender, part))
        await self._pass_on(_received(sender, parts, part.place.total))

    async def _waits(self, key: tuple[str, int, int], deadline: float) -> bool:
        """Wait a short time for another part; return False at once if the deadline has passed."""
        left = deadline - asyncio.get_running_loop().time()
        if left <= 0:
            return False
        arrival = self._arrivals.setdefault(key, asyncio.Event())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(left, _LOOK_SECONDS)):
                await arrival.wait()
        if self._arrivals.get(key) is arrival:
            del self._arrivals[key]
        return True

    async def _pass_on(self, text: ReceivedText) -> None:
        """Pass on a text once; after a failure, pass it on again when a part is repeated."""
        passing = self._passing.get(text)
        if passing is None or _has_failed(passing):
            passing = self._passing[text] = asyncio.ensure_future(self._on_text(text))
            if len(self._passing) > _MOST_REMEMBERED:
                self._passing.popitem(last=False)
        await asyncio.shield(passing)


def _has_failed(passing: asyncio.Future[None]) -> bool:
    return passing.done() and (passing.cancelled() or passing.exception() is not None)


def _text_of(part: Part, kept: Sequence[Part]) -> Mapping[int, Part]:
    """Return the parts of the text to which a part belongs, by part number.

    Phones reuse references. A different part with a number that is already taken begins a new text.
    """
    texts: list[dict[int, Part]] = [{}]
    for each in kept:
        there = texts[-1].get(each.place.number)
        if there is None:
            texts[-1][each.place.number] = each
        elif there.octets != each.octets:
            texts.append({each.place.number: each})
    of_part = (text for text in reversed(texts) if _has(text, part))
    return next(of_part, {part.place.number: part})


def _has(text: Mapping[int, Part], part: Part) -> bool:
    there = text.get(part.place.number)
    return there is not None and there.octets == part.octets


def _received(sender: str, parts: Mapping[int, Part], total: int) -> ReceivedText:
    """Return the text from the parts received so far.

    Adjacent parts are decoded together, because a character such as an emoji may be split between
    them.
    """
    there = [parts.get(number) for number in range(1, total + 1)]
    runs = groupby(there, lambda part: part.data_coding if part else None)
    body = "".join(_read_run(list(run)) for _, run in runs)
    first, is_whole = parts[min(parts)].message_id, len(parts) == total
    message_id = first if is_whole else f"{first}-{len(parts)}"
    return ReceivedText(message_id, sender, body, is_whole)


def _read_run(run: list[Part | None]) -> str:
    """Return the decoded text of adjacent parts with one data coding; None is a missing part."""
    parts = [part for part in run if part]
    if not parts:
        return _MISSING * len(run)
    return read(b"".join(part.octets for part in parts), parts[0].data_coding)
