"""Every language has all words of a report, with the same placeholders."""

from datetime import timedelta
from string import Formatter

import pytest

from alerting.cap.lifecycle import AlertState
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.registry import OMITTED_FROM_LOG
from alerting.messages.languages import LANGUAGES
from alerting.messages.places import Places
from alerting.messages.text import HOME_LANGUAGE
from alerting.report.sending import Stage
from alerting.report.tables import PARTS
from alerting.report.words import Words
from tests.support.city import NOW, POLICY


def fields(template: str) -> set[str]:
    return {name.split(".")[0] for _, name, _, _ in Formatter().parse(template) if name}


def words(code: str) -> Words:
    return Words(code, POLICY.alert.zone, Places({}))


@pytest.mark.parametrize("code", LANGUAGES)
def test_language_has_every_word_with_its_placeholders(code: str) -> None:
    home, other = LANGUAGES[HOME_LANGUAGE].report, LANGUAGES[code].report
    assert home.keys() == other.keys()
    assert {name: fields(text) for name, text in home.items()} == {
        name: fields(text) for name, text in other.items()
    }
    assert {*PARTS, *Stage, *(f"state_{state}" for state in AlertState)} <= other.keys()


@pytest.mark.parametrize("code", LANGUAGES)
def test_language_has_words_for_every_kind_of_event(code: str) -> None:
    assert set(LANGUAGES[code].events) == {str(kind) for kind in set(EventKind) - OMITTED_FROM_LOG}


def test_times_are_local_and_durations_are_words() -> None:
    assert words("zh").day(NOW) == "2026年8月29日 13:10"
    assert (words("en").clock(NOW), words("en").clock(None)) == ("13:10", "")
    assert words("zh").lasting(timedelta(minutes=42, seconds=59)) == "42分钟"
    assert words("en").lasting(timedelta(hours=2, minutes=5)) == "2 h 5 min"


def test_unknown_names_are_shown_as_they_are() -> None:
    assert (words("en").kind("pigeon"), words("en").event("moon.risen")) == ("pigeon", "moon.risen")
    assert (words("en").place("511921"), words("en").place("")) == ("511921", "")
