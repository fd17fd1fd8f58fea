"""Dead phones: first phones of households that are out of service, though the roster has them."""

from dataclasses import replace
from typing import Final

from alerting.drill.city.roster import City
from alerting.drill.story_time import seeded

DEAD_SHARE: Final = 0.1
"""Share of the households with a phone whose first phone is dead."""

SECOND_PHONE_SHARE: Final = 0.8
"""Share of those that have a second phone, if the roster has so many."""


def with_dead_phones(city: City) -> City:
    """Return the city with some first phones dead, chosen by its seed."""
    dice = seeded(city.seed, "dead phones")
    owners = sorted(code for code, home in city.households.items() if home.phones)
    several = [code for code in owners if len(city.households[code].phones) > 1]
    single = [code for code in owners if len(city.households[code].phones) == 1]
    dead = round(DEAD_SHARE * len(owners))
    of_several = min(len(several), round(SECOND_PHONE_SHARE * dead))
    chosen = dice.sample(several, of_several)
    chosen += dice.sample(single, min(len(single), dead - of_several))
    homes = {code: city.households[code] for code in chosen}
    killed = {code: replace(home, dead=home.phones[:1]) for code, home in homes.items()}
    return replace(city, households={**city.households, **killed})
