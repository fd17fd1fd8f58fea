"""When feeds are polled, and which addresses may be fetched for them."""

from datetime import timedelta

import pytest

from alerting.cap_inbox.rules.polling import due_at, may_fetch
from alerting.policy.cap_sources import Feed
from tests.support.city import NOW


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
def test_only_hosts_of_the_policy_are_fetched_from(address: str, may: bool) -> None:
    assert may_fetch(feed("https://cap.example/a.atom", 60, "files.example:8443"), address) is may


def test_feed_without_tls_may_lead_to_tls() -> None:
    plain = feed("http://cap.example/a.atom")
    assert may_fetch(plain, "http://cap.example/1.xml")
    assert may_fetch(plain, "https://cap.example/1.xml")
