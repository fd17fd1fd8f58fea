"""How many segments a carrier makes of a text (3GPP TS 23.038), counted apart from the service.

The gateway counts for itself, so that a wrong count in the service shows as a wrong finish.
"""

from typing import Final

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("^{}\\[~]|€\f")


def count_segments(text: str) -> int:
    """Return the number of segments of `text`; an empty text still takes one."""
    if all(char in _BASIC or char in _EXTENDED for char in text):
        units = len(text) + sum(char in _EXTENDED for char in text)
        single, joined = 160, 153
    else:
        units = len(text.encode("utf-16-be")) // 2
        single, joined = 70, 67
    return 1 if units <= single else -(-units // joined)
