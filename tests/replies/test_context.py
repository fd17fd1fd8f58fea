"""A bare '2' after our question where the other 2 are, and 'I' in a household of several."""

from tests.support.city import QIANFO, headcount
from tests.support.incoming_texts import kinds, says, standing
from tests.support.running import Workplace


async def test_asked_number_is_asked_back_and_sends_an_officer(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, f"1 {headcount(3) - 2}")
    await says(work, "2")
    assert standing(work) == "partly"
    assert kinds(work) == ["confirm_partial", "if_help"]
    await says(work, "2")
    assert standing(work) == "needs_help"


async def test_key_is_a_key_where_nothing_was_asked(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "2")
    assert standing(work) == "needs_help"


async def test_words_for_help_are_help_after_the_question(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, f"1 {headcount(3) - 2}")
    await says(work, "2 求救")
    assert standing(work) == "needs_help"


async def test_one_person_says_nothing_of_the_others(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "我出来了")
    assert standing(work) == "unaccounted"
    await says(work, f"{headcount(3)}个人都出来了")
    assert standing(work) == "evacuated"
