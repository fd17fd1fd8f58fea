"""The notice that tells an officer of a recovery code, which they may not have asked for."""

from datetime import datetime, timedelta
from typing import Final

from alerting.cap.alert import Status
from alerting.messages.text import TextFacts, TextKind, compose, language_for
from alerting.policy.policy import Policy
from contacts.directory import Officer
from contacts.notices import Notice

_LASTS: Final = timedelta(hours=6)
"""It is sent after the code's end too: whoever did not ask for it has to know."""


def recovery_notice(
    whom: Officer, by: str, ends_at: datetime, policy: Policy, now: datetime
) -> Notice:
    """Return the notice of a code given by an administrator, who is named, until it ends."""
    language = language_for(whom.language)
    ends = f"{ends_at.astimezone(policy.alert.zone):%H:%M}"
    issuer = policy.issuer.at(whom.division)
    facts = TextFacts(status=Status.ACTUAL, issuer=issuer, listed=by, time=ends)
    text = compose(TextKind.RECOVERY, language, facts)
    return Notice(TextKind.RECOVERY, language, text, text.facts, now + _LASTS)
