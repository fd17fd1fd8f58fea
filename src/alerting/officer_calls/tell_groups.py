"""Tells work groups which officers could not be woken."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from alerting.ledger.alerts import StoredAlert
from alerting.ledger.writer import Transaction
from alerting.messages.parts import in_parts
from alerting.messages.text import HOME_LANGUAGE, ComposedText, TextFacts, TextKind
from alerting.policy.issuer import Issuer
from alerting.policy.sections import WorkGroupRules
from alerting.work_groups.rules import WorkGroup, nearest_groups
from alerting.work_groups.store import groups
from alerting.work_groups.tell import POSTS, Post, tell_groups
from contacts.directory import Officer, short_names
from contacts.division import parent_of


def tell_groups_of_unwoken(
    transaction: Transaction,
    alert: StoredAlert,
    unwoken: Sequence[Officer],
    now: datetime,
    expires: datetime,
) -> None:
    """Queue a post to the nearest work groups above each officer's division.

    If there are none above, the division's own groups get it. Groups above come first, because the
    officer's own village may be asleep.
    """
    if not unwoken:
        return
    known = groups(transaction.connection)
    by_groups: dict[tuple[WorkGroup, ...], list[Officer]] = defaultdict(list)
    for officer in unwoken:
        above = nearest_groups(known, parent_of(officer.division) or officer.division)
        by_groups[above or nearest_groups(known, officer.division)].append(officer)
    by_groups.pop((), None)
    rules = transaction.policy.work_group
    places = short_names(transaction.connection, {officer.division for officer in unwoken})
    for to, officers in sorted(by_groups.items(), key=lambda item: item[0][0].name):
        shown = Counter(_shown(officer, places, rules) for officer in officers)
        issuer = transaction.policy.issuer.at(to[0].division)
        for body in _bodies(alert, issuer, shown):
            post = Post(alert.id, TextKind.GROUP_UNWOKEN, body, now, expires)
            tell_groups(transaction, post, to)


def _bodies(alert: StoredAlert, issuer: Issuer, shown: Mapping[str, int]) -> list[ComposedText]:
    """Return the posts that list the lines in `shown`, which has the number of officers by line."""

    def facts(some: Sequence[str]) -> TextFacts:
        count = sum(shown[each] for each in some)
        return TextFacts(status=alert.status, issuer=issuer, count=count, listed="、".join(some))

    return in_parts(TextKind.GROUP_UNWOKEN, HOME_LANGUAGE, list(shown), facts, POSTS)


def _shown(officer: Officer, places: Mapping[str, str], rules: WorkGroupRules) -> str:
    """Return an officer's line: the division's name, and more only if the policy allows it."""
    parts = [places.get(officer.division, officer.division)]
    if rules.names:
        parts.append(officer.name)
    if rules.phones:
        parts += officer.phones[:1]
    return " ".join(parts)
