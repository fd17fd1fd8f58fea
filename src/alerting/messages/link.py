"""The link by which a household answers: its token, and the texts that carry it."""

import re
from typing import Final

from alerting.messages.text import TextKind, segments
from alerting.policy.policy import HouseholdLink

LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
"""57 letters and digits; 0, 1, I, O and l are left out, because people misread them."""

LENGTH: Final = 11
"""11 letters out of 57 are 64 bits, so guesses need no rate limit.

At 10,000 guesses a second, which is more than the service answers, finding one of a million
households' links takes 65 years on average. No letter of the alphabet ends an address on phones or
takes two units of GSM-7.
"""

SAMPLE_TOKEN: Final = "x" * LENGTH
"""Placeholder token for previews: of the same length as a token, and belonging to nobody."""

_TOKEN: Final = re.compile(f"[{LETTERS}]{{{LENGTH}}}")

_ASKING: Final = frozenset(
    {TextKind.ALERT, TextKind.REMINDER, TextKind.CORRECTION, TextKind.ROLL_CALL}
)
"""Kinds of texts that ask a household for an answer. Officers and voices never get these."""

_MOST_SEGMENTS: Final = 2
"""Most segments of a text to which a link has added one."""


def is_token(text: str) -> bool:
    """True if the text has the form of a token."""
    return _TOKEN.fullmatch(text) is not None


def append_link(text: str, url: str) -> str:
    """Return the text with the link appended."""
    return f"{text} {url}"


def link_after(kind: str, body: str, link: HouseholdLink | None) -> str | None:
    """Return the URL to which each recipient's token is appended; None if no link is added.

    A link is added if it costs no segment; to a reminder also if it costs the second one and the
    policy allows it. All tokens have the same length, so this is equal for all recipients and known
    when a text is frozen.
    """
    if link is None or kind not in _ASKING:
        return None
    allowed = segments(body).count
    if kind == TextKind.REMINDER and link.in_reminders:
        allowed = max(allowed, _MOST_SEGMENTS)
    return link.page if segments(with_sample(body, link.page)).count <= allowed else None


def with_sample(body: str, page: str | None) -> str:
    """Return a text with a sample token after `page`; the text alone if that is None."""
    return body if page is None else append_link(body, page + SAMPLE_TOKEN)


def as_sent(kind: str, body: str, link: HouseholdLink | None) -> str:
    """Return a text as it arrives, with a sample token in its link if it has one."""
    return with_sample(body, link_after(kind, body, link))
