"""The gateway's record of messages, with their JSON form and list pages."""

import secrets
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import format_datetime
from itertools import islice
from typing import Any, Final

API_VERSION: Final = "2010-04-01"

MAX_VALIDITY_SECONDS: Final = 36000


def new_sid(prefix: str) -> str:
    """Return a new identifier: the prefix and 32 random hexadecimal digits."""
    return prefix + secrets.token_hex(16)


def rfc2822(instant: datetime | None) -> str | None:
    """Return an instant in the form 'Thu, 24 Aug 2023 05:01:45 +0000'; None stays None."""
    return None if instant is None else format_datetime(instant)


@dataclass(slots=True, eq=False, kw_only=True)
class Message:
    """An outbound or inbound text; `validity` is in story seconds, and dates are in real time."""

    sid: str
    account_sid: str
    direction: str
    to: str
    from_: str
    body: str
    segments: int
    status: str
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    error_code: int | None = None
    service_sid: str | None = None
    status_callback: str | None = None
    validity: float = MAX_VALIDITY_SECONDS

    def as_json(self) -> dict[str, Any]:
        """Return the text as JSON with the provider's field names.

        A text that is only accepted by a messaging service has no sender and no segments yet.
        """
        path = f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.sid}"
        chosen = self.status != "accepted"
        return {
            "account_sid": self.account_sid,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": rfc2822(self.created_at),
            "date_sent": rfc2822(self.sent_at),
            "date_updated": rfc2822(self.updated_at),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": None,
            "from": self.from_ if chosen else None,
            "messaging_service_sid": self.service_sid,
            "num_media": "0",
            "num_segments": str(self.segments if chosen else 0),
            "price": None,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{path}/Media.json"},
            "to": self.to,
            "uri": f"{path}.json",
        }


@dataclass(frozen=True)
class Filters:
    """The filters of a list request; an unsent text is filtered by its creation time."""

    to: str | None = None
    from_: str | None = None
    day: date | None = None
    since: datetime | None = None
    until: datetime | None = None

    def admits(self, message: Message) -> bool:
        """Return whether a message matches; both bounds are inclusive and in whole seconds."""
        sent = (message.sent_at or message.created_at).replace(microsecond=0)
        return (
            (self.to is None or message.to == self.to)
            and (self.from_ is None or message.from_ == self.from_)
            and (self.day is None or sent.date() == self.day)
            and (self.since is None or sent >= self.since)
            and (self.until is None or sent <= self.until)
        )


class MessageLog:
    """All messages in order of creation."""

    def __init__(self) -> None:
        self._all: list[Message] = []
        self._by_to: dict[str, list[Message]] = defaultdict(list)
        self._positions: dict[str, int] = {}

    def __iter__(self) -> Iterator[Message]:
        return iter(self._all)

    def add(self, message: Message) -> None:
        """Append a new message."""
        self._positions[message.sid] = len(self._all)
        self._all.append(message)
        self._by_to[message.to].append(message)

    def get(self, sid: str) -> Message | None:
        """Return the message with this identifier; None if there is none."""
        position = self._positions.get(sid)
        return None if position is None else self._all[position]

    def sent_to(self, number: str) -> Sequence[Message]:
        """Return the messages to this number, oldest first."""
        return self._by_to.get(number, [])

    def page(self, filters: Filters, after: str | None, size: int) -> tuple[list[Message], bool]:
        """Return up to `size` matching messages, newest first, and whether older ones follow.

        `after` is the cursor: the id of the previous page's last message. With it, new messages do
        not shift the pages.
        """
        end = len(self._all) if after is None else self._positions.get(after, 0)
        older = (self._all[position] for position in range(end - 1, -1, -1))
        if filters.to is not None:
            mine = self._by_to.get(filters.to, [])
            older = (each for each in reversed(mine) if self._positions[each.sid] < end)
        found = list(islice((each for each in older if filters.admits(each)), size + 1))
        return found[:size], len(found) > size
