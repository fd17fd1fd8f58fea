"""Calls for help as cases: what the evidence makes of them, and whose they are as time goes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from alerting.core.evidence import Evidence
from alerting.core.help_case import CaseReason, CaseState, HelpCase, help_case, owner
from alerting.storage.help_case_rows import KeptCase, Key, cases_due, cases_of, keep
from alerting.storage.help_texts import tell_owners
from alerting.storage.ledger import Transaction
from alerting.storage.roll import Entry

PASSED_ON: Final = "help.passed_on"
_EVENTS: Final = {
    CaseReason.CALLED: "help.called",
    CaseReason.CALLED_AGAIN: "help.called_again",
    CaseReason.OFFICERS_REPORT: "help.resolved",
}


def follow_cases(
    transaction: Transaction,
    known: Mapping[Key, Entry],
    said: Mapping[Key, Sequence[Evidence]],
    now: datetime,
) -> None:
    """Keep the cases of these households as all that was said of them makes them.

    What changes is an entry of the alert's log. Whoever owns a case is told when it opens, and
    when a word that came late makes it theirs.
    """
    made = {
        key: case
        for key, entry in known.items()
        if (case := help_case(said[key], entry.headcount, entry.places))
    }
    if not made:
        return
    before = cases_of(transaction.connection, made)
    changed = [
        _owned(transaction, known[key], case, now)
        for key, case in made.items()
        if key not in before or before[key].case != case
    ]
    logged = [(kept, _log(transaction, _EVENTS[kept.case.reason], kept, now)) for kept in changed]
    keep(transaction.connection, logged, before)
    news = [kept for kept in changed if kept.is_open and not _was_theirs(before, kept)]
    tell_owners(transaction, news, now)


def pass_on(transaction: Transaction, now: datetime, most: int) -> int:
    """Give cases whose time has come to the next tier and tell it; return how many."""
    due = cases_due(transaction, now, most)
    passed = [_passed_on(transaction, kept, now) for kept in due]
    logged = [(kept, _log(transaction, PASSED_ON, kept, now)) for kept in passed]
    keep(transaction.connection, logged, {kept.key for kept in due})
    tell_owners(transaction, passed, now)
    return len(passed)


def _owned(transaction: Transaction, entry: Entry, case: HelpCase, now: datetime) -> KeptCase:
    rules = transaction.policy.help_case
    whose = owner(rules, entry.household, case.opened_at, case.resolved_at or now)
    passes_at = whose.passes_on_at if case.state is CaseState.OPEN else None
    return KeptCase(entry.alert, entry.household, entry.division, case, whose.division, passes_at)


def _passed_on(transaction: Transaction, kept: KeptCase, now: datetime) -> KeptCase:
    whose = owner(transaction.policy.help_case, kept.household, kept.case.opened_at, now)
    return replace(kept, owner=whose.division, passes_at=whose.passes_on_at)


def _was_theirs(before: Mapping[Key, KeptCase], kept: KeptCase) -> bool:
    """Whether it was open, and its owner's, already."""
    was = before.get(kept.key)
    return was is not None and was.is_open and was.owner == kept.owner


def _log(transaction: Transaction, kind: str, kept: KeptCase, now: datetime) -> int:
    return transaction.append(
        kept.alert,
        kind,
        now,
        division=kept.division,
        subject=kept.household,
        payload={
            "owner": kept.owner,
            "opened_at": kept.case.opened_at.isoformat(),
            "resolved_by": kept.case.resolved_by,
        },
    )
