"""JSON bodies for a household's standing and for the counts of a division."""

from dataclasses import asdict
from typing import Self

from alerting.roll.rules.standing import HouseholdStanding, Standing, StandingReason
from alerting.roll.rules.tally import Tally
from contacts.bounds import Body
from contacts.division import Division, Tier
from contacts.people import mask_phone


class CountsBody(Body):
    """Households and people by standing; each person is counted once."""

    households: dict[Standing, int]
    """Number of households by standing."""
    people: dict[Standing, int]
    """Number of people by standing."""
    people_total: int
    """Number of people on the roll."""
    households_total: int
    """Number of households on the roll."""
    people_verified: int
    """People elsewhere or evacuated whose household is verified by an officer or a shelter."""

    @classmethod
    def of(cls, tally: Tally) -> Self:
        """Return the counts in a tally. Only a household, never a person, can count as PARTLY."""
        numbers = asdict(tally)
        return cls(
            households={s: numbers[f"households_{s}"] for s in Standing},
            people={s: numbers[f"people_{s}"] for s in Standing if s is not Standing.PARTLY},
            people_total=tally.people,
            households_total=tally.households,
            people_verified=tally.people_verified,
        )


class DivisionTallyBody(CountsBody):
    """The counts of one division."""

    division: str
    """The division's code."""
    name: str
    """The division's name."""
    tier: Tier
    """The division's tier."""

    @classmethod
    def of_division(cls, division: Division, tally: Tally) -> Self:
        """Return the counts in a tally, with the division's code, name and tier."""
        return cls(
            division=division.code,
            name=division.name,
            tier=division.tier,
            **CountsBody.of(tally).model_dump(),
        )


class TallyBody(DivisionTallyBody):
    """Counts of a division, and of each division one tier below with households on the roll."""

    children: list[DivisionTallyBody]
    """The divisions one tier below with households on the roll."""


class CourtyardTallyBody(CountsBody):
    """The counts of a courtyard or building (院落, 楼栋)."""

    courtyard: str | None
    """The courtyard's name in the roster; null for households without a courtyard."""

    @classmethod
    def of_courtyard(cls, courtyard: str | None, tally: Tally) -> Self:
        """Return the counts in a tally, with the courtyard's name."""
        return cls(courtyard=courtyard, **CountsBody.of(tally).model_dump())


class StandingBody(Body):
    """Standing of a household, the reason for it, and its source."""

    standing: Standing
    """The standing of the household's member in most danger."""
    people: dict[Standing, int]
    """Number of the household's people by standing."""
    verified: bool
    """True if an officer or a shelter confirmed the standing."""
    flagged: bool
    """True if more people were reported than live there, so that an officer must check."""
    reason: StandingReason
    """The reason for the standing."""
    settled_by: str | None
    """The officer's id or masked phone whose word decided the standing; null if no word did.

    For 'staying' it is the officer who spoke to the people, or null if no officer has.
    """

    @classmethod
    def of(cls, standing: HouseholdStanding) -> Self:
        """Return a household's standing; its source is masked if it is a phone."""
        people = asdict(standing.people)
        return cls(
            standing=standing.standing,
            people={Standing(name): number for name, number in people.items()},
            verified=standing.verified,
            flagged=standing.flagged,
            reason=standing.reason,
            settled_by=standing.settled_by and masked(standing.settled_by),
        )


def masked(said_by: str) -> str:
    """Return a source of evidence, masked if it is a phone.

    A phone number in E.164 begins with a plus, and an officer's id never does.
    """
    return mask_phone(said_by) if said_by.startswith("+") else said_by
