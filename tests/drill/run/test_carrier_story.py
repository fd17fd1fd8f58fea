from dataclasses import replace
from typing import Any

import pytest

from alerting.drill.city.people import Kind
from alerting.drill.city.roster import City
from alerting.drill.gateway.exchange import CENTRE_SENDER, SERVICE_SENDER
from alerting.drill.run.carrier_story import CarrierStory, story_of_carrier
from tests.support.clocks import story_time
from tests.support.simulated_city import ANCHOR, SEED, VILLAGE, city_of, event, household

TIME = story_time(1.0, ANCHOR)
_KINDS = {n: city_of(household(n, phones=2)).plan(f"{VILLAGE}{n:04d}").kind for n in range(1, 99)}
SOON = [n for n, kind in _KINDS.items() if kind is Kind.ANSWERS_SOON]
NEVER = [n for n, kind in _KINDS.items() if kind is Kind.NEVER_LOOKS]
DEAD = [*SOON[:2], NEVER[0]]
DOWN = event("provider.down", "", provider="twilio", since="2022-08-29T04:03:20+00:00")
LATER = event("provider.down", "", provider="twilio", since="2022-08-29T04:09:00+00:00")


def city(*dead: int) -> City:
    """Return a city of households with two phones; in those of `dead`, the first phone is dead."""
    homes = [household(n, phones=2) for n in (*DEAD, SOON[2])]
    killed = {household(n).code for n in dead}
    entries = (replace(h, dead=h.phones[:1]) if h.code in killed else h for h in homes)
    return city_of(*entries)


def text(number: int, position: int, status: str, body: str = "x", **more: str) -> dict[str, Any]:
    to = household(number, phones=2).phones[position]
    return {"to": to, "body": body, "status": status, "from": SERVICE_SENDER} | more


def door(number: int, cause: str = "silent") -> dict[str, Any]:
    return {"household": household(number).code, "cause": cause}


def story(
    messages: tuple[dict[str, Any], ...] = (),
    tasks: tuple[dict[str, Any], ...] = (),
    log: tuple[dict[str, Any], ...] = (),
) -> CarrierStory:
    found = story_of_carrier(city(*DEAD), TIME, messages, tasks, log)
    assert found
    return found


def test_good_carrier_has_no_summary() -> None:
    assert story_of_carrier(city(), TIME, [], [], [DOWN]) is None


def test_second_phones_that_got_a_text_are_counted() -> None:
    found = story(
        (text(DEAD[0], 1, "delivered"), text(DEAD[1], 1, "undelivered"), text(DEAD[2], 0, "sent"))
    )
    assert (found.phones_dead, found.served_by_second_phone) == (3, 1)


def test_undelivered_texts_to_dead_phones_are_not_lost() -> None:
    alive, taken_over = SOON[2], {"from": CENTRE_SENDER}
    found = story(
        (
            text(DEAD[0], 0, "undelivered"),
            text(alive, 0, "undelivered"),
            text(alive, 0, "undelivered"),
            text(alive, 0, "undelivered", "y"),
            text(alive, 0, "delivered", **taken_over),
            text(alive, 0, "undelivered", "z", **taken_over),
        )
    )
    assert (found.texts_lost, found.texts_taken_over) == (2, 1)


def test_doors_with_other_reasons_do_not_count_for_dead_phones() -> None:
    found = story(
        tasks=(
            door(DEAD[0]),
            door(DEAD[0], "cannot_be_reached"),
            door(DEAD[1], "help"),
            door(NEVER[0]),
            door(SOON[2]),
        )
    )
    assert found.doors_for_dead_phones == 1


def test_first_time_that_the_provider_is_down_is_kept() -> None:
    assert story(log=(LATER, DOWN, event("alert.closed", ""))).provider_down_at == 200.0
    assert story().provider_down_at is None


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, []),
        ({"doors_for_dead_phones": 3}, ["3 doors were opened for 3 dead phones"]),
        ({"provider_down_at": None}, ["the provider that loses texts was never found out"]),
    ],
)
def test_each_failure_under_a_bad_carrier_is_a_shortcoming(
    changes: dict[str, Any], wrong: list[str]
) -> None:
    found = replace(story(log=(DOWN,)), **changes)
    assert [words for words, holds in found.shortcomings.items() if holds] == wrong


def test_seed_gives_the_households_that_these_tests_need() -> None:
    assert (SEED, len(SOON) >= 3, len(NEVER) >= 1) == (1, True, True)
