"""Conditional requests are answered with 304 if the client has the content."""

from datetime import UTC, datetime

import pytest

from alerting.cap_messages.conditional import Content, answer

CHANGED = datetime(2022, 8, 28, 19, 12, 30, 500_000, tzinfo=UTC)
CONTENT = Content(b"<feed/>", CHANGED)
SAME, OTHER = CONTENT.etag, '"other"'
AT_CHANGE = "Sun, 28 Aug 2022 19:12:30 GMT"
BEFORE = "Sun, 28 Aug 2022 19:12:29 GMT"


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 200),
        ({"if-none-match": SAME}, 304),
        ({"if-none-match": f"W/{SAME}"}, 304),
        ({"if-none-match": f"{OTHER}, {SAME}"}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": OTHER}, 200),
        ({"if-modified-since": AT_CHANGE}, 304),
        ({"if-modified-since": BEFORE}, 200),
        ({"if-modified-since": "yesterday"}, 200),
        ({"if-modified-since": "Sun, 28 Aug 2022 19:12:30 -0000"}, 200),
        # If-None-Match overrides If-Modified-Since.
        ({"if-none-match": OTHER, "if-modified-since": AT_CHANGE}, 200),
    ],
)
def test_client_that_has_the_content_gets_304(asked: dict[str, str], status: int) -> None:
    got = answer(CONTENT, asked, "text/xml", "no-cache")
    assert got.status_code == status
    assert got.body == (b"" if status == 304 else b"<feed/>")
    assert got.headers["etag"] == SAME
    assert got.headers["last-modified"] == AT_CHANGE
    assert got.headers["cache-control"] == "no-cache"


def test_different_bytes_have_different_etags() -> None:
    assert Content(b"<feed />", CHANGED).etag != SAME
