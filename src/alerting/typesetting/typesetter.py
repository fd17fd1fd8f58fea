"""Runs the typesetting program for one document at a time, and raises its refusals."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import structlog

from alerting.errors import NoFontsError, TooLongError
from alerting.typesetting import program

log = structlog.get_logger()

NO_FONTS: Final = (
    "no font on this machine has {missing}: install one with Chinese, on Debian the package "
    "fonts-noto-cjk, or set ALERTING_FONTS to a folder with one"
)

MOST_SECONDS: Final = 300.0
"""The wall-clock limit in seconds for a document.

It is much longer than the program's limit on processor time, because a long document may wait for
processors for minutes on a busy machine.
"""

_SHARED: Final = "base"
"""The template that all others start with; by itself it gives an empty page."""

_SAMPLE: Final = "户ñ"


class Template(StrEnum):
    """The templates for documents."""

    REPORT = "report"
    CARDS = "cards"
    ROLL = "roll"


class Typesetter:
    """Makes PDFs one at a time, each in a process of its own."""

    def __init__(self, fonts: Path | None = None, most_seconds: float = MOST_SECONDS) -> None:
        self._fonts = fonts
        self._most_seconds = most_seconds
        self._one_at_a_time = asyncio.Lock()

    async def pdf(self, template: Template, data: Mapping[str, Any], at: datetime) -> bytes:
        """Return a PDF/A made from `data`, with `at` as its creation time.

        Raises:
            NoFontsError: if no font has the characters.
            TooLongError: if typesetting takes too long or too much memory.
        """
        return await self._typeset(template, data, int(at.timestamp()))

    async def check(self) -> None:
        """Check that the program runs and finds fonts for Chinese and Latin letters.

        Raises:
            NoFontsError: if there are no such fonts.
            TooLongError: if the program fails or takes too long.
        """
        await self._typeset(_SHARED, {"sample": _SAMPLE}, 0)

    async def _typeset(self, template: str, data: Mapping[str, Any], at: int) -> bytes:
        fonts = str(self._fonts) if self._fonts else None
        job = {"template": template, "data": data, "fonts": fonts, "at": at}
        async with self._one_at_a_time:
            code, output = await self._run(json.dumps(job).encode())
        if code == program.REFUSED:
            raise NoFontsError(NO_FONTS.format(missing=json.loads(output)["missing"]))
        if code:
            log.error("typesetting failed", template=template, code=code)
            raise TooLongError
        return output

    async def _run(self, job: bytes) -> tuple[int, bytes]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", program.__file__),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(self._most_seconds):
                output, _ = await process.communicate(job)
        except TimeoutError:
            raise TooLongError from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return process.returncode or 0, output
