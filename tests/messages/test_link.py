"""The texts that get a link, and the link's token."""

import math

import pytest

from alerting.messages.link import LENGTH, LETTERS, SAMPLE_TOKEN, append_link, is_token, link_after
from alerting.messages.speech import SpeechKind
from alerting.messages.text import TextKind, segments

PAGE = "https://a.example/h/"
ROOM = 70 - len(PAGE) - LENGTH - 1
LINKED = {TextKind.ALERT, TextKind.REMINDER, TextKind.CORRECTION, TextKind.ROLL_CALL}


def test_token_has_at_least_70_bits_and_at_most_16_letters() -> None:
    assert LENGTH * math.log2(len(set(LETTERS))) >= 70
    assert len(LETTERS) == len(set(LETTERS))
    assert LENGTH <= 16


def test_token_letters_cost_one_unit_each() -> None:
    assert segments(LETTERS).units == len(LETTERS)
    assert segments(LETTERS).encoding == "GSM-7"


@pytest.mark.parametrize(
    ("text", "can_be"),
    [
        (SAMPLE_TOKEN, True),
        ("0" * LENGTH, True),
        ("x" * (LENGTH - 1), False),
        ("x" * (LENGTH + 1), False),
        ("x" * (LENGTH - 1) + "-", False),
        ("x" * LENGTH + "\n", False),
        ("é" * LENGTH, False),
        ("", False),
    ],
)
def test_is_token_checks_length_and_letters(text: str, can_be: bool) -> None:
    assert is_token(text) is can_be


@pytest.mark.parametrize("kind", [*TextKind, *SpeechKind])
def test_only_texts_that_want_an_answer_have_a_link(kind: str) -> None:
    assert (link_after(kind, "去", PAGE) == PAGE) is (kind in LINKED)


@pytest.mark.parametrize(("length", "fits"), [(ROOM, True), (ROOM + 1, False), (71, True)])
def test_link_is_added_only_within_the_same_segments(length: int, fits: bool) -> None:
    body = "去" * length
    assert link_after(TextKind.ALERT, body, PAGE) == (PAGE if fits else None)
    linked = append_link(body, PAGE + "0" * LENGTH)
    assert (linked != body) is fits
    assert segments(linked).count == segments(body).count


def test_no_page_address_means_no_link() -> None:
    assert link_after(TextKind.ALERT, "去", None) is None
