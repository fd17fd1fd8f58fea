"""The link by which a household answers: its token, and which texts it follows."""

import re
import string
from typing import Final

from alerting.messages.text import TextKind, append_link

LETTERS: Final = string.digits + string.ascii_letters

LENGTH: Final = 12
"""Twelve of 62 letters are 71 bits: at 10,000 guesses a second, more than the service answers, any
one of a million households' links is found once in ten thousand years. So no limit on guesses is
needed. No sign is in it that a phone takes for the end of an address, or that costs two units."""

SAMPLE_TOKEN: Final = "x" * LENGTH
"""Stands for a token where a text is only shown: nobody's yet, and as long as everybody's."""

_TOKEN: Final = re.compile(f"[{LETTERS}]{{{LENGTH}}}")

_ASKING: Final = frozenset(
    {TextKind.ALERT, TextKind.REMINDER, TextKind.CORRECTION, TextKind.ROLL_CALL}
)
"""What a household is to answer. No officer, and no voice, gets one of these."""


def is_token(text: str) -> bool:
    """Whether it can be a token."""
    return _TOKEN.fullmatch(text) is not None


def link_after(kind: str, body: str, page: str | None) -> str | None:
    """Return `page`, which each recipient's token is to follow, or None where no link is added.

    `page` is the address of households' pages up to the token. All tokens are of one length, so
    whether a link costs a segment is the same for everybody and known when a text is frozen.
    """
    if page is None or kind not in _ASKING:
        return None
    return page if append_link(body, page + SAMPLE_TOKEN) != body else None
