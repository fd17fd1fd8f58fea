"""Feeds: due times, allowed addresses, and entries that link to messages."""

from datetime import timedelta

import pytest

from alerting.cap_inbox.rules.feeds import (
    MOST_ENTRIES,
    Entry,
    due_at,
    entries_in,
    is_message,
    may_fetch,
)
from alerting.cap_inbox.rules.tree import UnreadableError, read_tree
from alerting.policy.cap_sources import Feed
from tests.support.cap_documents import simple
from tests.support.city import NOW

ADDRESS = "https://cap.example/feeds/alerts.atom"
CAP_TYPE = 'type="application/cap+xml"'


def atom(*links: str, updated: str = "") -> str:
    changed = f"<updated>{updated}</updated>" if updated else ""
    entries = "".join(f"<entry><id>x</id>{changed}{each}</entry>" for each in links)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{entries}</feed>'


def addresses(document: str) -> list[str]:
    return [each.address for each in entries_in(read_tree(document.encode()), ADDRESS)]


@pytest.mark.parametrize(
    ("link", "address"),
    [
        (f'<link {CAP_TYPE} href="https://cap.example/1.xml"/>', "https://cap.example/1.xml"),
        (f'<link {CAP_TYPE} href="1.xml"/>', "https://cap.example/feeds/1.xml"),
        ('<link href=" /1.xml "/>', "https://cap.example/1.xml"),
        ('<link type="text/xml" rel="alternate" href="/1"/>', "https://cap.example/1"),
        (f'<link href="/page"/><link rel="x" {CAP_TYPE} href="/1"/>', "https://cap.example/1"),
    ],
)
def test_atom_entry_gives_the_address_of_its_message(link: str, address: str) -> None:
    assert addresses(atom(link)) == [address]


def test_links_to_html_pages_are_ignored() -> None:
    page = '<link type="text/html" href="/1.html"/>'
    assert addresses(atom(page, '<link rel="self" href="/1"/>', "<link/>", "")) == []


def test_rss_item_gives_the_address_of_its_message() -> None:
    items = (
        "<item><link>https://cap.example/1</link></item>"
        "<item><link>/page</link>"
        '<enclosure type="application/cap+xml" url="/2.xml"/></item><item/>'
    )
    rss = f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'
    assert addresses(rss) == ["https://cap.example/1", "https://cap.example/2.xml"]


def test_changed_entry_has_a_new_key() -> None:
    link = '<link href="/1"/>'
    document = atom(link, link, updated="2026-08-29T05:10:00Z")
    (entry,) = entries_in(read_tree(document.encode()), ADDRESS)
    assert entry.changed == "2026-08-29T05:10:00Z"
    assert entry.key != Entry(entry.address, "").key


def test_number_of_entries_is_limited() -> None:
    links = [f'<link href="/{number}"/>' for number in range(MOST_ENTRIES + 1)]
    assert len(addresses(atom(*links))) == MOST_ENTRIES


def test_other_documents_are_refused_as_feeds() -> None:
    assert is_message(read_tree(simple().encode()))
    assert not is_message(read_tree(atom().encode()))
    with pytest.raises(UnreadableError, match="html: it is not an Atom feed"):
        addresses("<html/>")


def feed(url: str = "https://cap.example/a.atom", every: float = 60, *hosts: str) -> Feed:
    return Feed.model_validate({"name": "province", "url": url, "every": every, "hosts": hosts})


@pytest.mark.parametrize(
    ("every", "failures", "seconds"),
    [(60, 0, 60), (60, 1, 120), (60, 3, 480), (60, 9, 3600), (60, 10_000, 3600), (7200, 9, 7200)],
)
def test_interval_doubles_with_each_failure(every: float, failures: int, seconds: int) -> None:
    due = due_at(feed(every=every), NOW, failures, NOW)
    assert due == NOW + timedelta(seconds=seconds)


def test_feed_that_was_never_polled_is_due() -> None:
    assert due_at(feed(), None, 0, NOW) == NOW


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("https://cap.example/1.xml", True),
        ("https://CAP.example/1.xml", True),
        ("https://files.example:8443/1.xml", True),
        ("http://cap.example/1.xml", False),
        ("https://cap.example:8443/1.xml", False),
        ("https://files.example/1.xml", False),
        ("https://cap.example.evil.example/1.xml", False),
        ("https://cap.example@evil.example/1.xml", False),
        ("https://user@cap.example/1.xml", False),
        ("https://169.254.169.254/latest", False),
        ("https://localhost/1.xml", False),
        ("file:///etc/passwd", False),
        ("ftp://cap.example/1.xml", False),
        ("https://[cap.example/1.xml", False),
        ("https://cap.example:x/1.xml", False),
        ("", False),
    ],
)
def test_only_addresses_on_allowed_hosts_are_fetched(address: str, may: bool) -> None:
    assert may_fetch(feed("https://cap.example/a.atom", 60, "files.example:8443"), address) is may


def test_http_feed_may_link_to_https() -> None:
    plain = feed("http://cap.example/a.atom")
    assert may_fetch(plain, "http://cap.example/1.xml")
    assert may_fetch(plain, "https://cap.example/1.xml")
