"""A household's page: what it shows, and the household's own word given there by one tap."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from alerting.accounting.evidence import NewEvidence, last_by
from alerting.accounting.record import record_evidence
from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.texts import household_behind
from alerting.errors import InvalidError, NotFoundError
from alerting.ledger.alerts import StoredAlert, stored
from alerting.ledger.writer import Transaction
from alerting.messages.link import is_token
from alerting.replies.rules.reply import Intent, read_reply
from alerting.roll.entries import HouseholdKey, RollEntry, entries
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll_calls.store import answer_wanted_by
from alerting.runtime import Runtime
from alerting.voice.rules import meaning_of
from contacts.directory import household
from contacts.division import village_of
from contacts.place_names import place_name

LINK: Final = "link"
"""The channel of what is answered here, and the source where the household has no phone."""

_COUNTED: Final = frozenset({Report.EVACUATED, Report.ELSEWHERE})
"""What the number of people is said of: it is of those who are out or away."""


@dataclass(frozen=True)
class Notice:
    """What stands behind a household's link. Instants are in the place's time zone."""

    alert: StoredAlert
    entry: RollEntry
    place: str
    """The household's village, as people call it."""
    sent: datetime
    wanted_by: datetime | None
    """Until when a roll-call waits for this household's answer."""


@dataclass(frozen=True)
class Tap:
    """A button pressed: its key, '1' to '4', and the number that stood beside it, if any."""

    key: str
    people: int | None
    shown: str
    """The page's own name for itself: one answer given twice on one page is given once."""


async def open_link(runtime: Runtime, token: str) -> Notice:
    """Return what a household's page shows.

    Raises:
        NotFoundError: if it is nobody's token.
    """
    zone = runtime.policy.alert.zone

    def look(connection: Connection) -> Notice:
        alert_id, code = _behind(connection, token)
        alert = stored(connection, alert_id)
        entry = entries(connection, [(alert_id, code)])[alert_id, code]
        wanted_by = answer_wanted_by(connection, alert_id, code)
        return Notice(
            alert,
            entry,
            place_name(connection, (village_of(entry.division),)),
            alert.sent.astimezone(zone),
            wanted_by and wanted_by.astimezone(zone),
        )

    return await runtime.database.read(look)


async def answer_by_link(runtime: Runtime, token: str, tap: Tap) -> None:
    """Record a tap as the household's own word; what is tapped twice is recorded once.

    It is evidence whatever became of the alert, as a text is.

    Raises:
        NotFoundError: if it is nobody's token.
        InvalidError: if there is no such key, or there cannot be so many people.
    """
    now = runtime.clock.now()

    def unit(transaction: Transaction) -> None:
        key = _behind(transaction.connection, token)
        # Held from before the look: of two taps at once the second sees the first.
        transaction.lock([key[0]])
        item = _evidence(transaction.connection, key, tap, now)
        if item:
            record_evidence(transaction, [item])

    await runtime.ledger.write(unit)


def _behind(connection: Connection, token: str) -> HouseholdKey:
    key = household_behind(connection, token) if is_token(token) else None
    if key is None:
        raise NotFoundError("no household has this link")
    return key


def _evidence(
    connection: Connection, key: HouseholdKey, tap: Tap, now: datetime
) -> NewEvidence | None:
    """Return what a tap says; None where the last one on the same page said it."""
    alert, code = key
    entry = entries(connection, [key])[key]
    report, people, said = _read(tap, entry.headcount)
    page = f"{LINK}/{alert}/{code}/{tap.shown}/"
    last = last_by(connection, key, LINK)
    if last and last.source.startswith(page) and (last.report, last.people) == (report, people):
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
        # Who goes back and forth on one page may say the same again after something else.
        source=f"{page}{last.id if last else 0}",
        note=said,
    )


def _read(tap: Tap, headcount: int) -> tuple[Report, int | None, str]:
    """Return what a tap reports, of how many people, and as the text that it stands for.

    The number that the page itself put there is no word of anybody's: it says 'all'.
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
    """Return the phone that the link went to: a later text from it corrects what was tapped."""
    found = household(connection, code)
    return found.phones[0] if found and found.phones else LINK
