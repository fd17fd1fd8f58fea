"""The link with which a household answers on a page: its token, and the texts that carry it."""

import re
from typing import Final

from alerting.messages.text import TextKind, segments
from alerting.policy.policy import HouseholdLink

LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
"""57 letters and digits, without 0, 1, I, O and l, because people misread these."""

LENGTH: Final = 11
"""The length of a token: 11 of 57 letters hold 64 bits, so guessing needs no rate limit.

With a million links in use and 10,000 guesses a second, which is more than the service answers,
finding one takes 65 years on average. Each letter takes one unit of GSM-7, and phones treat every
letter as part of the address.
"""

SAMPLE_TOKEN: Final = "x" * LENGTH
"""A token for previews; it belongs to nobody and has the usual length."""

_TOKEN: Final = re.compile(f"[{LETTERS}]{{{LENGTH}}}")

_ASKING: Final = frozenset(
    {TextKind.ALERT, TextKind.REMINDER, TextKind.CORRECTION, TextKind.ROLL_CALL}
)
"""Kinds of texts that ask a household for an answer; neither officers nor phone calls get them."""

_MOST_SEGMENTS: Final = 2
"""Maximum number of segments of a text if its link adds a segment."""


def is_token(text: str) -> bool:
    """Return whether the text has the form of a token."""
    return _TOKEN.fullmatch(text) is not None


def append_link(text: str, url: str) -> str:
    """Return the text with the link appended."""
    return f"{text} {url}"


def link_after(kind: str, body: str, link: HouseholdLink | None) -> str | None:
    """Return the URL to which each recipient's token is appended; None if the text gets no link.

    A text gets a link if that adds no segment. If the policy allows it, a reminder also gets a link
    that adds the second segment. All tokens have the same length, so the result holds for all
    recipients.
    """
    if link is None or kind not in _ASKING:
        return None
    allowed = segments(body).count
    if kind == TextKind.REMINDER and link.in_reminders:
        allowed = max(allowed, _MOST_SEGMENTS)
    return link.page if segments(with_sample(body, link.page)).count <= allowed else None


def with_sample(body: str, page: str | None) -> str:
    """Return the text with `page` and a sample token appended; unchanged if `page` is None."""
    return body if page is None else append_link(body, page + SAMPLE_TOKEN)


def as_sent(kind: str, body: str, link: HouseholdLink | None) -> str:
    """Return the text as its recipient gets it, with a sample token in the link, if any."""
    return with_sample(body, link_after(kind, body, link))
