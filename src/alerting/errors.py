"""Errors that refuse a request; `alerting.api.refusals` maps them to HTTP statuses.

AlertingError
├── NotFoundError      no such thing within the caller's divisions
├── ForbiddenError     the caller's role does not allow this
├── InvalidError       a field of the request is invalid; `field` names it
├── TooManyError       the caller sent too many requests; a retry may succeed later
├── ConflictError      the request is valid but not possible now; `reasons` tell why
│   ├── AlreadyOpenError   an open alert is in the way; may need a confirmation
│   └── DoubtfulError      the data is unlikely; needs a confirmation
├── NoFontsError       this machine has no font for a document
└── TooLongError       a document cannot be made within its limits

LedgerClosedError      nothing can be written now
└── ReadOnlyError      this process never writes
"""


class AlertingError(Exception):
    """The request was refused; the message tells what to change."""

    def __init__(self, message: str = "", chinese: str | None = None) -> None:
        super().__init__(*([message] if message else []))
        self.chinese = chinese
        """The message in Chinese, if there is a translation."""


class NotFoundError(AlertingError):
    """There is no such thing within your divisions."""


class ForbiddenError(AlertingError):
    """Your role does not allow this."""


class InvalidError(AlertingError):
    """A field of the request is invalid."""

    def __init__(self, field: str, message: str, chinese: str | None = None) -> None:
        super().__init__(f"{field}: {message}", chinese)
        self.field = field


class TooManyError(AlertingError):
    """Too many requests: try again in a minute."""


class ConflictError(AlertingError):
    """This cannot be done now."""

    def __init__(
        self, message: str, reasons: tuple[str, ...] = (), chinese: str | None = None
    ) -> None:
        super().__init__(message, chinese)
        self.reasons = reasons


class AlreadyOpenError(ConflictError):
    """An alert is open there."""


class DoubtfulError(ConflictError):
    """This is unlikely, and will be stored only if you confirm it."""


class NoFontsError(AlertingError):
    """No font on this machine has these characters; the message names them and the remedy."""


class TooLongError(AlertingError):
    """The document cannot be made within 60 s and 2 GiB: print a smaller division."""


class LedgerClosedError(Exception):
    """The service is stopping and stores nothing more; try again when it is back."""


class ReadOnlyError(LedgerClosedError):
    """This service is a read-only copy; use the original service to raise, answer and report."""
