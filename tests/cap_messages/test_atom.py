"""The feed is Atom (RFC 4287) in pages (RFC 5005), with CAP elements in each entry."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

from alerting.cap.document import write
from alerting.cap_messages.atom import PAGE, PublicMessage, Source, pages
from tests.cap.test_document import CHINESE, MESSAGE

ATOM = "{http://www.w3.org/2005/Atom}"
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
SOURCE = Source("https://alerts.example.org", "alerts.example.org")
AT = datetime(2022, 8, 28, 19, 12, tzinfo=UTC)


def listed(count: int, headline: str | None = None) -> list[PublicMessage]:
    info = replace(CHINESE, headline=headline)
    document = write(replace(MESSAGE, infos=(info,))).decode()
    return [PublicMessage(f"m{n}", AT - timedelta(minutes=n), document) for n in range(count)]


def made(count: int, headline: str | None = None) -> list[ET.Element]:
    return [ET.fromstring(page) for page in pages(SOURCE, listed(count, headline), AT)]


def links(feed: ET.Element) -> dict[str, str]:
    return {each.attrib["rel"]: each.attrib["href"] for each in feed.findall(ATOM + "link")}


def test_empty_feed_is_one_page_with_its_time_of_change() -> None:
    (feed,) = made(0)
    address = "https://alerts.example.org/feeds/alerts.atom"
    assert feed.tag == ATOM + "feed"
    assert feed.findtext(ATOM + "id") == address
    assert feed.findtext(ATOM + "updated") == "2022-08-28T19:12:00Z"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "alerts.example.org"
    assert links(feed) == {"self": address, "first": address, "last": address}
    assert feed.findall(ATOM + "entry") == []


def test_entry_links_its_document_and_repeats_cap_elements() -> None:
    (feed,) = made(1)
    entry = feed.find(ATOM + "entry")
    assert entry is not None
    address = "https://alerts.example.org/feeds/cap/m0.xml"
    assert entry.findtext(ATOM + "id") == address
    assert entry.findtext(ATOM + "title") == "滑坡 · 诺江镇千佛村"
    assert entry.findtext(ATOM + "updated") == "2022-08-28T19:12:00Z"
    assert entry.findtext(ATOM + "summary") == "立即撤离"
    link = entry.find(ATOM + "link")
    assert link is not None
    assert link.attrib == {"rel": "alternate", "type": "application/cap+xml", "href": address}
    told = {each.tag.removeprefix(CAP): each.text for each in entry if each.tag.startswith(CAP)}
    assert told == {
        "status": "Actual",
        "msgType": "Alert",
        "scope": "Public",
        "category": "Geo",
        "event": "滑坡",
        "responseType": "Evacuate",
        "urgency": "Immediate",
        "severity": "Extreme",
        "certainty": "Observed",
        "expires": "2022-08-30T03:12:30+08:00",
        "areaDesc": "诺江镇千佛村",
    }


def test_headline_is_the_title_if_there_is_one() -> None:
    (feed,) = made(1, "千佛村<立即>撤离")
    assert feed.findtext(f"{ATOM}entry/{ATOM}title") == "千佛村<立即>撤离"


def test_pages_link_to_their_neighbours() -> None:
    first, second, third = made(2 * PAGE + 1)
    address = "https://alerts.example.org/feeds/alerts.atom"
    assert links(first) == {
        "self": address,
        "first": address,
        "last": f"{address}?page=3",
        "next": f"{address}?page=2",
    }
    assert links(second)["previous"] == address
    assert links(second)["next"] == links(second)["last"] == f"{address}?page=3"
    assert "next" not in links(third)
    found = [page.findall(ATOM + "entry") for page in (first, second, third)]
    assert [len(entries) for entries in found] == [PAGE, PAGE, 1]
    assert third.findtext(f"{ATOM}entry/{ATOM}id") == (
        f"https://alerts.example.org/feeds/cap/m{2 * PAGE}.xml"
    )
    assert {page.findtext(ATOM + "id") for page in (first, second, third)} == {address}


def test_full_last_page_is_not_followed_by_an_empty_one() -> None:
    assert len(made(PAGE)) == 1
