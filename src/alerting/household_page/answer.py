"""Read the content of a household's page, and record the answer that a tap on it gives."""

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
"""The channel of evidence from the page; also stands for a household's missing phone number."""

_MINUTE: Final = timedelta(minutes=1)

_MOST_A_MINUTE: Final = 60
"""Maximum number of taps of one household that are recorded within a minute."""

_COUNTED: Final = frozenset({Report.EVACUATED, Report.ELSEWHERE})
"""Reports that may say how many people they cover."""


@dataclass(frozen=True)
class Notice:
    """The content of a household's page; its times are in the policy's time zone."""

    alert: StoredAlert
    entry: RollEntry
    wording: Wording
    """The alert's wording, which names the household's own village and assembly point."""
    issuer: Issuer
    sent: datetime
    wanted_by: datetime | None
    """When the roll-call that waits for this household ends; None if no roll-call waits for it."""
    coming: Coming | None
    """The officer who is on the way to the household's door; None if nobody is."""


@dataclass(frozen=True)
class Tap:
    """A pressed button: its key, '1' to '4', and the number of people entered, if any."""

    key: str
    people: int | None
    shown: str
    """The page's nonce, which shows that an answer was sent twice from the same page."""


async def open_link(runtime: Runtime, token: str) -> Notice:
    """Return the content of the page behind a link's token.

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
    """Return the officer who has taken this household's door task, or None."""
    task = pending(connection, [key]).get(key)
    if task is None or task.officer is None or task.taken_at is None:
        return None
    officer = officers_named(connection, [task.officer]).get(task.officer)
    if officer is None:
        return None
    return Coming(officer.name, officer.phones[0] if officer.phones else None, task.taken_at)


async def answer_by_link(runtime: Runtime, token: str, tap: Tap) -> None:
    """Record a tap as the household's own answer; record a repeated tap once.

    Like a text, a tap counts as evidence in any state of the alert.

    Raises:
        NotFoundError: if no household has this token.
        InvalidError: if the key does not exist, or the number of people is impossible.
        TooManyError: if too many taps came within a minute.
    """
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> None:
        key = _behind(transaction.connection, token)
        # The alert is locked first, so that the second of two concurrent taps sees the first.
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
    """Return the evidence that a tap gives; None if the tap repeats the page's last answer."""
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
        # The source must be unique, because an answer may be given again after a different answer.
        source=f"{page}{last.id if last else 0}",
        note=said,
    )


def _is_beyond_measure(
    connection: Connection, key: HouseholdKey, entry: RollEntry, report: Report, now: datetime
) -> bool:
    """Return whether to ignore a repeated call for help after too many taps.

    The taps within a minute are limited because each makes the household's evidence more expensive
    to fold. A call for help is never refused.

    Raises:
        TooManyError: if the limit is reached and the tap is no call for help.
    """
    if number_since(connection, key, LINK, now - _MINUTE) < _MOST_A_MINUTE:
        return False
    if report is Report.NEEDS_HELP:
        return entry.standing.standing is Standing.NEEDS_HELP
    raise TooManyError


def _read(tap: Tap, headcount: int) -> tuple[Report, int | None, str]:
    """Return the report that a tap gives, its number of people, and the equivalent text.

    A number equal to the headcount is the form's default value, so it counts as 'all'.
    """
    meaning = meaning_of(Recipient.HOUSEHOLD, tap.key)
    report = meaning.report if meaning else None
    if report is None:
        raise InvalidError("answer", "give 1, 2, 3 or 4")
    is_said = report in _COUNTED and tap.people is not None and tap.people != headcount
    said = f"{tap.key} {tap.people}" if is_said else tap.key
    reply = read_reply(said)
    if reply.intent is Intent.UNCLEAR or (is_said and reply.count != tap.people):
        raise InvalidError("people", "give a number of people that the household can have")
    return report, reply.count, said


def _phone(connection: Connection, code: str) -> str:
    """Return the household's first phone, so that a later text from it corrects the tap."""
    found = household(connection, code)
    return found.phones[0] if found and found.phones else LINK
