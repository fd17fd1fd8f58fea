"""An alert said again, by text or by call, to households that have not answered."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from alerting.core.plan import Channel
from alerting.core.speech import SpeechKind
from alerting.core.text import TextKind
from alerting.core.wording import Wording
from alerting.storage.alerts import StoredAlert
from alerting.storage.audience import place_name
from alerting.storage.deliveries import Plan, freeze_text, plan_household_reminders
from alerting.storage.ledger import Transaction
from alerting.storage.roll import Entry

REMINDED: Final = "households.reminded"
_KINDS: Final[dict[Channel, TextKind | SpeechKind]] = {
    Channel.SMS: TextKind.REMINDER,
    Channel.VOICE: SpeechKind.ALERT,
}


def remind(
    transaction: Transaction,
    alert: StoredAlert,
    channel: Channel,
    silent: Collection[Entry],
    now: datetime,
) -> None:
    """Owe the alert, as it now reads, once more to these households by this channel."""
    connection, kind = transaction.connection, _KINDS[channel]
    place = place_name(connection, alert.divisions)
    wording = Wording(alert.request, place, alert.sent.astimezone(transaction.policy.alert.zone))
    by_language = {
        language: freeze_text(connection, alert.id, kind, language, wording.of_kind(kind, language))
        for language in sorted({entry.language for entry in silent})
    }
    seq = transaction.append(alert.id, REMINDED, now, payload={channel: len(silent)})
    plan_household_reminders(
        connection,
        Plan(alert.id, seq, due_at=now, expires_at=alert.expires),
        channel,
        by_language,
        alert.request.hazard_location,
        {entry.household for entry in silent},
    )
    transaction.topics |= {("deliveries", division) for division in alert.divisions}
