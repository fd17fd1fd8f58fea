"""When a feed is polled again, and which addresses may be fetched for it."""

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from alerting.policy.cap_sources import Feed

_LONGEST: Final = timedelta(hours=1)
"""The longest back-off, unless the feed's own interval is longer."""


def due_at(feed: Feed, polled_at: datetime | None, failures: int, now: datetime) -> datetime:
    """Return when a feed is due: its interval doubles with each failure, up to an hour."""
    if polled_at is None:
        return now
    wait: timedelta = min(feed.every * 2 ** min(failures, 20), max(_LONGEST, feed.every))
    return polled_at + wait


def may_fetch(feed: Feed, address: str) -> bool:
    """Return whether an address may be fetched for a feed.

    Its host must be the feed's own or one that the policy lists, so that nobody who writes the feed
    makes this service call others. A feed that is read over TLS may lead only to addresses with
    TLS.
    """
    try:
        asked, own = urlsplit(address), urlsplit(feed.url)
        _ = asked.port
    except ValueError:
        return False
    schemes = {"https"} if own.scheme == "https" else {"http", "https"}
    if asked.scheme not in schemes or asked.username is not None or asked.password is not None:
        return False
    return asked.netloc.lower() in {own.netloc.lower(), *feed.hosts}
