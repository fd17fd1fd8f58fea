"""Errors by which this service refuses a request; `alerting.api.refusals` gives their status.

AlertingError
├── NotFoundError      nothing of that name within the caller's divisions
├── ForbiddenError     the caller's role does not do this
├── InvalidError       a field of the request is invalid; `field` names it
├── TooManyError       the same caller asked too often; it may be retried later
├── ConflictError      the request is sound but not possible now; `reasons` says why not
│   ├── AlreadyOpenError   an alert for the same hazard point is open; to be confirmed
│   └── DoubtfulError      what is to be stored is unlikely; to be confirmed
├── NoFontsError       this machine has no font for a document
└── TooLongError       a document cannot be made within its limits

LedgerClosedError      nothing can be written now
└── ReadOnlyError      this process never writes
"""


class AlertingError(Exception):
    """A request that was refused; the text names the field and the remedy."""

    def __init__(self, message: str = "", chinese: str | None = None) -> None:
        super().__init__(*([message] if message else []))
        self.chinese = chinese
        """The same text in Chinese, where there is one."""


class NotFoundError(AlertingError):
    """There is no such thing within your divisions."""


class ForbiddenError(AlertingError):
    """Your role does not do this."""


class InvalidError(AlertingError):
    """A field of the request is invalid."""

    def __init__(self, field: str, message: str, chinese: str | None = None) -> None:
        super().__init__(f"{field}: {message}", chinese)
        self.field = field


class TooManyError(AlertingError):
    """This was asked too often: try again in a minute."""


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
    """This is unlikely, and is stored once it is confirmed."""


class NoFontsError(AlertingError):
    """No font on this machine has these characters; the text names them and the remedy."""


class TooLongError(AlertingError):
    """The document cannot be made within 60 s and 2 GiB: print a smaller division."""


class LedgerClosedError(Exception):
    """The service is stopping and takes no more facts; try again when it is back."""


class ReadOnlyError(LedgerClosedError):
    """This service only shows a copy; alerts are raised, answered and reported at the real one."""
