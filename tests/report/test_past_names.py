"""A finished alert keeps the names of its time, even if the roster changes afterwards."""

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, select

from alerting.accounting.household import record_of
from alerting.alerts.correct import cancel
from alerting.alerts.overview import breakdown, listed, overview
from alerting.board.log import log_before, names_of
from alerting.board.places import divisions_of
from alerting.doors.listing import count_doors, doors_in
from alerting.ledger.alerts import stored
from alerting.officer_calls.listing import calls_within
from alerting.paper.print import Print
from alerting.paper.roll import roll_document
from alerting.report.document import report_document
from contacts.roster.retire import retire_divisions, retire_households, retire_officers_but
from contacts.roster.store import RosterEntry, store, stored_entries
from contacts.tables import DIVISIONS, HOUSEHOLDS, OFFICERS
from tests.report.conftest import STAYING
from tests.support.city import CITY, POLICY, QIANFO, TOWN, after, household_code, somebody
from tests.support.closed_alert import AfterZero
from tests.support.reports import facts_for, words_of

ENDED: Final = after(600)
LATER: Final = after(3600)
EVERYBODY: Final = ("grid", "informant", "commander", "county-duty")


def shown(alert: AfterZero) -> list[Any]:
    """Return what the report, the log, the board and the lists show about an alert."""
    facts = facts_for(alert, CITY)

    def look(db: Connection) -> list[Any]:
        one, caller = alert.alert, somebody(db, "city-duty")
        printed = Print(db, POLICY, TOWN, "zh", "https://alerts.example.org", LATER)
        log = log_before(db, one, CITY, None, 1000)
        return [
            names_of(db, one, CITY, log),
            divisions_of(db, one, CITY),
            breakdown(db, one, TOWN),
            overview(db, one, caller, POLICY.closing),
            [each.place_names for each in listed(db, CITY, 10)],
            # Phones are the present ones, because they are for calling people now.
            [replace(each, phone=None) for each in calls_within(db, one, CITY, POLICY.officer)],
            count_doors(db, one, CITY),
            [(each.head, each.officer_name) for each in doors_in(db, one, CITY, 100)],
            roll_document(printed, stored(db, one), with_phones=False),
            record_of(db, one, household_code(QIANFO, STAYING), caller).officers,
        ]

    return [
        report_document(facts, words_of(facts, "zh"), POLICY.issuer),
        report_document(facts, words_of(facts, "en"), POLICY.issuer),
        *alert.work.runtime.database.look(look),
    ]


def rename(db: Connection) -> None:
    """Rename officers of the alert, their village and town, and the assembly point."""
    people = stored_entries(db, OFFICERS, EVERYBODY).values()
    changed = [RosterEntry(each.row | {"name": "新人"}, each.phones) for each in people]
    assert store(db, OFFICERS, changed, LATER).updated == len(EVERYBODY)
    places = stored_entries(db, DIVISIONS, [QIANFO, TOWN]).values()
    new = {"name": "新址村", "assembly_point": "新校"}
    store(db, DIVISIONS, [RosterEntry(each.row | new) for each in places], LATER)


def retire(db: Connection) -> None:
    """Retire the village with its households and officers."""
    homes = list(db.scalars(select(HOUSEHOLDS.c.code).where(HOUSEHOLDS.c.division == QIANFO)))
    retire_households(db, homes)
    there = OFFICERS.c.division != QIANFO
    retire_officers_but(db, set(db.scalars(select(OFFICERS.c.id).where(there))), LATER)
    there = DIVISIONS.c.code != QIANFO
    retire_divisions(db, set(db.scalars(select(DIVISIONS.c.code).where(there))), LATER)


async def ended(alert: AfterZero) -> None:
    await cancel(alert.runtime(ENDED), alert.work.somebody("commander"), alert.alert, "误报")


async def change(alert: AfterZero, how: Any) -> None:
    await alert.work.runtime.ledger.write(lambda tx: how(tx.connection))


async def test_renaming_does_not_change_a_finished_alert(played: AfterZero) -> None:
    await ended(played)
    before = shown(played)
    await change(played, rename)
    assert shown(played) == before


async def test_retiring_does_not_change_a_finished_alert(played: AfterZero) -> None:
    await ended(played)
    before = shown(played)
    await change(played, retire)
    assert shown(played) == before


async def test_running_alert_has_the_present_names(played: AfterZero) -> None:
    await change(played, rename)
    said = str(shown(played))
    assert "新人" in said
    assert "新址村" in said
    assert "officer grid" not in said
    assert "千佛村" not in said
