from alerting.drill.city.people import Kind
from alerting.drill.city.roster import City, with_dead_phones
from tests.support.simulated_city import city_of, household


def city() -> City:
    """Return 200 households with phones, of which 60 have two, and 20 without."""
    homes = (household(n, phones=2 if n <= 60 else 1) for n in range(1, 201))
    return city_of(*homes, *(household(n, phones=0) for n in range(201, 221)))


def test_tenth_of_first_phones_is_dead_and_most_have_a_second() -> None:
    dead = with_dead_phones(city()).dead_homes
    assert len(dead) == 20
    assert sum(len(home.phones) == 2 for home in dead.values()) == 16
    assert all(home.dead == home.phones[:1] for home in dead.values())


def test_same_seed_kills_the_same_phones() -> None:
    assert with_dead_phones(city()) == with_dead_phones(city())


def test_few_second_phones_kill_fewer_phones_of_single_ones_only() -> None:
    single = city_of(*(household(n) for n in range(1, 101)))
    assert len(with_dead_phones(single).dead_homes) == 10


def test_household_whose_phones_are_all_dead_is_asked_in_person() -> None:
    town = with_dead_phones(city())
    single = next(code for code, home in town.dead_homes.items() if len(home.phones) == 1)
    double = next(code for code, home in town.dead_homes.items() if len(home.phones) == 2)
    assert town.plan(single).kind is Kind.NO_PHONE
    assert town.plan(double) == city().plan(double)


def test_everybody_else_stays_as_before() -> None:
    before, after = city(), with_dead_phones(city())
    alive = before.households.keys() - after.dead_homes.keys()
    assert all(after.households[code] == before.households[code] for code in alive)
