"""Record evidence; update standings, tallies, door tasks and help cases in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select

from alerting.accounting.evidence import NewEvidence, evidence_of, payload_of
from alerting.alerts.reopen import reopen
from alerting.database.bulk import one_of
from alerting.database.each_row import insert_each
from alerting.doors.tasks import Settled, close_tasks
from alerting.help_cases.follow import follow_cases
from alerting.ledger.writer import Transaction
from alerting.policy.escalation import Step, household_ladder
from alerting.policy.sections import HouseholdAction
from alerting.roll.accounts import Account, StandingChange, accounts, write_standings
from alerting.roll.entries import HouseholdKey
from alerting.roll.rules.follow_up import FollowUp, follow, follow_up_reason
from alerting.roll.rules.persons import fold_persons
from alerting.roll.rules.standing import HouseholdStanding
from alerting.roll.rules.tally import Tally
from alerting.roll.tables import evidence
from alerting.roll.tallies import add_changes

_RECORD: Final = insert_each(each for each in evidence.c if each is not evidence.c.id)

_RECORDED: Final = select(evidence.c.source).where(one_of(evidence.c.source, "sources"))


def record_evidence(
    transaction: Transaction, items: Sequence[NewEvidence]
) -> list[HouseholdStanding | None]:
    """Append evidence to table and log, and update everything derived from it.

    Return one standing per item: the household's new standing, or None if it is not on the roll.
    `source` is the idempotency key: an item whose source is already recorded is skipped.
    """
    transaction.lock(sorted({item.alert for item in items}))
    known = accounts(transaction.connection, {item.key for item in items})
    evidence_by_household = evidence_of(transaction.connection, known)
    new = _unrecorded(transaction.connection, [item for item in items if item.key in known])
    if new:
        rows = [_log(transaction, item, known) for item in new]
        _RECORD.execute(transaction.connection, rows)
    for item in new:
        evidence_by_household[item.key].append(item.evidence)
    standings = {
        key: fold_persons(evidence_by_household[key], account.headcount, account.named)
        for key, account in known.items()
    }
    now = max(item.recorded_at for item in items)
    changed = [(known[key], s) for key, s in standings.items() if s != known[key].standing]
    _close_settled_tasks(transaction, changed, now)
    reopen(transaction, changed, now)
    _store(transaction, changed, now)
    follow_cases(transaction, known, evidence_by_household, now)
    return [standings.get(item.key) for item in items]


def _unrecorded(connection: Connection, items: Sequence[NewEvidence]) -> list[NewEvidence]:
    sources = {item.source: item for item in items}
    recorded = set(connection.execute(_RECORDED, {"sources": list(sources)}).scalars())
    return [item for source, item in sources.items() if source not in recorded]


def _log(
    transaction: Transaction, item: NewEvidence, known: dict[HouseholdKey, Account]
) -> dict[str, Any]:
    row = item.row
    seq = transaction.append(
        item.alert,
        payload_of(row),
        item.recorded_at,
        division=known[item.key].division,
        subject=item.household,
    )
    return row | {"seq": seq}


Changed = tuple[Account, HouseholdStanding]
"""A household's account before the change, and its new standing."""


def _close_settled_tasks(
    transaction: Transaction, changed: Sequence[Changed], now: datetime
) -> None:
    settled = [
        Settled(account.alert, account.household, standing.settled_by)
        for account, standing in changed
        if follow_up_reason(standing) is FollowUp.SETTLED
    ]
    close_tasks(transaction, settled, now)


def _store(transaction: Transaction, changed: Sequence[Changed], now: datetime) -> None:
    """Write new standings, the next escalation step of each household, and the tallies."""
    rules = transaction.policy.household
    ladders = {v: household_ladder(rules, vulnerable=v) for v in (False, True)}
    changes = [
        _change(ladders[bool(account.vulnerable)], account, standing, now)
        for account, standing in changed
    ]
    write_standings(transaction.connection, changes)
    tallies: dict[tuple[int, str], Tally] = {}
    for account, standing in changed:
        key, change = (account.alert, account.division), Tally.change(account.standing, standing)
        tallies[key] = tallies[key] + change if key in tallies else change
    add_changes(transaction.connection, tallies)


def _change(
    ladder: Sequence[Step[HouseholdAction]],
    account: Account,
    standing: HouseholdStanding,
    now: datetime,
) -> StandingChange:
    before, after = follow_up_reason(account.standing), follow_up_reason(standing)
    reachable = account.reachable
    position = follow(before, after, ladder, account.position, now, reachable=reachable)
    return StandingChange(account, standing, position)
