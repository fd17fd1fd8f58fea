"""Parsing XML from outside: encodings, limits, and refused constructs."""

import pytest

from alerting.cap_inbox.rules.tree import MOST_BYTES, UnreadableError, local_name, read_tree

WORD = "滑坡警报"


def declared(encoding: str, text: str = WORD) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?><alert>{text}</alert>'


@pytest.mark.parametrize(
    ("raw", "charset"),
    [
        (declared("UTF-8").encode(), None),
        (f"<alert>{WORD}</alert>".encode(), None),
        (declared("UTF-8").encode("utf-8-sig"), None),
        (declared("UTF-16").encode("utf-16"), None),
        (declared("UTF-16").encode("utf-16-be"), None),
        (declared("GB18030").encode("gb18030"), None),
        (declared("gb2312").encode("gb2312"), None),
        (declared("GBK").encode("gbk"), None),
        (f"<alert>{WORD}</alert>".encode("gb18030"), "GB18030"),
        # RFC 7303: the header overrides the declaration, and a byte order mark overrides both.
        (declared("ISO-8859-1").encode(), "utf-8"),
        (declared("UTF-8").encode("utf-8-sig"), "iso-8859-1"),
    ],
)
def test_each_encoding_is_read(raw: bytes, charset: str | None) -> None:
    assert read_tree(raw, charset).text == WORD


def test_western_encodings_are_read_as_declared() -> None:
    assert read_tree(declared("ISO-8859-1", "Überflutung").encode("latin-1")).text == "Überflutung"
    assert read_tree(declared("windows-1252", "€").encode("cp1252")).text == "€"
    # UTF-8 that is declared as Latin-1 is read as Latin-1, because it is also valid Latin-1.
    assert read_tree(declared("ISO-8859-1", "é").encode()).text == "Ã©"


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (declared("UTF-8", "é").encode("latin-1"), "byte 45 is not utf-8"),
        (declared("US-ASCII", "é").encode(), "is not ascii"),
        (declared("UTF-16").encode(), "'UTF-16'"),
        (
            declared("EBCDIC-CP-FR").encode(),
            "the encoding 'EBCDIC-CP-FR' is unknown or not supported; send UTF-8",
        ),
        (declared("rot13").encode(), "'rot13'"),
        (b"\xff\xfe<", "is not utf-16-le"),
        (b"", "not well-formed XML"),
        (b"no xml", "not well-formed XML"),
        (b"<alert>", "not well-formed XML"),
        (b"<alert>&auml;</alert>", "not well-formed XML"),
        (b"<alert>\0</alert>", "not well-formed XML"),
        (b"<alert>&#0;</alert>", "not well-formed XML"),
        (b"<alert>\xed\xa0\x80</alert>", "is not utf-8"),
        (b"<a/><b/>", "not well-formed XML"),
        (b"<x:a/>", "not well-formed XML"),
        (b"<!DOCTYPE alert><alert/>", "DOCTYPE"),
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>', "DOCTYPE"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "DOCTYPE"),
        (b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;]><a/>', "DOCTYPE"),
        (
            b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">'
            b'<!ENTITY c "&b;&b;&b;&b;&b;">]><a>&c;</a>',
            "DOCTYPE",
        ),
        (b"<a>" * 33, "32 levels"),
        (b"<a>" + b"<b/>" * 20_000 + b"</a>", "20,000 elements"),
        (b"<a>" + b"x" * 400_001 + b"</a>", "a: it is longer than 400,000 characters"),
        (b"<a>" + b" " * MOST_BYTES + b"</a>", "larger than 1,048,576 bytes"),
    ],
)
def test_unsupported_documents_are_refused(raw: bytes, problem: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read_tree(raw)
    assert problem in str(refused.value)


def test_comments_and_processing_instructions_are_not_text() -> None:
    raw = b"<a>out<!-- not --><?not this?> <![CDATA[<all>]]></a>"
    assert read_tree(raw).text == "out <all>"


def test_local_name_has_no_namespace() -> None:
    assert [local_name("{urn:x}info"), local_name("info")] == ["info", "info"]
