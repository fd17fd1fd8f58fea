from alerting.drill.city.people import Kind
from alerting.drill.city.roster import City, with_dead_phones
from tests.support.simulated_city import city_of, household


def city() -> City:
    """Return 60 households with two phones, 140 with one, and 20 with none."""
    homes = (household(n, phones=2 if n <= 60 else 1) for n in range(1, 201))
    return city_of(*homes, *(household(n, phones=0) for n in range(201, 221)))


def test_tenth_of_households_has_dead_first_phone_and_most_have_another() -> None:
    dead = with_dead_phones(city()).dead_homes
    assert len(dead) == 20
    assert sum(len(home.phones) == 2 for home in dead.values()) == 16
    assert all(home.dead == home.phones[:1] for home in dead.values())


def test_dead_phones_depend_only_on_the_seed() -> None:
    assert with_dead_phones(city()) == with_dead_phones(city())


def test_tenth_of_single_phones_is_dead_if_no_household_has_two() -> None:
    single = city_of(*(household(n) for n in range(1, 101)))
    assert len(with_dead_phones(single).dead_homes) == 10


def test_household_with_only_dead_phones_behaves_as_without_phone() -> None:
    town = with_dead_phones(city())
    single = next(code for code, home in town.dead_homes.items() if len(home.phones) == 1)
    double = next(code for code, home in town.dead_homes.items() if len(home.phones) == 2)
    assert town.plan(single).kind is Kind.NO_PHONE
    assert town.plan(double) == city().plan(double)


def test_households_without_dead_phones_stay_unchanged() -> None:
    before, after = city(), with_dead_phones(city())
    alive = before.households.keys() - after.dead_homes.keys()
    assert all(after.households[code] == before.households[code] for code in alive)
