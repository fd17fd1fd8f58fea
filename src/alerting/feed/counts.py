"""An alert's tallies, kept from frame to frame, so that none costs more in a larger county."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from alerting.core.tally import Tally
from contacts.division import covers


@dataclass(frozen=True)
class Counts:
    """An alert's tallies as of one entry of its log."""

    parts: Mapping[str, Tally]
    """Of every village or grid."""
    totals: Mapping[str, Tally] = field(default_factory=dict)
    """Of the divisions that boards watch."""

    def moved(self, changed: Mapping[str, Tally], divisions: Iterable[str]) -> "Counts":
        """Return the counts after some parts changed, with the totals of these divisions.

        A total that is known moves by as much as its parts; any other is added up.
        """
        parts = {**self.parts, **changed}
        moves = {place: new - self.parts.get(place, Tally()) for place, new in changed.items()}
        return Counts(
            parts,
            {
                division: _sum(moves, division, self.totals[division])
                if division in self.totals
                else _sum(parts, division, Tally())
                for division in divisions
            },
        )


def _sum(tallies: Mapping[str, Tally], division: str, start: Tally) -> Tally:
    return sum((tally for place, tally in tallies.items() if covers(division, place)), start)
