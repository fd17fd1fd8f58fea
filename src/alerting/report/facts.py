"""The facts for a report, read from the log and the tables in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from alerting.board.curve import Curves
from alerting.board.log import log_of, names_of
from alerting.board.rules import Point
from alerting.dark_villages.store import DarkVillage, dark_in
from alerting.deliveries.places import places_at
from alerting.doors.listing import DoorCount, count_doors
from alerting.help_cases.overview import ListedCase, help_overview
from alerting.ledger.alerts import StoredAlert
from alerting.ledger.events.registry import Event
from alerting.ledger.tables import alerts, events
from alerting.messages.places import Places
from alerting.policy.policy import Policy
from alerting.report.calls import CalledOfficer, called_in
from alerting.report.rules.account import Account
from alerting.report.rules.fold import PERCENTS
from alerting.report.rules.timeline import Moment, moments
from alerting.report.sending import Sent, sent_in
from alerting.roll.rules.standing import Standing
from alerting.roll.rules.tally import Tally
from alerting.roll.tables import roll, tallies
from alerting.roll.tallies import NAMES
from contacts.division import ancestors, covers, subtree
from contacts.past import names_at

_MOST_LISTED: Final = 2_000

_ROWS_AT_ONCE: Final = 5_000


@dataclass(frozen=True)
class Stayed:
    """A household that refuses to leave, and the officer who spoke to it, or None."""

    division: str
    name: str
    people: int
    officer: str | None


@dataclass(frozen=True)
class Facts:
    """The facts about an alert in one division, as of `now`."""

    alert: StoredAlert
    scope: str
    now: datetime
    raised_by: str
    chain: str | None
    """Hash of the log's last entry."""
    accounts: Mapping[str, Account]
    """Accounts by code: of the scope and of all divisions below it with households on the roll."""
    reached: Mapping[int, datetime | None]
    points: Sequence[Point]
    moments: Sequence[Moment]
    is_cut: bool
    """True if there were too many moments, so that `moments` has only the first of them."""
    names: Mapping[str, str]
    """Names of the officers and households in the moments, by officer's id or household's code."""
    sent: Sequence[Sent]
    calls: Sequence[CalledOfficer]
    doors: Sequence[DoorCount]
    help: Sequence[ListedCase]
    stayed: Sequence[Stayed]
    dark: Sequence[DarkVillage]
    places: Places

    @property
    def account(self) -> Account:
        """The account of the whole scope."""
        return self.accounts.get(self.scope, Account())

    def after(self, at: datetime) -> timedelta:
        """Return the time from the sending of the alert to an instant."""
        return at - self.alert.sent


def facts_of(
    connection: Connection,
    alert: StoredAlert,
    scope: str,
    curves: Curves,
    policy: Policy,
    now: datetime,
) -> Facts:
    """Return the facts about an alert in the division `scope`, without names from outside it."""
    found, is_cut = moments(_log(connection, alert.id, scope))
    accounts = accounts_in(connection, alert.id, scope)
    singles = [moment.first for moment in found if moment.count == 1]
    raiser = names_at(connection, {alert.raised_by}, alert.ended_at)
    return Facts(
        alert=alert,
        scope=scope,
        now=now,
        raised_by=raiser.get(alert.raised_by, alert.raised_by),
        chain=connection.execute(
            select(alerts.c.chain).where(alerts.c.id == alert.id)
        ).scalar_one(),
        accounts=accounts,
        reached=curves.reached(connection, alert.id, scope, PERCENTS),
        points=curves.of(connection, alert.id, scope),
        moments=found,
        is_cut=is_cut,
        names=names_of(connection, alert.id, scope, singles),
        sent=sent_in(connection, alert.id, scope),
        calls=called_in(connection, alert.id, scope, policy.officer),
        doors=count_doors(connection, alert.id, scope),
        help=help_overview(connection, alert, scope).cases[:_MOST_LISTED],
        stayed=_stayed(connection, alert, scope),
        dark=dark_in(connection, alert.id, scope),
        places=places_at(connection, {*accounts, *alert.divisions, scope}, alert.ended_at),
    )


def accounts_in(connection: Connection, alert: int, scope: str) -> dict[str, Account]:
    """Return, by code, the accounts of a division and all below it with households on the roll."""
    low, high = subtree(scope)
    seen = connection.execute(
        select(roll.c.division, func.count())
        .where(
            roll.c.alert == alert,
            roll.c.division.between(low, high),
            roll.c.verified,
            roll.c.standing.in_([Standing.ELSEWHERE, Standing.EVACUATED]),
        )
        .group_by(roll.c.division)
    )
    verified = {row[0]: row[1] for row in seen}
    found: dict[str, Account] = {}
    for row in connection.execute(
        select(tallies).where(tallies.c.alert == alert, tallies.c.division.between(low, high))
    ):
        tally = Tally(*(getattr(row, name) for name in NAMES))
        here = Account(tally, verified.get(row.division, 0))
        for place in (row.division, *ancestors(row.division)):
            if covers(scope, place):
                found[place] = found.get(place, Account()) + here
    return dict(sorted(found.items()))


def _log(connection: Connection, alert: int, scope: str) -> Iterator[Event]:
    chosen = log_of(alert, scope).order_by(events.c.seq)
    rows = connection.execute(chosen.execution_options(yield_per=_ROWS_AT_ONCE))
    return (Event(**row._mapping) for row in rows)


def _stayed(connection: Connection, alert: StoredAlert, scope: str) -> list[Stayed]:
    rows = connection.execute(
        select(roll)
        .where(
            roll.c.alert == alert.id,
            roll.c.standing == Standing.STAYING,
            roll.c.division.between(*subtree(scope)),
        )
        .order_by(roll.c.household)
        .limit(_MOST_LISTED)
    ).all()
    settled = {row.settled_by for row in rows if row.settled_by}
    names = names_at(connection, settled, alert.ended_at)
    return [
        Stayed(
            row.division,
            f"{row.head} {row.address}".strip(),
            row.staying,
            names.get(row.settled_by, row.settled_by),
        )
        for row in rows
    ]
