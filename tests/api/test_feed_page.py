"""The feed's HTML page shows every message and kind of event, and loads nothing."""

import gzip
import html
import re

import pytest

from alerting.api.event_fields import fields_of
from alerting.api.feed_document import CLOSES
from alerting.api.feed_page import HEADERS
from alerting.ledger.events.registry import OMITTED_FROM_LOG, PAYLOADS
from tests.support.api_documents import DOCUMENTS


@pytest.fixture(scope="module")
def page() -> str:
    return gzip.decompress(DOCUMENTS.feed_page).decode()


def test_each_kind_of_event_has_its_fields(page: str) -> None:
    sections = page.split('<h3 id="')[1:]
    shown = {section.partition('"')[0]: section for section in sections}
    assert set(shown) == {str(kind) for kind in PAYLOADS if kind not in OMITTED_FROM_LOG}
    for kind, payload in PAYLOADS.items():
        if kind in shown:
            names = re.findall(r"<tr><td><code>(\w+)</code>", shown[kind])
            assert names == [field.name for field in fields_of(payload)], kind


def test_page_shows_frames_and_close_codes(page: str) -> None:
    for name in ("snapshot", "frame", "heartbeat", "reset", "alert"):
        assert f"<h3><code>{name}</code></h3>" in page
    for code, why in CLOSES.items():
        assert f"<dt>{code}</dt><dd>{why}</dd>" in html.unescape(page)


def test_page_loads_nothing_from_elsewhere(page: str) -> None:
    assert re.findall(r"(?:src|href)=\"(?!/|#)", page) == []
    assert HEADERS["Content-Security-Policy"].startswith("default-src 'none'")
