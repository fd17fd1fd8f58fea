"""The facts of a report agree with the exported log, and stay within the reader's division."""

from alerting.report.rules.account import Number
from alerting.report.sending import Stage
from alerting.roll.rules.evidence import Report
from tests.report.conftest import HELPED, STAYING
from tests.report.test_export import exported
from tests.support.city import CITY, COUNTY, NEXT_VILLAGE, QIANFO, TOWN, after, household_code
from tests.support.closed_alert import AfterZero
from tests.support.reports import facts_for


async def test_facts_have_the_numbers_and_times_of_ledger_verify(played: AfterZero) -> None:
    _, proof = exported(played)
    facts = facts_for(played)
    assert proof.faults == ()
    assert facts.account == proof.accounts[QIANFO]
    assert facts.reached == proof.reached
    assert facts.chain == proof.head.chain
    assert facts.account.expected == Number(11, 28)


async def test_wider_scope_has_the_sums_of_its_parts(played: AfterZero) -> None:
    facts = facts_for(played, CITY)
    assert list(facts.accounts) == [CITY, COUNTY, TOWN, QIANFO]
    assert len({repr(each) for each in facts.accounts.values()}) == 1


async def test_scope_outside_the_alert_has_no_people_and_no_names(played: AfterZero) -> None:
    facts = facts_for(played, NEXT_VILLAGE)
    assert facts.account.expected == Number(0, 0)
    assert (list(facts.stayed), list(facts.help), list(facts.calls)) == ([], [], [])
    assert not any(QIANFO in code for code in facts.names)


async def test_staying_households_are_named_with_the_officer(played: AfterZero) -> None:
    facts = facts_for(played)
    assert [(each.name, each.people, each.officer) for each in facts.stayed] == [
        (f"住户{STAYING:04d} {STAYING}号", 3, "officer grid")
    ]


async def test_calls_for_help_have_their_times(played: AfterZero) -> None:
    (case,) = facts_for(played).help
    assert case.kept.household == household_code(QIANFO, HELPED)
    assert (case.kept.case.opened_at, case.kept.case.resolved_at) == (after(80), after(290))
    assert case.resolver == "officer grid"


async def test_officers_who_were_called_are_listed_with_their_answers(played: AfterZero) -> None:
    calls = {each.call.officer: each for each in facts_for(played, CITY).calls}
    assert calls["grid"].call.called_at == after(0)
    assert all(each.woken_by == () for each in calls.values())


async def test_each_delivery_is_counted_once(played: AfterZero) -> None:
    sent = facts_for(played, CITY).sent
    assert sum(each.stages[Stage.WAITING] for each in sent) > 0
    assert {each.provider for each in sent} == {""}


async def test_answer_that_comes_after_a_report_is_in_the_next_report(played: AfterZero) -> None:
    before = facts_for(played).account.unaccounted.people
    await played.report(Report.EVACUATED, 3, at=after(950))
    assert facts_for(played).account.unaccounted.people == before - 4
