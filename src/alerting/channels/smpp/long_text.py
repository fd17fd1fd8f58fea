"""Joining of a long text's parts, which may come late, twice, on any connection, or never."""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from alerting.channels.smpp.text import Place, read

# Time that the parts of a long text wait for each other. No part is acknowledged earlier, so a
# centre that sends one part at a time delivers the first part as an incomplete text.
JOIN_SECONDS: Final = 5.0

_MISSING: Final = "…"

_MOST_REMEMBERED: Final = 1_000

_REMEMBERED_SECONDS: Final = 600.0
"""Time in which late and repeated parts are recognised; phones use a reference again later."""


@dataclass(frozen=True, slots=True)
class ReceivedText:
    """A text from a phone."""

    message_id: str
    sender: str
    """E.164, or as received if it is no phone number."""
    body: str
    """Has '…' for each missing part."""
    is_whole: bool = True
    """False if a part is missing."""


OnText = Callable[[ReceivedText], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a long text."""

    message_id: str
    octets: bytes
    data_coding: int


class LongTexts:
    """The long texts of a centre, whichever connection their parts come over.

    Parts that time out are passed on as an incomplete text. A part that comes later is joined with
    those already passed on, and the text is passed on again.
    """

    def __init__(self, on_text: OnText, join_seconds: float = JOIN_SECONDS) -> None:
        self._on_text = on_text
        self._join_seconds = join_seconds
        self._texts: OrderedDict[tuple[str, int, int], _LongText] = OrderedDict()

    async def join(self, sender: str, place: Place, part: Part) -> None:
        """Take a part; return when the text it belongs to has been passed on.

        Raises:
            Exception: what passing it on raises; the centre then sends the part again.
        """
        text = self._text_of((sender, place.reference, place.total), place.number, part)
        text.parts[place.number] = part
        if not text.is_whole:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._join_seconds):
                    await text.no_longer_waits.wait()
        if text.passing is None or text.has_failed() or text.passed < len(text.parts):
            text.passed = len(text.parts)
            text.passing = asyncio.ensure_future(self._on_text(text.received(sender)))
            text.no_longer_waits.set()
        await asyncio.shield(text.passing)

    def _text_of(self, key: tuple[str, int, int], number: int, part: Part) -> "_LongText":
        """Return the text that a part belongs to: a new one if the part's place is taken."""
        now = asyncio.get_running_loop().time()
        text = self._texts.get(key)
        there = text.parts.get(number) if text else None
        is_another = there is not None and there.octets != part.octets
        if text is None or is_another or now > text.began + _REMEMBERED_SECONDS:
            there = None
            text = self._texts[key] = _LongText(key[2], now)
        self._texts.move_to_end(key)
        if len(self._texts) > _MOST_REMEMBERED:
            self._texts.popitem(last=False)
        if text.passing and not there:
            # It was incomplete: this part waits for the rest as the first one did.
            text.no_longer_waits = asyncio.Event()
        return text


class _LongText:
    """The parts of a text received so far."""

    def __init__(self, total: int, began: float) -> None:
        self._total = total
        self.began = began
        self.parts: dict[int, Part] = {}
        self.no_longer_waits = asyncio.Event()
        self.passing: asyncio.Future[None] | None = None
        """Ends when the text has been passed on; all parts are acknowledged then."""
        self.passed = 0
        """Number of parts in what was passed on last."""

    @property
    def is_whole(self) -> bool:
        return len(self.parts) >= self._total

    def has_failed(self) -> bool:
        """Whether passing it on has failed, so that a repeated part tries again."""
        passing = self.passing
        return bool(
            passing and passing.done() and (passing.cancelled() or passing.exception() is not None)
        )

    def received(self, sender: str) -> ReceivedText:
        """Return the text so far; parts side by side are decoded together.

        A character, such as an emoji, may be split between two parts.
        """
        there = [self.parts.get(number) for number in range(1, self._total + 1)]
        runs = groupby(there, lambda part: part.data_coding if part else None)
        body = "".join(_read_run(list(run)) for _, run in runs)
        first = self.parts[min(self.parts)].message_id
        message_id = first if self.is_whole else f"{first}-{len(self.parts)}"
        return ReceivedText(message_id, sender, body, self.is_whole)


def _read_run(run: list[Part | None]) -> str:
    """Decode parts of one data coding together; None stands for a missing part."""
    parts = [part for part in run if part]
    if not parts:
        return _MISSING * len(run)
    return read(b"".join(part.octets for part in parts), parts[0].data_coding)
