"""Open and resolve help cases, pass them on when their time is up, and text their owners."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy import Connection

from alerting.deliveries.outbox import Plan
from alerting.deliveries.places import place_name
from alerting.deliveries.plan import notify_in_parts
from alerting.help_cases.rules import CaseReason, CaseState, HelpCase, help_case, owner
from alerting.help_cases.store import KeptCase, cases_due, cases_of, keep
from alerting.help_cases.tell_groups import tell_groups_of_cases
from alerting.ledger.alerts import StoredAlert, stored
from alerting.ledger.events.households import (
    HelpCalled,
    HelpCalledAgain,
    HelpCaseChanged,
    HelpPassedOn,
    HelpResolved,
    HelpTold,
)
from alerting.ledger.writer import Transaction
from alerting.messages.parts import Limit, Rest, in_parts
from alerting.messages.text import ComposedText, TextFacts, TextKind
from alerting.policy.issuer import Issuer
from alerting.policy.policy import Policy
from alerting.roll.accounts import Account
from alerting.roll.entries import HouseholdKey, RollEntry, entries
from alerting.roll.rules.evidence import Evidence
from contacts.division import number_of
from contacts.duty.officers import nearest_on_duty

_AT_ONCE: Final = 300

_AT_MOST: Final = Limit(5, Rest.ON_BOARD)


def pass_cases_on(transaction: Transaction, now: datetime) -> int:
    """Pass due cases on to their next owners and text the owners; return the number of cases."""
    return pass_on_help_cases(transaction, now, _AT_ONCE)


_EVENTS: Final[Mapping[CaseReason, type[HelpCaseChanged]]] = {
    CaseReason.CALLED: HelpCalled,
    CaseReason.CALLED_AGAIN: HelpCalledAgain,
    CaseReason.OFFICERS_REPORT: HelpResolved,
}


def follow_cases(
    transaction: Transaction,
    known: Mapping[HouseholdKey, Account],
    said: Mapping[HouseholdKey, Sequence[Evidence]],
    now: datetime,
) -> None:
    """Recompute these households' help cases from all their evidence, and store the changes.

    Each change is appended to the alert's log. A case's owner is texted when the case opens, and
    when late evidence changes the owner.
    """
    made = {
        key: case
        for key, account in known.items()
        if (case := help_case(said[key], account.headcount, account.named))
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


def pass_on_help_cases(transaction: Transaction, now: datetime, most: int) -> int:
    """Pass up to `most` due cases on to the next tier and text it; return the number of cases."""
    due = cases_due(transaction, now, most)
    passed = [_passed_on(transaction, kept, now) for kept in due]
    logged = [(kept, _log(transaction, HelpPassedOn, kept, now)) for kept in passed]
    keep(transaction.connection, logged, {kept.key for kept in due})
    tell_owners(transaction, passed, now)
    return len(passed)


def _owned(transaction: Transaction, account: Account, case: HelpCase, now: datetime) -> KeptCase:
    rules = transaction.policy.help_case
    whose = owner(rules, account.household, case.opened_at, case.resolved_at or now)
    passes_at = whose.passes_on_at if case.state is CaseState.OPEN else None
    household, division = account.household, account.division
    return KeptCase(account.alert, household, division, case, whose.division, passes_at)


def _passed_on(transaction: Transaction, kept: KeptCase, now: datetime) -> KeptCase:
    whose = owner(transaction.policy.help_case, kept.household, kept.case.opened_at, now)
    return replace(kept, owner=whose.division, passes_at=whose.passes_on_at)


def _was_theirs(before: Mapping[HouseholdKey, KeptCase], kept: KeptCase) -> bool:
    """Return whether the case was already open with the same owner."""
    was = before.get(kept.key)
    return was is not None and was.is_open and was.owner == kept.owner


def _log(
    transaction: Transaction, event: type[HelpCaseChanged], kept: KeptCase, now: datetime
) -> int:
    payload = event(
        owner=kept.owner, opened_at=kept.case.opened_at, resolved_by=kept.case.resolved_by
    )
    return transaction.append(
        kept.alert, payload, now, division=kept.division, subject=kept.household
    )


def tell_owners(transaction: Transaction, cases: Sequence[KeptCase], now: datetime) -> None:
    """Queue texts about cases to the officers on duty in the owners' divisions.

    The cases of one alert and division share a text. If no officer is on duty there, the text goes
    to the next higher division with an officer on duty. Expired alerts send nothing.
    """
    by_alert: dict[int, list[KeptCase]] = defaultdict(list)
    for kept in cases:
        by_alert[kept.alert].append(kept)
    for id_, of_alert in sorted(by_alert.items()):
        alert = stored(transaction.connection, id_)
        if alert.expires > now:
            _tell(transaction, alert, of_alert, now)
            tell_groups_of_cases(transaction, alert, of_alert, now)


def _tell(
    transaction: Transaction, alert: StoredAlert, cases: Sequence[KeptCase], now: datetime
) -> None:
    connection = transaction.connection
    owners = sorted({kept.owner for kept in cases})
    on_duty = {owner: nearest_on_duty(connection, owner, now) for owner in owners}
    by_place: dict[str, list[KeptCase]] = defaultdict(list)
    for kept in cases:
        if on_duty[kept.owner]:
            by_place[on_duty[kept.owner][0].division].append(kept)
    for place, told in sorted(by_place.items()):
        payload = HelpTold(
            households=tuple(sorted(kept.household for kept in told)),
            officers=tuple(officer.id for officer in on_duty[told[0].owner]),
        )
        seq = transaction.append(alert.id, payload, now, division=place)
        plan = Plan(alert.id, seq, due_at=now, expires_at=alert.expires)
        issuer = transaction.policy.issuer.at(place)
        texts = partial(_texts, connection, transaction.policy, alert, issuer, told)
        notify_in_parts(transaction, plan, TextKind.HELP_CASE, texts, on_duty[told[0].owner])


def _texts(
    connection: Connection,
    policy: Policy,
    alert: StoredAlert,
    issuer: Issuer,
    told: Sequence[KeptCase],
    language: str,
) -> list[ComposedText]:
    oldest_first = sorted(told, key=lambda kept: (kept.case.opened_at, kept.household))
    known = entries(connection, [kept.key for kept in told])
    place = place_name(connection, sorted({kept.division for kept in told}), language)

    def facts(some: Sequence[KeptCase]) -> TextFacts:
        since = some[0].case.opened_at.astimezone(policy.alert.zone)
        return TextFacts(
            status=alert.status,
            issuer=issuer,
            place=place,
            time=f"{since:%H:%M}",
            count=len(some),
            listed="; ".join(named_at(known[kept.key]) for kept in some),
        )

    return in_parts(TextKind.HELP_CASE, language, oldest_first, facts, _AT_MOST)


def named_at(entry: RollEntry) -> str:
    """Return "number head address" of a household; officers report by the number."""
    return f"{number_of(entry.household)} {entry.head} {entry.address}"
