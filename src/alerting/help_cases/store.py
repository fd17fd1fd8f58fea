"""Store help cases, and find them by household, by division or by due time."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from alerting.cap.lifecycle import OVER
from alerting.help_cases.rules import CaseReason, CaseState, HelpCase
from alerting.help_cases.tables import help_cases
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.roll.entries import HouseholdKey
from contacts.division import subtree


@dataclass(frozen=True)
class KeptCase:
    """A stored help case with its household and its owner."""

    alert: int
    household: str
    division: str
    """The village or grid of the household."""
    case: HelpCase
    owner: str
    """The division whose officers own the case, or owned it when it was resolved."""
    passes_at: datetime | None
    """When the next tier takes over; None if resolved or at the last tier."""

    @property
    def key(self) -> HouseholdKey:
        """The (alert, household) key of the household that called for help."""
        return self.alert, self.household

    @property
    def is_open(self) -> bool:
        """True if the case is open."""
        return self.case.state is CaseState.OPEN


_OF: Final = select(help_cases).where(
    help_cases.c.alert == bindparam("of_alert"),
    help_cases.c.household.in_(bindparam("households", expanding=True)),
)

_CHANGES: Final = (
    "state",
    "reason",
    "opened_at",
    "resolved_at",
    "resolved_by",
    "owner",
    "passes_at",
    "seq",
)

_CHANGE: Final = (
    update(help_cases)
    .where(
        help_cases.c.alert == bindparam("of_alert"),
        help_cases.c.household == bindparam("of_household"),
    )
    .values({name: bindparam(f"to_{name}") for name in _CHANGES})
)

_IS_DUE: Final = and_(
    help_cases.c.passes_at <= bindparam("now"), alerts.c.state.not_in(sorted(OVER))
)

_ALERTS_DUE: Final = (
    select(help_cases.c.alert)
    .join(alerts, alerts.c.id == help_cases.c.alert)
    .where(_IS_DUE)
    .distinct()
    .order_by(help_cases.c.alert)
)

_DUE: Final = (
    select(help_cases)
    .join(alerts, alerts.c.id == help_cases.c.alert)
    .where(_IS_DUE, help_cases.c.alert.in_(bindparam("held", expanding=True)))
    .order_by(help_cases.c.passes_at, help_cases.c.alert, help_cases.c.household)
    .limit(bindparam("most"))
)


def cases_of(connection: Connection, keys: Iterable[HouseholdKey]) -> dict[HouseholdKey, KeptCase]:
    """Return the help cases of these households, by (alert, household) key."""
    households: dict[int, list[str]] = defaultdict(list)
    for alert, household in keys:
        households[alert].append(household)
    return {
        (alert, row.household): to_case(row)
        for alert, codes in households.items()
        for row in connection.execute(_OF, {"of_alert": alert, "households": codes})
    }


def cases_in(connection: Connection, alert: int, division: str) -> list[KeptCase]:
    """Return an alert's help cases in a division, open cases first, then by opening time."""
    statement = (
        select(help_cases)
        .where(help_cases.c.alert == alert, help_cases.c.division.between(*subtree(division)))
        .order_by(help_cases.c.opened_at, help_cases.c.household)
    )
    found = [to_case(row) for row in connection.execute(statement)]
    return sorted(found, key=lambda kept: not kept.is_open)


def cases_due(transaction: Transaction, now: datetime, most: int) -> list[KeptCase]:
    """Lock the alerts that have due cases; return up to `most` due cases, the longest due first.

    Cases of alerts that are over are left out, because they keep their owner.
    """
    connection = transaction.connection
    held = list(connection.execute(_ALERTS_DUE, {"now": now}).scalars())
    if not held:
        return []
    # Cases are read under the lock, because another process may just have passed them on.
    transaction.lock(held)
    rows = connection.execute(_DUE, {"now": now, "held": held, "most": most})
    return [to_case(row) for row in rows]


def keep(
    connection: Connection, cases: Sequence[tuple[KeptCase, int]], known: Collection[HouseholdKey]
) -> None:
    """Upsert (case, log sequence number) pairs; `known` holds the keys that already have a row."""
    rows = [(kept, _values(kept, seq)) for kept, seq in cases]
    if new := [values for kept, values in rows if kept.key not in known]:
        connection.execute(insert(help_cases), new)
    if changed := [_to(values) for kept, values in rows if kept.key in known]:
        connection.execute(_CHANGE, changed)


def to_case(row: Any) -> KeptCase:
    """Return the `KeptCase` for a row of the help_cases table."""
    return KeptCase(
        alert=row.alert,
        household=row.household,
        division=row.division,
        case=HelpCase(
            CaseState(row.state),
            CaseReason(row.reason),
            opened_at=row.opened_at,
            resolved_at=row.resolved_at,
            resolved_by=row.resolved_by,
        ),
        owner=row.owner,
        passes_at=row.passes_at,
    )


def _values(kept: KeptCase, seq: int) -> dict[str, Any]:
    return {
        "alert": kept.alert,
        "household": kept.household,
        "division": kept.division,
        **asdict(kept.case),
        "owner": kept.owner,
        "passes_at": kept.passes_at,
        "seq": seq,
    }


def _to(values: dict[str, Any]) -> dict[str, Any]:
    changes = {f"to_{name}": values[name] for name in _CHANGES}
    return {"of_alert": values["alert"], "of_household": values["household"], **changes}
