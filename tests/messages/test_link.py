"""Which texts get a link, how many segments the link may add, and the link's token."""

import math

import pytest

from alerting.messages.link import LENGTH, LETTERS, SAMPLE_TOKEN, as_sent, is_token, link_after
from alerting.messages.speech import SpeechKind
from alerting.messages.text import TextKind, segments
from alerting.policy.policy import HouseholdLink

PAGE = "https://a.example/h/"
LINK = HouseholdLink(PAGE, in_reminders=True)
CHEAP = HouseholdLink(PAGE, in_reminders=False)
COST = 1 + len(PAGE) + LENGTH
LINKED = {TextKind.ALERT, TextKind.REMINDER, TextKind.CORRECTION, TextKind.ROLL_CALL}


def test_token_holds_64_bits_in_at_most_11_letters() -> None:
    assert LENGTH * math.log2(len(set(LETTERS))) >= 64
    assert len(LETTERS) == len(set(LETTERS))
    assert LENGTH <= 11


def test_token_has_no_letter_that_people_confuse() -> None:
    assert set("0O1Il").isdisjoint(LETTERS)


def test_token_letters_take_one_gsm_7_unit_each() -> None:
    assert segments(LETTERS).units == len(LETTERS)
    assert segments(LETTERS).encoding == "GSM-7"


@pytest.mark.parametrize(
    ("text", "can_be"),
    [
        (SAMPLE_TOKEN, True),
        ("2" * LENGTH, True),
        ("x" * (LENGTH - 1), False),
        ("x" * (LENGTH + 1), False),
        ("x" * (LENGTH - 1) + "-", False),
        ("x" * (LENGTH - 1) + "0", False),
        ("x" * LENGTH + "\n", False),
        ("é" * LENGTH, False),
        ("", False),
    ],
)
def test_is_token_checks_length_and_letters(text: str, can_be: bool) -> None:
    assert is_token(text) is can_be


def test_only_texts_that_ask_for_an_answer_have_a_link() -> None:
    kinds = {*TextKind, *SpeechKind}
    assert {kind for kind in kinds if link_after(kind, "去", LINK) == PAGE} == kinds & LINKED


@pytest.mark.parametrize("kind", sorted(LINKED))
@pytest.mark.parametrize(
    ("body", "fits"),
    [
        ("a" * (160 - COST), True),
        ("a" * (161 - COST), False),
        ("去" * (70 - COST), True),
        ("去" * (71 - COST), False),
        ("a" * 161, True),
        ("去" * (134 - COST), True),
        ("去" * (135 - COST), False),
    ],
)
def test_link_is_added_only_if_it_adds_no_segment(kind: str, body: str, fits: bool) -> None:
    assert link_after(kind, body, CHEAP) == (PAGE if fits else None)
    sent = as_sent(kind, body, CHEAP)
    assert sent == (f"{body} {PAGE}{SAMPLE_TOKEN}" if fits else body)
    assert segments(sent).count == segments(body).count


@pytest.mark.parametrize("kind", sorted(LINKED))
def test_link_may_add_the_second_segment_only_in_a_reminder(kind: str) -> None:
    body = "去" * 70
    linked = kind == TextKind.REMINDER
    assert link_after(kind, body, LINK) == (PAGE if linked else None)
    assert segments(as_sent(kind, body, LINK)).count == (2 if linked else 1)


def test_link_never_adds_a_third_segment() -> None:
    full = "去" * (134 - COST)
    assert link_after(TextKind.REMINDER, full, LINK) == PAGE
    assert link_after(TextKind.REMINDER, full + "去", LINK) is None
    assert link_after(TextKind.REMINDER, "去" * 140, LINK) == PAGE


def test_text_has_no_link_without_page_address() -> None:
    assert link_after(TextKind.ALERT, "去", None) is None
    assert as_sent(TextKind.ALERT, "去", None) == "去"
