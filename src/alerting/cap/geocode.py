"""The geocodes of CAP areas that this service writes and reads: statistical division codes."""

from typing import Final

VALUE_NAME: Final = "CN-NBS-CODE"
"""The valueName of a geocode that holds a division's code (统计用区划代码).

NBS is the National Bureau of Statistics, which publishes the codes. CAP 1.2 asks for acronyms in
capital letters without dots.
"""

_WHOLE: Final = 12
"""Digits of a code as the bureau publishes it: those above a village end in zeros."""

_LENGTHS: Final = (2, 4, 6, 9)
"""Digits that name a province, city, county and town."""


def division_of(code: str) -> str:
    """Return a statistical code without the zeros that fill it up: 511921000000 is 511921."""
    if len(code) != _WHOLE:
        return code
    return next((code[:some] for some in _LENGTHS if not code[some:].strip("0")), code)
