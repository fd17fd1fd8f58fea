"""Post help cases to work groups, with only the personal data that the policy allows."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from alerting.help_cases.store import KeptCase
from alerting.ledger.alerts import StoredAlert
from alerting.ledger.writer import Transaction
from alerting.messages.parts import in_parts
from alerting.messages.text import HOME_LANGUAGE, ComposedText, TextFacts, TextKind
from alerting.policy.issuer import Issuer
from alerting.policy.sections import WorkGroupRules
from alerting.roll.entries import RollEntry, entries
from alerting.work_groups.rules import WorkGroup, nearest_groups
from alerting.work_groups.store import groups
from alerting.work_groups.tell import POSTS, Post, tell_groups
from contacts.directory import short_names
from contacts.division import number_of
from contacts.tables import HOUSEHOLD_PHONES


def tell_groups_of_cases(
    transaction: Transaction, alert: StoredAlert, cases: Sequence[KeptCase], now: datetime
) -> None:
    """Queue posts about cases to the work groups nearest to each case's owner.

    If the owner's division has no group, the nearest higher division with a group gets the post.
    """
    known = groups(transaction.connection)
    by_groups: dict[tuple[WorkGroup, ...], list[KeptCase]] = defaultdict(list)
    for kept in cases:
        by_groups[nearest_groups(known, kept.owner)].append(kept)
    by_groups.pop((), None)
    for to, told in sorted(by_groups.items(), key=lambda item: item[0][0].name):
        oldest_first = sorted(told, key=lambda kept: (kept.case.opened_at, kept.household))
        issuer = transaction.policy.issuer.at(to[0].division)
        for body in _bodies(transaction, alert, issuer, oldest_first):
            post = Post(alert.id, TextKind.GROUP_HELP_CASE, body, now, alert.expires)
            tell_groups(transaction, post, to)


def _bodies(
    transaction: Transaction, alert: StoredAlert, issuer: Issuer, oldest_first: Sequence[KeptCase]
) -> list[ComposedText]:
    """Return the texts of the posts; equal lines are listed once, but each case is counted."""
    shown = _shown(transaction, oldest_first)
    since: dict[str, datetime] = {}
    for kept, each in zip(oldest_first, shown, strict=True):
        since.setdefault(each, kept.case.opened_at)
    number, zone = Counter(shown), transaction.policy.alert.zone

    def facts(some: Sequence[str]) -> TextFacts:
        return TextFacts(
            status=alert.status,
            issuer=issuer,
            time=f"{since[some[0]].astimezone(zone):%H:%M}",
            count=sum(number[each] for each in some),
            listed="；".join(some),
        )

    return in_parts(TextKind.GROUP_HELP_CASE, HOME_LANGUAGE, list(since), facts, POSTS)


def _shown(transaction: Transaction, cases: Sequence[KeptCase]) -> list[str]:
    """Return one line about each case's household, as the policy allows."""
    connection, rules = transaction.connection, transaction.policy.work_group
    places = short_names(connection, {kept.division for kept in cases})
    roll = entries(connection, [kept.key for kept in cases])
    phones = _first_phones(connection, {kept.household for kept in cases}) if rules.phones else {}
    return [
        shown_to_groups(
            roll[kept.key],
            places.get(kept.division, kept.division),
            phones.get(kept.household, ""),
            rules,
        )
        for kept in cases
    ]


def shown_to_groups(entry: RollEntry, place: str, phone: str, rules: WorkGroupRules) -> str:
    """Return what groups may read about a household: by default, its place and number."""
    parts = [place]
    if rules.household_numbers:
        parts.append(number_of(entry.household))
    if rules.names:
        parts += [entry.head, entry.address]
    if rules.phones:
        parts.append(phone)
    return " ".join(filter(None, parts))


def _first_phones(connection: Connection, households: Collection[str]) -> dict[str, str]:
    phones = HOUSEHOLD_PHONES
    first = select(phones.c.household, phones.c.number).where(
        phones.c.household.in_(sorted(households)), phones.c.position == 0
    )
    return {row.household: row.number for row in connection.execute(first)}
