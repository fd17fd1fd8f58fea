"""The page of texts is generated; the usual texts fit one segment with usual names."""

from functools import cache

import pytest

from alerting.messages.languages import LANGUAGES
from alerting.messages.link import as_sent
from alerting.messages.text import TextKind, segments
from scripts.texts_page import LINK, PAGE, Names, names_in, page, text

NAMES = cache(names_in)
CALLING = (TextKind.ALERT, TextKind.REMINDER)


def test_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "run 'python scripts/texts_page.py'"


def test_every_kind_has_a_row_in_every_language() -> None:
    rows = [line.split(" | ")[0].removeprefix("| ") for line in page().splitlines()]
    for kind in TextKind:
        assert rows.count(kind) == len(LANGUAGES)


@pytest.mark.parametrize("kind", CALLING)
@pytest.mark.parametrize("language", LANGUAGES)
def test_usual_names_take_one_segment_and_the_longest_two(language: str, kind: TextKind) -> None:
    usual, longest = NAMES(language)
    assert segments(text(kind, language, usual)).count == 1
    assert segments(text(kind, language, longest)).count <= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_reminder_with_its_link_takes_two_segments(language: str) -> None:
    for names in NAMES(language):
        sent = as_sent(TextKind.REMINDER, text(TextKind.REMINDER, language, names), LINK)
        assert LINK.page in sent
        assert segments(sent).count == 2


def test_longest_names_are_longer_than_usual_ones() -> None:
    def length(names: Names) -> int:
        return sum(map(len, names))

    for language in LANGUAGES:
        usual, longest = NAMES(language)
        assert length(longest) > length(usual)
