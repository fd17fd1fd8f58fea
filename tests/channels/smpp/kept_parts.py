"""Stores the parts of long texts in memory instead of the database."""

from alerting.channels.smpp.long_text import Part


class KeptParts:
    """Stores parts as the database does; several channels can share it."""

    def __init__(self) -> None:
        self._kept: list[tuple[str, Part]] = []

    async def keep(self, sender: str, part: Part) -> list[Part]:
        there = self._of(sender, part)
        if any((each.place, each.octets) == (part.place, part.octets) for each in there):
            return there
        self._kept.append((sender, part))
        return [*there, part]

    def _of(self, sender: str, part: Part) -> list[Part]:
        place = part.place
        return [
            each
            for whose, each in self._kept
            if whose == sender
            and (each.place.reference, each.place.total) == (place.reference, place.total)
        ]
