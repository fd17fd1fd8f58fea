"""Which texts a link follows, and what it looks like."""

import math

import pytest

from alerting.messages.link import LENGTH, LETTERS, SAMPLE_TOKEN, is_token, link_after
from alerting.messages.speech import SpeechKind
from alerting.messages.text import TextKind, append_link, segments

PAGE = "https://a.example/h/"
ROOM = 70 - len(PAGE) - LENGTH - 1
LINKED = {TextKind.ALERT, TextKind.REMINDER, TextKind.CORRECTION, TextKind.ROLL_CALL}


def test_a_token_cannot_be_guessed_and_is_short() -> None:
    assert LENGTH * math.log2(len(set(LETTERS))) >= 70
    assert len(LETTERS) == len(set(LETTERS))
    assert LENGTH <= 16


def test_no_sign_of_a_token_costs_more_than_one_unit() -> None:
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
def test_what_can_be_a_token(text: str, can_be: bool) -> None:
    assert is_token(text) is can_be


@pytest.mark.parametrize("kind", [*TextKind, *SpeechKind])
def test_only_what_a_household_is_to_answer_has_a_link(kind: str) -> None:
    assert (link_after(kind, "去", PAGE) == PAGE) is (kind in LINKED)


@pytest.mark.parametrize(("length", "fits"), [(ROOM, True), (ROOM + 1, False), (71, True)])
def test_it_is_there_where_it_costs_no_segment(length: int, fits: bool) -> None:
    body = "去" * length
    assert link_after(TextKind.ALERT, body, PAGE) == (PAGE if fits else None)
    linked = append_link(body, PAGE + "0" * LENGTH)
    assert (linked != body) is fits
    assert segments(linked).count == segments(body).count


def test_without_a_page_there_is_none() -> None:
    assert link_after(TextKind.ALERT, "去", None) is None
