"""The language of answers to a browser."""

import pytest
from starlette.requests import HTTPConnection

from alerting.access.browser import language_of, reader_language


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "zh"),
        ("en", "en"),
        ("en-GB", "en"),
        ("EN-us", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-US,en;q=0.9,zh-CN;q=0.8", "en"),
        ("zh;q=0.3, en;q=0.7", "en"),
        ("en;q=0.3,zh-Hans-CN;q=0.7", "zh"),
        ("fr,en;q=0.1", "en"),
        ("en;q=0", "zh"),
        ("en;q=0,zh;q=0", "zh"),
        ("fr,de;q=0.5", "zh"),
        ("*", "zh"),
        ("en; q=0.5 , zh ; q=0.4", "en"),
        ("en;q=nonsense", "zh"),
        (";;,,q=1", "zh"),
        ("ii,bo", "zh"),
    ],
)
def test_preferred_supported_language_is_used(accepted: str, language: str) -> None:
    headers = [(b"accept-language", accepted.encode())]
    assert language_of(HTTPConnection({"type": "http", "headers": headers})) == language


def test_missing_header_gives_the_home_language() -> None:
    assert language_of(HTTPConnection({"type": "http", "headers": []})) == "zh"


@pytest.mark.parametrize(("asked", "language"), [("en", "en"), ("", "es"), ("xx", "es")])
def test_lang_parameter_overrides_the_preferred_language(asked: str, language: str) -> None:
    spanish = HTTPConnection({"type": "http", "headers": [(b"accept-language", b"es")]})
    assert reader_language(spanish, asked) == language
