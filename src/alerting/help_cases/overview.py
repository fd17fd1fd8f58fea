"""Read model of an alert's help cases, with resolution rates by division."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from alerting.cap.lifecycle import OVER
from alerting.help_cases.rules import Resolution, resolutions
from alerting.help_cases.store import KeptCase, cases_in
from alerting.ledger.alerts import StoredAlert
from alerting.roll.entries import RollEntry, entries
from contacts.division import Division, tier_of
from contacts.past import division_history, names_at, parts_at


@dataclass(frozen=True)
class ListedCase:
    """A help case with the household's roll entry."""

    kept: KeptCase
    entry: RollEntry
    resolver: str | None
    """Name of the officer who resolved it; None if no officer has."""
    is_followed: bool
    """False if the alert is over: the case is then no longer passed on."""


@dataclass(frozen=True)
class HelpOverview:
    """A division's help cases, with the numbers resolved in the division and in its parts."""

    seq: int
    """Sequence number of the last log entry that the cases include."""
    cases: list[ListedCase]
    division: Division
    resolution: Resolution | None
    """None if nobody called for help in the division."""
    parts: list[tuple[Division, Resolution]]
    """The divisions one tier below that have cases."""


def help_overview(connection: Connection, alert: StoredAlert, code: str) -> HelpOverview:
    """Return an alert's help cases in a division, open cases first, then by opening time."""
    kept = cases_in(connection, alert.id, code)
    parts = parts_at(connection, code, alert.ended_at)
    place = division_history(connection, [code]).at(alert.ended_at).get(code)
    by_part = _resolved(kept, len(parts[0].code)) if parts else {}
    return HelpOverview(
        alert.last_seq,
        _listed(connection, alert, kept),
        place or Division(code, code, tier_of(code), None),
        _resolved(kept, len(code)).get(code),
        [(part, by_part[part.code]) for part in parts if part.code in by_part],
    )


def _resolved(cases: Sequence[KeptCase], digits: int) -> Mapping[str, Resolution]:
    # The stored division is used, because a household's code does not tell whether it has a grid.
    return resolutions([(kept.division, kept.case.state) for kept in cases], digits)


def _listed(
    connection: Connection, alert: StoredAlert, cases: Sequence[KeptCase]
) -> list[ListedCase]:
    known = entries(connection, [kept.key for kept in cases])
    resolvers = {kept.case.resolved_by for kept in cases if kept.case.resolved_by}
    names = names_at(connection, resolvers, alert.ended_at)
    return [
        ListedCase(
            kept,
            known[kept.key],
            names.get(kept.case.resolved_by or ""),
            is_followed=alert.state not in OVER,
        )
        for kept in cases
    ]
