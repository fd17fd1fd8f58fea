"""Structured logs: one JSON object per line, without phone numbers or secrets."""

import logging
import re
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, Final

import structlog
from aiohttp import ClientResponseError, InvalidURL, NonHttpUrlClientError

from contacts.people import mask_phone

_NUMBER: Final = re.compile(r"(?:\+|%2B)\d{8,15}")

_MOST_OF_A_MESSAGE: Final = 200

_OF_AN_ADDRESS: Final = (InvalidURL, NonHttpUrlClientError)


class _Logger(structlog.WriteLogger):
    """Writes log lines; drops those that cannot be written, for example to a full disk.

    A failed log line must not end a loop that sends messages.
    """

    def msg(self, message: str) -> None:
        """Write and flush one line."""
        with suppress(OSError):
            super().msg(message)

    debug = info = warning = error = critical = exception = msg


def mask_numbers(
    _logger: Any, _method: str, entry: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Mask every phone number in all values of an entry."""
    return {key: _masked(value) for key, value in entry.items()}


def failure_told(failure: BaseException) -> str:
    """Return a description of a failure for the log, without secrets.

    The repr of an aiohttp response error contains the request's URL and Authorization header.
    """
    name = type(failure).__name__
    if isinstance(failure, ClientResponseError):
        return f"{name}: status {failure.status}, {failure.message[:_MOST_OF_A_MESSAGE]!r}"
    return name if isinstance(failure, _OF_AN_ADDRESS) else repr(failure)


def configure_logs() -> None:
    """Configure structlog and the standard library's logging to write JSON lines to stderr."""
    shared = (
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    )
    render = (mask_numbers, structlog.processors.JSONRenderer(ensure_ascii=False))
    structlog.configure(
        processors=[*shared, *render],
        logger_factory=lambda: _Logger(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def _masked(value: Any) -> Any:
    text = value if isinstance(value, str | int | float | bool | None) else repr(value)
    if not isinstance(text, str):
        return text
    return _NUMBER.sub(lambda number: mask_phone(number.group()), text)
