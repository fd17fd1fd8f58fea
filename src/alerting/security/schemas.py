"""JSON bodies of the security log."""

from datetime import datetime
from typing import Annotated, Final, Self

from pydantic import Field

from alerting.security_log.rules import SecurityKind
from alerting.security_log.store import Counted
from contacts.bounds import Body

MOST_LISTED: Final = 100


class SecurityEventBody(Body):
    """Equal security events of one minute."""

    minute: datetime
    """The minute in which they happened, by the machine's clock."""
    kind: SecurityKind
    """The kind that all of them have."""
    division: str
    """The officer's division; empty: it concerns the service as a whole."""
    officer: str
    """The id of the officer whom it concerns; empty: nobody was signed in."""
    sender: str
    """The network address, the machine, or the masked phone that it came from."""
    route: str
    """The method and the route, with placeholders in place of ids and tokens."""
    detail: str
    """The status of the answer, or what was exported, imported or changed."""
    count: int
    """How many."""

    @classmethod
    def of(cls, counted: Counted) -> Self:
        """Return the body for a row."""
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
    """The `offset` of the next page; null: there is none."""
