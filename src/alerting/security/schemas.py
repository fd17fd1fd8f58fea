"""JSON bodies of the security log."""

from datetime import datetime
from typing import Annotated, Final, Self

from pydantic import Field

from alerting.security_log.rules import SecurityKind
from alerting.security_log.store import Counted
from contacts.bounds import Body

MOST_LISTED: Final = 100


class SecurityEventBody(Body):
    """Equal security events within one minute."""

    minute: datetime
    """The start of the minute, by the machine's clock."""
    kind: SecurityKind
    """The kind of the events."""
    division: str
    """The officer's division; empty if the events concern the service as a whole."""
    officer: str
    """The id of the officer concerned; empty if nobody was signed in."""
    sender: str
    """Where the events came from: a network address, a machine, or a masked phone."""
    route: str
    """The HTTP method and the route, with placeholders for ids and tokens."""
    detail: str
    """The response status, or what was exported, imported or changed."""
    count: int
    """The number of events."""

    @classmethod
    def of(cls, counted: Counted) -> Self:
        """Return a counted event as one flat object."""
        event = counted.event
        return cls(
            minute=counted.minute,
            kind=event.kind,
            division=event.division,
            officer=event.officer,
            sender=event.sender,
            route=event.route,
            detail=event.detail,
            count=counted.count,
        )


class SecurityEventsBody(Body):
    """A page of the security log, the newest first."""

    events: Annotated[list[SecurityEventBody], Field(max_length=MOST_LISTED)]
    """The events."""
    next_offset: int | None
    """The `offset` of the next page; null on the last page."""
