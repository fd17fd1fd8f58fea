"""Evidence opens, resolves and reopens help cases."""

import itertools
import json
from collections.abc import Sequence
from datetime import datetime

import pytest
from sqlalchemy import Engine

from alerting.accounting.audit import verify
from alerting.accounting.evidence import NewEvidence, evidence_of
from alerting.help_cases.follow import pass_on_help_cases
from alerting.help_cases.rules import CaseReason, CaseState, HelpCase, help_case
from alerting.ledger.events.households import HelpCalled
from alerting.roll.rules.evidence import Report
from tests.support.city import QIANFO, TOWN, after, headcount, household_code
from tests.support.help_calls import (
    HELP,
    OUT,
    called_out,
    help_events,
    kept_case,
    kinds,
    look,
    say,
    told,
    word,
    write,
)

HOME = household_code(QIANFO, 3)
OPEN, RESOLVED = CaseState
VILLAGE_TOLD = [
    ("grid", "websocket"),
    ("grid", "sms"),
    ("informant", "websocket"),
    ("informant", "sms"),
]


@pytest.fixture
def called(engine: Engine) -> Engine:
    """Store an alert in which household 3 of Qianfo calls for help at second 60."""
    called_out(engine)
    say(engine, word(HELP, after(60)))
    return engine


def test_call_opens_a_case_owned_by_the_village(called: Engine) -> None:
    kept = kept_case(called)
    assert kept is not None
    assert kept.case == HelpCase(OPEN, CaseReason.CALLED, after(60))
    assert (kept.division, kept.owner, kept.passes_at) == (QIANFO, QIANFO, after(360))
    assert told(called) == VILLAGE_TOLD
    opened, _ = help_events(called)
    assert (opened.kind, opened.at, opened.division) == ("help.called", after(60), QIANFO)
    assert opened.subject == HOME
    called_at = HelpCalled(owner=QIANFO, opened_at=after(60), resolved_by=None)
    assert HelpCalled.read(opened.payload) == called_at


def test_repeated_call_keeps_one_case(called: Engine) -> None:
    before = kept_case(called)
    say(called, word(HELP, after(90)))
    say(called, word(HELP, after(95), by="grid"))
    assert kept_case(called) == before
    assert kinds(called) == ["help.called"]
    assert told(called) == VILLAGE_TOLD


def test_reports_without_a_call_for_help_open_no_case(engine: Engine) -> None:
    called_out(engine)
    say(engine, word(OUT, after(60)), word(Report.STAYING, after(60), number=4))
    assert kept_case(engine) is kept_case(engine, 4) is None
    assert help_events(engine) == []


def test_households_own_later_answer_does_not_resolve_the_case(called: Engine) -> None:
    say(called, word(OUT, after(90)))
    kept = kept_case(called)
    assert kept is not None
    assert kept.case == HelpCase(OPEN, CaseReason.CALLED, after(60))
    assert kinds(called) == ["help.called"]


def test_officers_report_resolves_the_case_in_their_name(called: Engine) -> None:
    say(called, word(OUT, after(400), by="grid"))
    kept = kept_case(called)
    assert kept is not None
    assert kept.case == HelpCase(
        RESOLVED, CaseReason.OFFICERS_REPORT, after(60), after(400), "grid"
    )
    assert (kept.owner, kept.passes_at) == (TOWN, None)
    assert kinds(called) == ["help.called", "help.resolved"]
    assert json.loads(help_events(called)[-1].payload)["resolved_by"] == "grid"
    assert told(called) == VILLAGE_TOLD


def test_resolved_case_keeps_the_owner_at_the_time_of_the_report(called: Engine) -> None:
    say(called, word(OUT, after(200), by="grid", recorded_at=after(900)))
    kept = kept_case(called)
    assert kept is not None
    assert (kept.case.resolved_at, kept.owner) == (after(200), QIANFO)


def test_new_call_reopens_the_case_and_restarts_its_time(called: Engine) -> None:
    say(called, word(OUT, after(400), by="grid"))
    say(called, word(HELP, after(1000)))
    kept = kept_case(called)
    assert kept is not None
    assert kept.case == HelpCase(OPEN, CaseReason.CALLED_AGAIN, after(1000))
    assert (kept.owner, kept.passes_at) == (QIANFO, after(1300))
    assert kinds(called) == ["help.called", "help.resolved", "help.called_again"]
    assert told(called) == VILLAGE_TOLD * 2


def test_call_recorded_late_opens_the_case_with_a_higher_owner(engine: Engine) -> None:
    called_out(engine)
    say(engine, word(HELP, after(60), recorded_at=after(400)))
    kept = kept_case(engine)
    assert kept is not None
    assert (kept.owner, kept.passes_at) == (TOWN, after(660))
    assert told(engine) == [("commander", "websocket"), ("commander", "sms")]


def test_earlier_call_recorded_later_passes_the_case_on(called: Engine) -> None:
    say(called, word(HELP, after(0), recorded_at=after(310)))
    kept = kept_case(called)
    assert kept is not None
    assert (kept.case.opened_at, kept.owner) == (after(0), TOWN)
    assert told(called)[len(VILLAGE_TOLD) :] == [("commander", "websocket"), ("commander", "sms")]
    say(called, word(HELP, after(-5), recorded_at=after(311)))
    assert len(told(called)) == len(VILLAGE_TOLD) + 2


def test_call_recorded_after_the_report_that_resolves_it_notifies_nobody(engine: Engine) -> None:
    called_out(engine)
    say(engine, word(OUT, after(90), by="grid"))
    say(engine, word(HELP, after(60), recorded_at=after(120)))
    kept = kept_case(engine)
    assert kept is not None
    assert (kept.case.state, kept.case.resolved_by) == (RESOLVED, "grid")
    assert kinds(engine) == ["help.resolved"]
    assert told(engine) == []


RECORDED = after(2000)
HISTORIES: list[list[tuple[Report, datetime, str]]] = [
    [(HELP, after(60), ""), (OUT, after(90), "grid")],
    [(HELP, after(60), ""), (OUT, after(60), "grid"), (OUT, after(70), "")],
    [(HELP, after(60), ""), (OUT, after(90), "grid"), (HELP, after(120), "")],
    [(HELP, after(60), ""), (HELP, after(120), ""), (Report.STAYING, after(90), "informant")],
    [(OUT, after(60), "grid"), (HELP, after(60), ""), (OUT, after(50), "informant")],
]


@pytest.mark.parametrize("history", HISTORIES)
def test_order_of_arrival_does_not_change_the_case(
    engine: Engine, history: Sequence[tuple[Report, datetime, str]]
) -> None:
    called_out(engine)
    found = set()
    for number, order in enumerate(itertools.permutations(history), start=1):
        for report, given_at, by in order:
            say(engine, _on(number, report, given_at, by))
        found.add(_as_folded(engine, number))
    assert len(found) == 1
    assert look(engine, verify).differences == ()


def _on(number: int, report: Report, given_at: datetime, by: str) -> NewEvidence:
    if by:
        return word(report, given_at, by=by, number=number, recorded_at=RECORDED)
    return word(report, given_at, number=number, recorded_at=RECORDED)


def _as_folded(engine: Engine, number: int) -> tuple[HelpCase, str, datetime | None]:
    """Check that the stored case equals the fold of its evidence; return it with owner and time."""
    kept = kept_case(engine, number)
    assert kept is not None
    said = look(engine, lambda db: evidence_of(db, [kept.key]))[kept.key]
    assert kept.case == help_case(said, headcount(number), frozenset())
    return kept.case, kept.owner, kept.passes_at


def test_passing_on_is_logged_with_the_new_owner(called: Engine) -> None:
    assert write(called, lambda tx: pass_on_help_cases(tx, after(360), 10)) == 1
    passed = next(row for row in help_events(called) if row.kind == "help.passed_on")
    assert (passed.at, passed.division, passed.subject) == (after(360), QIANFO, HOME)
    assert json.loads(passed.payload)["owner"] == TOWN
    kept = kept_case(called)
    assert kept is not None
    assert kept.case == HelpCase(OPEN, CaseReason.CALLED, after(60))


def test_cases_are_passed_on_in_bounded_batches(called: Engine) -> None:
    say(called, *(word(HELP, after(60 + n), number=n) for n in (4, 5)))
    assert [write(called, lambda tx: pass_on_help_cases(tx, after(400), 2)) for _ in range(3)] == [
        2,
        1,
        0,
    ]
