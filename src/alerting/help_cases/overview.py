"""An alert's calls for help as officers see them, and how many are resolved, by division."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from alerting.cap.lifecycle import OVER
from alerting.help_cases.rules import Resolution, resolutions
from alerting.help_cases.store import KeptCase, cases_in
from alerting.ledger.alerts import StoredAlert
from alerting.roll.entries import RollEntry, entries
from contacts.directory import Division, children, division, officers_named
from contacts.division import tier_of


@dataclass(frozen=True)
class ListedCase:
    """A call for help, and who lives there."""

    kept: KeptCase
    entry: RollEntry
    resolver: str | None
    """The name of the officer who resolved it, where the roster still has it."""
    is_followed: bool
    """Whether it passes on; not where its alert is over."""


@dataclass(frozen=True)
class HelpOverview:
    """The cases of a division, and the resolution there and in its parts that have any."""

    cases: list[ListedCase]
    division: Division
    resolution: Resolution | None
    """None: nobody called for help there."""
    parts: list[tuple[Division, Resolution]]


def help_overview(connection: Connection, alert: StoredAlert, code: str) -> HelpOverview:
    """Return an alert's cases in a division: the open ones first, of each the oldest first."""
    kept = cases_in(connection, alert.id, code)
    parts = children(connection, code)
    by_part = _resolved(kept, len(parts[0].code)) if parts else {}
    return HelpOverview(
        _listed(connection, alert, kept),
        division(connection, code) or Division(code, code, tier_of(code), None),
        _resolved(kept, len(code)).get(code),
        [(part, by_part[part.code]) for part in parts if part.code in by_part],
    )


def _resolved(cases: Sequence[KeptCase], digits: int) -> Mapping[str, Resolution]:
    # By their divisions: of a household in no grid, 15 digits would be a part of its own code.
    return resolutions([(kept.division, kept.case.state) for kept in cases], digits)


def _listed(
    connection: Connection, alert: StoredAlert, cases: Sequence[KeptCase]
) -> list[ListedCase]:
    known = entries(connection, [kept.key for kept in cases])
    resolvers = {kept.case.resolved_by for kept in cases if kept.case.resolved_by}
    officers = officers_named(connection, resolvers)
    names = {id_: officer.name for id_, officer in officers.items()}
    return [
        ListedCase(
            kept,
            known[kept.key],
            names.get(kept.case.resolved_by or ""),
            is_followed=alert.state not in OVER,
        )
        for kept in cases
    ]
