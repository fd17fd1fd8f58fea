"""Feeds: when they are polled, which addresses may be fetched for them, and their entries.

An entry of an Atom or RSS feed links to a CAP message. Instead of a feed, an address may give a
single CAP message.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from alerting.cap_inbox.rules.tree import UnreadableError, local_name
from alerting.policy.cap_sources import Feed

ATOM: Final = "http://www.w3.org/2005/Atom"

MOST_ENTRIES: Final = 500
"""Maximum number of entries read from a feed; feeds list the newest first."""

_CAP_TYPE: Final = "application/cap+xml"

_XML_TYPES: Final = frozenset({"", "application/xml", "text/xml"})


_LONGEST_WAIT: Final = timedelta(hours=1)
"""Maximum back-off after failures, unless the feed's own interval is longer."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A feed entry: the address of its message, and its time of change or ''."""

    address: str
    changed: str

    @property
    def key(self) -> str:
        """Hash that identifies a processed entry; a changed entry has another key."""
        return hashlib.sha256(f"{self.address}\n{self.changed}".encode()).hexdigest()


def due_at(feed: Feed, polled_at: datetime | None, failures: int, now: datetime) -> datetime:
    """Return when a feed is due next; the interval doubles with each failure, up to an hour."""
    if polled_at is None:
        return now
    wait: timedelta = min(feed.every * 2 ** min(failures, 20), max(_LONGEST_WAIT, feed.every))
    return polled_at + wait


def may_fetch(feed: Feed, address: str) -> bool:
    """Return whether an address may be fetched for a feed.

    The host must be the feed's own or one listed in the policy, so that the author of a feed cannot
    make this service call other hosts (SSRF). A feed with an https address may link only to https
    addresses.
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


def is_message(root: Element) -> bool:
    """Return whether a document is a CAP message instead of a feed."""
    return local_name(root.tag) == "alert"


def entries_in(root: Element, address: str) -> tuple[Entry, ...]:
    """Return the entries of an Atom or RSS feed that was read from `address`.

    Raises:
        UnreadableError: if the document is neither an Atom nor an RSS feed.
    """
    if root.tag == f"{{{ATOM}}}feed":
        found = _of_atom(root)
    elif local_name(root.tag) == "rss":
        found = _of_rss(root)
    else:
        raise UnreadableError(
            local_name(root.tag)[:40], "it is not an Atom feed, an RSS feed or a CAP message"
        )
    entries = (Entry(urljoin(address, link), changed) for link, changed in found if link)
    return tuple(dict.fromkeys(entries))[:MOST_ENTRIES]


def _of_atom(feed: Element) -> Iterator[tuple[str, str]]:
    for entry in feed.iterfind(f"{{{ATOM}}}entry"):
        links = entry.findall(f"{{{ATOM}}}link")
        typed = [(link.get("type", ""), link.get("rel", "alternate"), link) for link in links]
        chosen = [link for kind, _, link in typed if kind == _CAP_TYPE] or [
            link for kind, rel, link in typed if rel == "alternate" and kind in _XML_TYPES
        ]
        changed = (entry.findtext(f"{{{ATOM}}}updated") or "").strip()
        for link in chosen[:1]:
            yield link.get("href", "").strip(), changed


def _of_rss(rss: Element) -> Iterator[tuple[str, str]]:
    for item in rss.iterfind("channel/item"):
        enclosed = [each for each in item.iterfind("enclosure") if each.get("type") == _CAP_TYPE]
        changed = (item.findtext("pubDate") or "").strip()
        if enclosed:
            yield enclosed[0].get("url", "").strip(), changed
        else:
            yield (item.findtext("link") or "").strip(), changed
