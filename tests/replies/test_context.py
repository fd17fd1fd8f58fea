"""A '2' after our question about 2 missing people, and 'I am out' from a larger household."""

from tests.support.city import QIANFO, headcount
from tests.support.incoming_texts import kinds, says, standing
from tests.support.running import Workplace


async def test_2_after_our_question_for_2_people_is_a_suspected_call(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, f"1 {headcount(3) - 2}")
    await says(work, "2")
    assert standing(work) == "partly"
    assert kinds(work) == ["confirm_partial", "if_help"]
    await says(work, "2")
    assert standing(work) == "needs_help"


async def test_2_without_our_question_is_a_call_for_help(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "2")
    assert standing(work) == "needs_help"


async def test_words_for_help_after_our_question_are_a_call_for_help(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, f"1 {headcount(3) - 2}")
    await says(work, "2 求救")
    assert standing(work) == "needs_help"


async def test_i_am_out_does_not_account_for_a_larger_household(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    await says(work, "我出来了")
    assert standing(work) == "unaccounted"
    await says(work, f"{headcount(3)}个人都出来了")
    assert standing(work) == "evacuated"
