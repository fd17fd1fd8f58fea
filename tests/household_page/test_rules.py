"""Each state and standing has its own words on the household's page, in every language."""

import pytest

from alerting.cap.alert import Status
from alerting.cap.lifecycle import AlertState
from alerting.household_page.rules import banner, headline, record
from alerting.messages.languages import LANGUAGES, Language
from alerting.roll.rules.standing import HouseholdStanding, People, Standing, StandingReason

SPOKEN = list(LANGUAGES.values())
PEOPLE = {
    Standing.UNACCOUNTED: People(unaccounted=5),
    Standing.PARTLY: People(unaccounted=2, elsewhere=1, evacuated=2),
    Standing.NEEDS_HELP: People(needs_help=5),
    Standing.STAYING: People(staying=4, evacuated=1),
    Standing.ELSEWHERE: People(elsewhere=5),
    Standing.EVACUATED: People(evacuated=5),
}
NUMBERS = {
    Standing.UNACCOUNTED: "",
    Standing.PARTLY: "32",
    Standing.NEEDS_HELP: "",
    Standing.STAYING: "4",
    Standing.ELSEWHERE: "5",
    Standing.EVACUATED: "5",
}


def stands(standing: Standing, *, verified: bool = False) -> HouseholdStanding:
    return HouseholdStanding(
        standing, PEOPLE[standing], verified, False, StandingReason.OWN_WORD, None
    )


@pytest.mark.parametrize("language", SPOKEN, ids=lambda language: language.name)
class TestInEveryLanguage:
    def test_exercise_and_test_have_a_banner(self, language: Language) -> None:
        assert banner(language, Status.ACTUAL) == ""
        drill, test = banner(language, Status.EXERCISE), banner(language, Status.TEST)
        assert len({drill, test, ""}) == 3

    def test_closed_and_expired_share_a_headline(self, language: Language) -> None:
        said = {
            state: headline(language, state) for state in set(AlertState) - {AlertState.PROPOSED}
        }
        assert len(set(said.values())) == 4
        assert said[AlertState.CLOSED] == said[AlertState.EXPIRED]

    @pytest.mark.parametrize("standing", Standing)
    def test_record_contains_the_numbers_of_people(
        self, language: Language, standing: Standing
    ) -> None:
        said = record(language, stands(standing))
        assert "".join(char for char in said if char.isdigit()) == NUMBERS[standing]

    def test_each_standing_reads_differently(self, language: Language) -> None:
        assert len({record(language, stands(each)) for each in Standing}) == len(Standing)

    def test_record_says_if_a_call_for_help_sends_nobody(self, language: Language) -> None:
        heard, unheard = (
            record(language, stands(Standing.NEEDS_HELP), sends_help=sends)
            for sends in (True, False)
        )
        assert heard != unheard
        assert "110" in unheard

    def test_verified_standing_is_marked(self, language: Language) -> None:
        claimed = record(language, stands(Standing.EVACUATED))
        verified = record(language, stands(Standing.EVACUATED, verified=True))
        assert verified.startswith(claimed)
        assert verified != claimed


def test_some_words_in_chinese_and_english_are_as_agreed() -> None:
    assert headline(LANGUAGES["zh"], AlertState.OPEN) == "立即撤离"
    assert headline(LANGUAGES["en"], AlertState.CANCELLED) == "CANCELLED: no need to leave"
    partly = stands(Standing.PARTLY)
    assert record(LANGUAGES["zh"], partly) == "您家3人安全。还差2人，在哪里？"
    assert record(LANGUAGES["en"], partly) == "3 safe. 2 still missing: where are they?"
