"""Posts that tell work groups which officers could not be woken."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from alerting.ledger.alerts import StoredAlert
from alerting.ledger.writer import Transaction
from alerting.messages.text import HOME_LANGUAGE, TextFacts, TextKind, compose
from alerting.policy.sections import WorkGroupRules
from alerting.work_groups.rules import WorkGroup, nearest_groups
from alerting.work_groups.store import groups
from alerting.work_groups.tell import Post, tell_groups
from contacts.directory import Officer
from contacts.division import parent_of
from contacts.place_names import short_names


def tell_groups_of_unwoken(
    transaction: Transaction,
    alert: StoredAlert,
    unwoken: Sequence[Officer],
    now: datetime,
    expires: datetime,
) -> None:
    """Owe a post to the nearest groups above each officer's division, or else to its own.

    The officer's own village may be asleep; those above it can send somebody.
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
        facts = TextFacts(
            status=alert.status,
            issuer=transaction.policy.issuer.at(to[0].division),
            count=len(officers),
            listed=_listed(officers, places, rules),
        )
        body = compose(TextKind.GROUP_UNWOKEN, HOME_LANGUAGE, facts)
        tell_groups(transaction, Post(alert.id, TextKind.GROUP_UNWOKEN, body, now, expires), to)


def _listed(officers: Sequence[Officer], places: Mapping[str, str], rules: WorkGroupRules) -> str:
    """Return the officers by their places alone, or with what else the policy allows."""
    shown = []
    for officer in officers:
        parts = [places.get(officer.division, officer.division)]
        if rules.names:
            parts.append(officer.name)
        if rules.phones:
            parts += officer.phones[:1]
        shown.append(" ".join(parts))
    return "、".join(dict.fromkeys(shown))
