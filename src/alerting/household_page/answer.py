"""A household's page: the data it shows, and the household's own word given by one tap."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from alerting.accounting.evidence import NewEvidence, last_by, number_since
from alerting.accounting.record import record_evidence
from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.texts import household_behind, wording_of
from alerting.doors.tasks import pending
from alerting.errors import InvalidError, NotFoundError, TooManyError
from alerting.household_page.rules import Coming
from alerting.ledger.alerts import StoredAlert, stored
from alerting.ledger.writer import Transaction
from alerting.messages.link import is_token
from alerting.messages.wording import Wording
from alerting.policy.issuer import Issuer
from alerting.replies.rules.intents import Intent
from alerting.replies.rules.reply import read_reply
from alerting.roll.entries import HouseholdKey, RollEntry, entries
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll.rules.standing import Standing
from alerting.roll_calls.store import answer_wanted_by
from alerting.runtime import Runtime
from alerting.voice.rules import meaning_of
from contacts.directory import household, officers_named

LINK: Final = "link"
"""The channel of evidence given here; also its source if the household has no phone."""

_MINUTE: Final = timedelta(minutes=1)

_MOST_A_MINUTE: Final = 60
"""Most taps on a household's page that are recorded within a minute."""

_COUNTED: Final = frozenset({Report.EVACUATED, Report.ELSEWHERE})
"""Reports that have a number of people: those who are out or away."""


@dataclass(frozen=True)
class Notice:
    """The content of a household's page. Instants are in the place's time zone."""

    alert: StoredAlert
    entry: RollEntry
    wording: Wording
    """Names the household's own village and assembly point in each language."""
    issuer: Issuer
    sent: datetime
    wanted_by: datetime | None
    """The end of a running roll-call that waits for this household's answer; None otherwise."""
    coming: Coming | None
    """The officer who said that they are on the way to its door."""


@dataclass(frozen=True)
class Tap:
    """A button pressed: its key, '1' to '4', and the number beside it, if any."""

    key: str
    people: int | None
    shown: str
    """The page's nonce: deduplicates an answer sent twice from one page."""


async def open_link(runtime: Runtime, token: str) -> Notice:
    """Return the content of a household's page.

    Raises:
        NotFoundError: if no household has this token.
    """
    zone = runtime.policy.alert.zone

    def look(connection: Connection) -> Notice:
        alert_id, code = _behind(connection, token)
        alert = stored(connection, alert_id)
        entry = entries(connection, [(alert_id, code)])[alert_id, code]
        coming = _coming(connection, (alert_id, code))
        wanted_by = answer_wanted_by(connection, alert_id, code)
        return Notice(
            alert,
            entry,
            wording_of(connection, runtime.policy, alert, {entry.division}),
            runtime.policy.issuer.at(entry.division),
            alert.sent.astimezone(zone),
            wanted_by and wanted_by.astimezone(zone),
            coming and replace(coming, since=coming.since.astimezone(zone)),
        )

    return await runtime.database.read(look)


def _coming(connection: Connection, key: HouseholdKey) -> Coming | None:
    """Return the officer who has taken the task of this household's door, if any has."""
    task = pending(connection, [key]).get(key)
    if task is None or task.officer is None or task.taken_at is None:
        return None
    officer = officers_named(connection, [task.officer]).get(task.officer)
    if officer is None:
        return None
    return Coming(officer.name, officer.phones[0] if officer.phones else None, task.taken_at)


async def answer_by_link(runtime: Runtime, token: str, tap: Tap) -> None:
    """Record a tap as the household's own word; a repeated tap is recorded once.

    It counts as evidence in any state of the alert, as a text does.

    Raises:
        NotFoundError: if no household has this token.
        InvalidError: if the key does not exist, or the number of people is impossible.
        TooManyError: if too many taps came within a minute.
    """
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> None:
        key = _behind(transaction.connection, token)
        # Locked before the read, so that the second of two concurrent taps sees the first.
        transaction.lock([key[0]])
        item = _evidence(transaction.connection, key, tap, now)
        if item:
            record_evidence(transaction, [item])

    async with runtime.locks.of(token):
        await runtime.ledger.write(unit)


def _behind(connection: Connection, token: str) -> HouseholdKey:
    key = household_behind(connection, token) if is_token(token) else None
    if key is None:
        raise NotFoundError("no household has this link")
    return key


def _evidence(
    connection: Connection, key: HouseholdKey, tap: Tap, now: datetime
) -> NewEvidence | None:
    """Return the evidence that a tap gives; None if it repeats the page's last one."""
    alert, code = key
    entry = entries(connection, [key])[key]
    report, people, said = _read(tap, entry.headcount)
    page = f"{LINK}/{alert}/{code}/{tap.shown}/"
    last = last_by(connection, key, LINK)
    if last and last.source.startswith(page) and (last.report, last.people) == (report, people):
        return None
    if _is_beyond_measure(connection, key, entry, report, now):
        return None
    return NewEvidence(
        alert=alert,
        household=code,
        given_at=now,
        recorded_at=now,
        rung=Rung.OWN,
        given_by=_phone(connection, code),
        report=report,
        people=people,
        channel=LINK,
        # Unique per change: an answer may be given again on one page after a different one.
        source=f"{page}{last.id if last else 0}",
        note=said,
    )


def _is_beyond_measure(
    connection: Connection, key: HouseholdKey, entry: RollEntry, report: Report, now: datetime
) -> bool:
    """Return whether to ignore a tap: a repeated call for help, after many taps within a minute.

    The number of taps is limited because each makes the household's evidence more expensive to
    fold.

    Raises:
        TooManyError: if it says something else; a call for help is never refused.
    """
    if number_since(connection, key, LINK, now - _MINUTE) < _MOST_A_MINUTE:
        return False
    if report is Report.NEEDS_HELP:
        return entry.standing.standing is Standing.NEEDS_HELP
    raise TooManyError


def _read(tap: Tap, headcount: int) -> tuple[Report, int | None, str]:
    """Return the report that a tap gives, its number of people, and the equivalent text.

    A number equal to the headcount is the page's default, not the household's word: it means 'all'.
    """
    meaning = meaning_of(Recipient.HOUSEHOLD, tap.key)
    report = meaning.report if meaning else None
    if report is None:
        raise InvalidError("answer", "give 1, 2, 3 or 4")
    is_said = report in _COUNTED and tap.people is not None and tap.people != headcount
    said = f"{tap.key} {tap.people}" if is_said else tap.key
    reply = read_reply(said)
    if reply.intent is Intent.UNCLEAR or (is_said and reply.count != tap.people):
        raise InvalidError("people", "give the number of people of the household")
    return report, reply.count, said


def _phone(connection: Connection, code: str) -> str:
    """Return the phone that got the link: a later text from it corrects the tap."""
    found = household(connection, code)
    return found.phones[0] if found and found.phones else LINK
