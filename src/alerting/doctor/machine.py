"""Check this machine: compare its clock with other clocks, and test that it can make PDFs."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from sqlalchemy import Connection, text

from alerting.doctor.finding import Finding, Part, failure, good, warning
from alerting.errors import NoFontsError, TooLongError
from alerting.runtime import wall_clock
from alerting.typesetting.typesetter import Typesetter

_TOLERABLE: Final = timedelta(seconds=2)
"""Largest offset without a warning. HTTP dates have whole seconds, and 1 s more does no harm."""

_HALF_A_SECOND: Final = timedelta(milliseconds=500)

_TOO_MUCH: Final = timedelta(seconds=60)
"""Largest clock offset that is a warning; a larger one is a failure.

Times in texts would be wrong, and other processes would take over leases that are still held.
"""

_REMEDY: Final = "let chrony or systemd-timesyncd set the clock"


def clock_found(other: str, offset: timedelta) -> Finding:
    """Return the finding about this clock's offset; `offset` is negative if it is behind."""
    seconds = abs(offset.total_seconds())
    way = "ahead of" if offset > timedelta(0) else "behind"
    said = f"{seconds:,.1f} s {way} the clock of {other}"
    chinese = f"本机时钟与{other}相差{seconds:,.1f}秒：请用chrony或systemd-timesyncd校时"
    if abs(offset) > _TOO_MUCH:
        return failure(Part.CLOCK, said, _REMEDY, chinese)
    if abs(offset) > _TOLERABLE:
        return warning(Part.CLOCK, said, _REMEDY, chinese)
    return good(Part.CLOCK, f"agrees with {other}", f"本机时钟与{other}一致")


def offset_from(before: datetime, other: datetime, after: datetime) -> timedelta:
    """Return how far this clock is ahead of another, which answered between `before` and `after`.

    The other clock is assumed to be read midway between the two.
    """
    return before + (after - before) / 2 - other


def date_of(header: str) -> datetime | None:
    """Return the middle of an HTTP date's second; None if the date is invalid or has no zone."""
    try:
        dated = parsedate_to_datetime(header)
    except ValueError:
        return None
    return dated + _HALF_A_SECOND if dated.tzinfo else None


def database_offset(connection: Connection) -> timedelta:
    """Return how far this clock is ahead of the PostgreSQL server's clock."""
    before = wall_clock()
    theirs: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return offset_from(before, theirs, wall_clock())


async def paper_finding(typesetter: Typesetter) -> Finding:
    """Return a finding that says whether PDFs can be made; alerts do not need them."""
    try:
        await typesetter.check()
    except NoFontsError as missing:
        said, _, remedy = str(missing).partition(": ")
        return warning(Part.PAPER, f"no PDF can be made: {said}", remedy)
    except TooLongError:
        return warning(
            Part.PAPER,
            "no PDF can be made: the typesetter does not run",
            "install the package anew, and keep 2 GiB of memory free for it",
        )
    return good(Part.PAPER, "reports, rolls and cards can be printed")
