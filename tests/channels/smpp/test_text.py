"""Texts are split into segments and decoded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.channels.smpp.text import UDH_INDICATOR, Place, find_header, read, split_header, write
from alerting.messages.text import segments

GSM = "Leave now! £5 §3 {[north]} ~ €\n"
CHINESE = "立即撤离到村小学。"


@pytest.mark.parametrize(
    ("text", "coding", "octets"),
    [
        ("now", 0, b"now"),
        ("@§{", 0, b"\x00\x5f\x1b\x28"),
        ("撤", 8, b"\x64\xa4"),
        ("🏫", 8, b"\xd8\x3c\xdf\xeb"),
        ("`", 8, b"\x00`"),
    ],
)
def test_one_segment_has_no_header(text: str, coding: int, octets: bytes) -> None:
    written = write(text, 7)
    assert (written.data_coding, written.esm_class, written.parts) == (coding, 0, (octets,))
    assert read(octets, coding) == text


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("a" * 160, [160]),
        ("a" * 161, [153 + 6, 8 + 6]),
        ("a" * 152 + "{" * 5, [152 + 6, 10 + 6]),
        ("撤" * 70, [140]),
        ("撤" * 71, [134 + 6, 8 + 6]),
        ("撤" * 66 + "🏫" * 3, [132 + 6, 12 + 6]),
    ],
)
def test_segments_are_filled_without_cutting_a_character(text: str, lengths: list[int]) -> None:
    written = write(text, 7)
    assert [len(part) for part in written.parts] == lengths


@given(
    st.text(st.sampled_from(GSM + CHINESE + "🏫"), min_size=1, max_size=400)
    | st.text(st.sampled_from(GSM), min_size=1, max_size=800),
    st.integers(0, 255),
)
def test_text_round_trips_in_the_predicted_number_of_segments(text: str, reference: int) -> None:
    written = write(text, reference)
    assert len(written.parts) == segments(text).count
    if len(written.parts) == 1:
        assert read(written.parts[0], written.data_coding) == text
        return
    assert written.esm_class == UDH_INDICATOR
    split = [split_header(part) for part in written.parts]
    assert [place for place, _ in split] == [
        Place(reference, number, len(split)) for number in range(1, len(split) + 1)
    ]
    assert "".join(read(body, written.data_coding) for _, body in split) == text


@pytest.mark.parametrize(
    ("octets", "coding", "text"),
    [
        (b"1 4", 0, "1 4"),
        (b"1", 0xF1, "1"),
        (b"1\xe9", 3, "1é"),
        (b"1", 1, "1"),
        (b"\x00", 8, "\N{REPLACEMENT CHARACTER}"),
        (b"2\xff", 0, "2\N{REPLACEMENT CHARACTER}"),
        (b"", 8, ""),
        ("求助".encode("utf-16-be"), 0x18, "求助"),
        ("求助".encode("utf-16-be"), 0x19, "求助"),
        ("求助".encode("utf-16-be"), 0x48, "求助"),
        ("求助".encode("utf-16-be"), 0xE0, "求助"),
        (b"\xff\xfe" + "求助".encode("utf-16-le"), 8, "求助"),
        (b"\xfe\xff" + "求助".encode("utf-16-be"), 8, "求助"),
        ("求助".encode("gb18030"), 15, "求助"),
        ("求助".encode("gb18030"), 0, "求助"),
        ("求助".encode(), 0, "求助"),
        ("求助".encode(), 4, "求助"),
        ("求助".encode("gb18030"), 0xF5, "求助"),
        (b"2 help", 0x14, "2 help"),
        (b"2\x00", 0x10, "2@"),
        (b"1 \xe9", 0xF4, "1 \N{REPLACEMENT CHARACTER}"),
    ],
)
def test_text_is_decoded_in_any_data_coding_without_losing_the_rest(
    octets: bytes, coding: int, text: str
) -> None:
    assert read(octets, coding) == text


@pytest.mark.parametrize(
    ("header", "place"),
    [
        ("050003a70201", Place(0xA7, 1, 2)),
        ("06080412340302", Place(0x1234, 2, 3)),
        ("0b05040b8423f0000309" + "0201", Place(9, 1, 2)),
        ("06050415811581", None),
        ("0400030201", None),
        ("0100", None),
        ("00", None),
        ("", None),
    ],
)
def test_header_gives_the_position_of_the_part(header: str, place: Place | None) -> None:
    assert split_header(bytes.fromhex(header) + b"1") == ((place, b"1") if header else (None, b""))


@pytest.mark.parametrize(
    ("octets", "place"),
    [
        (b"\x05\x00\x03\xa7\x02\x01", Place(0xA7, 1, 2)),
        (b"\x06\x08\x04\x12\x34\x03\x02", Place(0x1234, 2, 3)),
        (b"\x05\x00\x03\xa7\x02\x03", None),
        (b"help", None),
    ],
)
def test_header_without_its_flag_is_recognised_by_its_octets(
    octets: bytes, place: Place | None
) -> None:
    rest = b"1" if place else octets + b"1"
    assert find_header(octets + b"1", is_flagged=False) == (place, rest)
