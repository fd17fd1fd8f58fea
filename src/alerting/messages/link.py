"""The link by which a household answers: its token, and the texts that carry it."""

import re
import string
from typing import Final

from alerting.messages.text import TextKind, segments

LETTERS: Final = string.digits + string.ascii_letters

LENGTH: Final = 12
"""12 letters out of 62 are 71 bits, so guesses need no rate limit.

At 10,000 guesses a second, which is more than the service answers, one of a million households'
links is guessed in ten thousand years. No letter of the alphabet ends an address on phones or takes
two units of GSM-7.
"""

SAMPLE_TOKEN: Final = "x" * LENGTH
"""Placeholder token for previews: of the same length as a token, and belonging to nobody."""

_TOKEN: Final = re.compile(f"[{LETTERS}]{{{LENGTH}}}")

_ASKING: Final = frozenset(
    {TextKind.ALERT, TextKind.REMINDER, TextKind.CORRECTION, TextKind.ROLL_CALL}
)
"""Kinds of texts that ask a household for an answer. Officers and voices never get these."""


def is_token(text: str) -> bool:
    """True if the text has the form of a token."""
    return _TOKEN.fullmatch(text) is not None


def append_link(text: str, url: str) -> str:
    """Return the text with the link appended; without it if the link costs another segment."""
    linked = f"{text} {url}"
    return linked if segments(linked).count == segments(text).count else text


def link_after(kind: str, body: str, page: str | None) -> str | None:
    """Return `page`, to which each recipient's token is appended; None if no link is added.

    `page` is the URL of households' pages up to the token. All tokens have the same length, so
    whether a link costs a segment is equal for all recipients and known when a text is frozen.
    """
    if page is None or kind not in _ASKING:
        return None
    return page if append_link(body, page + SAMPLE_TOKEN) != body else None
