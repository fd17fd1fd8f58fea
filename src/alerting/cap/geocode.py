"""The geocodes of CAP areas that this service writes and reads: statistical division codes."""

from typing import Final

VALUE_NAME: Final = "CN-NBS-CODE"
"""The valueName of a geocode that holds a division's code (统计用区划代码).

NBS is the National Bureau of Statistics, which publishes the codes. CAP 1.2 asks for acronyms in
capital letters without dots.
"""
