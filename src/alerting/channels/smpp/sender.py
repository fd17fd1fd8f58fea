"""The sender of a text from an SMS centre, in E.164 however the centre spells it."""

from typing import Final

from contacts.people import is_assigned, parse_phone

_INTERNATIONAL: Final = 1


def sender_of(address: str, number_type: int | None) -> str:
    """Return the sender in E.164, or the address if it is no phone number.

    Centres give national numbers the type of international ones, and international ones a prefix
    '00' or no type. The first spelling that the numbering plan has is meant; if it has none, the
    type decides.
    """
    plain = address.strip().replace("\0", "")
    readings = [found for spelt in _spelt(plain, number_type) if (found := _parse(spelt))]
    return next(filter(is_assigned, readings), readings[0] if readings else plain)


def _spelt(address: str, number_type: int | None) -> tuple[str, ...]:
    as_said = f"+{address.lstrip('+0')}" if number_type == _INTERNATIONAL else address
    return as_said, address


def _parse(address: str) -> str | None:
    try:
        return parse_phone(address)
    except ValueError:
        return None
