from typing import Any

import pytest

from alerting.drill.progress.log_entries import words_for
from tests.support.simulated_city import NEXT_VILLAGE, VILLAGE, city_of, event

TOWN = VILLAGE[:9]
CITY = city_of()


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (
            event(
                "officer.not_woken", f"grid-{VILLAGE}", told=[f"commander-{TOWN}", f"duty-{TOWN}"]
            ),
            "千佛村: the grid officer could not be woken; told: commander, duty officer of 诺江镇",
        ),
        (
            event("officer.not_woken", f"informant-{VILLAGE}", told=[]),
            "千佛村: the informant could not be woken; nobody is above",
        ),
        (
            event("village.dark", "", division=NEXT_VILLAGE),
            "元顶村: the village is dark, its doors are knocked on at once",
        ),
        (
            event("provider.down", "", provider="twilio"),
            "the provider twilio is down; another one sends, if there is one",
        ),
        (event("provider.up", "", provider="twilio"), "the provider twilio works again"),
        (
            event(
                "approval.asked",
                "",
                cause="wider_area",
                divisions=[VILLAGE, NEXT_VILLAGE],
                asked=TOWN,
            ),
            "2 places more wait for the word of 诺江镇: 千佛村、元顶村",
        ),
        (
            event("approval.asked", "", cause="proposed_alert", divisions=[VILLAGE], asked=TOWN),
            "an alert for 千佛村 is proposed, and waits for the word of 诺江镇",
        ),
        (
            event("approval.passed_on", "", asked=TOWN),
            "nobody has decided on more places: 诺江镇 is asked",
        ),
        (event("approval.lapsed", ""), "the proposal has lapsed"),
        (event("approval.declined", ""), "the proposal is declined"),
        (
            event("roll_call.called", "", number=1, households=2100, people=5400, by_phone=2000),
            "roll-call 1: 2,100 households, 5,400 people are asked again; 2,000 households by text",
        ),
        (
            event("roll_call.ended", "", number=1, answered=2050, missed=50),
            "roll-call 1 ends: 2,050 households have answered, 50 have missed it",
        ),
        (
            event("alert.reopened", "", reasons={"people_unaccounted": 120}),
            "the alert is open again: 120 people unaccounted",
        ),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_log_entry_becomes_a_journal_sentence(told: dict[str, Any], words: str) -> None:
    assert words_for(told, CITY) == words


@pytest.mark.parametrize("kind", ["task.opened", "help.called", "officer.confirmed", "new.kind"])
def test_frequent_log_entries_have_no_sentence(kind: str) -> None:
    assert words_for(event(kind, ""), CITY) is None


def test_at_most_three_places_are_named() -> None:
    cause = "adjacent_villages"
    asked = event("approval.asked", "", cause=cause, divisions=[VILLAGE] * 4, asked=TOWN)
    words = words_for(asked, CITY)
    assert words == "4 places more wait for the word of 诺江镇: 千佛村、千佛村、千佛村..."
