from datetime import UTC, datetime, timedelta

import pytest

from alerting.dark_villages.rules import DarkReason, Light, Receipts, find_dark
from alerting.policy.policy import default_policy, parse_policy

SENT = datetime(2022, 8, 29, 5, 0, tzinfo=UTC)
RULES = default_policy().dark_village
LATER = SENT + RULES.after
TOWN, COUNTY = "511921100", "511921"
OWN = f"{TOWN}208"


def receipts(village: str, delivered: int, handed_over: int = 100) -> Receipts:
    return Receipts(village, SENT, handed_over, delivered)


def light_of_own(*others: Receipts, delivered: int = 10, now: datetime = LATER) -> Light:
    own, *rest = find_dark([receipts(OWN, delivered), *others], RULES, now)
    assert [one.village for one in rest] == [one.village for one in others]
    return own


NEIGHBOURS = (receipts(f"{TOWN}209", 80), receipts(f"{TOWN}210", 100))


class TestDark:
    @pytest.mark.parametrize(("delivered", "dark"), [(0, True), (44, True), (45, False)])
    def test_village_far_below_its_neighbours_is_dark(self, delivered: int, dark: bool) -> None:
        light = light_of_own(*NEIGHBOURS, delivered=delivered)
        reason = DarkReason.FAR_BELOW_NEIGHBOURS if dark else DarkReason.LIKE_NEIGHBOURS
        assert light == Light(OWN, reason, delivered / 100, 0.9, TOWN)
        assert light.dark is dark

    def test_every_village_is_judged(self) -> None:
        lights = find_dark([receipts(OWN, 0), *NEIGHBOURS], RULES, LATER)
        assert [light.dark for light in lights] == [True, False, False]
        assert lights[1].neighbours_share == 0.5

    def test_neighbours_are_weighted_by_their_texts(self) -> None:
        light = light_of_own(receipts(f"{TOWN}209", 300, 300), receipts(f"{TOWN}210", 0))
        assert light.neighbours_share == 0.75

    def test_threshold_comes_from_the_policy(self) -> None:
        rules = parse_policy("dark_village.part_of_neighbours = 0.1").dark_village
        (light, *_) = find_dark([receipts(OWN, 10), *NEIGHBOURS], rules, LATER)
        assert not light.dark


class TestSilence:
    def test_village_is_not_judged_too_early(self) -> None:
        light = light_of_own(*NEIGHBOURS, delivered=0, now=LATER - timedelta(seconds=1))
        assert light == Light(OWN, DarkReason.TOO_EARLY)
        assert not light.dark

    @pytest.mark.parametrize(("handed_over", "dark"), [(5, True), (4, False), (0, False)])
    def test_village_with_fewer_than_five_texts_is_not_judged(
        self, handed_over: int, dark: bool
    ) -> None:
        few = receipts(OWN, 0, handed_over)
        (light, *_) = find_dark([few, *NEIGHBOURS], RULES, LATER)
        assert light.dark is dark
        if not dark:
            assert light == Light(OWN, DarkReason.TOO_FEW_TEXTS)

    @pytest.mark.parametrize(
        "silent",
        [
            receipts(f"{TOWN}211", 0, 4),
            Receipts(f"{TOWN}211", SENT + timedelta(seconds=1), 1000, 0),
        ],
        ids=["few texts", "too early"],
    )
    def test_silent_neighbour_without_enough_data_is_ignored(self, silent: Receipts) -> None:
        assert light_of_own(*NEIGHBOURS, silent).neighbours_share == 0.9


class TestTogether:
    SILENT = (receipts(f"{TOWN}209", 0), receipts(f"{TOWN}210", 0))

    def test_villages_without_any_receipts_are_dark_together(self) -> None:
        lights = find_dark([receipts(OWN, 0), *self.SILENT], RULES, LATER)
        assert {light.reason for light in lights} == {DarkReason.ALL_TOGETHER}
        assert all(light.dark for light in lights)
        assert lights[0] == Light(OWN, DarkReason.ALL_TOGETHER, 0.0)

    def test_village_without_neighbours_can_be_dark(self) -> None:
        assert light_of_own(delivered=9).reason is DarkReason.ALL_TOGETHER
        assert light_of_own(delivered=10).reason is DarkReason.NO_NEIGHBOURS

    def test_town_where_almost_no_text_arrives_is_dark(self) -> None:
        across = [receipts(f"{COUNTY}101{n}", 90) for n in (200, 201)]
        few = [receipts(f"{TOWN}{n}", 2) for n in (209, 210)]
        lights = find_dark([receipts(OWN, 2), *few, *across], RULES, LATER)
        assert [light.reason for light in lights[:3]] == [DarkReason.ALL_TOGETHER] * 3
        assert not any(light.dark for light in lights[3:])

    def test_county_can_be_dark_while_another_is_not(self) -> None:
        other = [receipts(f"511922100{n}", 90) for n in (200, 201)]
        lights = find_dark([receipts(OWN, 0), *self.SILENT, *other], RULES, LATER)
        assert [light.dark for light in lights] == [True, True, True, False, False]

    def test_village_with_one_text_is_dark_in_a_silent_town(self) -> None:
        (*_, small) = find_dark([receipts(OWN, 0), receipts(f"{TOWN}209", 0, 1)], RULES, LATER)
        assert small.reason is DarkReason.ALL_TOGETHER

    def test_village_texted_just_now_is_not_dark_in_a_silent_town(self) -> None:
        new = Receipts(f"{TOWN}209", LATER, 100, 0)
        (*_, light) = find_dark([receipts(OWN, 0), new], RULES, LATER)
        assert light.reason is DarkReason.TOO_EARLY

    @pytest.mark.parametrize(("answered", "dark"), [(29, True), (30, False)])
    def test_town_without_receipts_is_not_dark_if_enough_households_answer(
        self, answered: int, dark: bool
    ) -> None:
        receipted = [receipts(OWN, 0), *self.SILENT]
        lights = find_dark(receipted, RULES, LATER, {TOWN: answered})
        assert {light.dark for light in lights} == {dark}

    def test_share_that_makes_a_town_dark_comes_from_the_policy(self) -> None:
        rules = parse_policy("dark_village.anywhere = 0.5").dark_village
        (light,) = find_dark([receipts(OWN, 49)], rules, LATER)
        assert light.reason is DarkReason.ALL_TOGETHER


class TestNeighbours:
    ACROSS = (receipts(f"{COUNTY}101200", 100), receipts(f"{COUNTY}102200", 50))

    def test_village_with_two_neighbours_is_compared_within_the_town(self) -> None:
        assert light_of_own(*NEIGHBOURS, *self.ACROSS).compared_with == TOWN

    def test_village_with_one_neighbour_is_compared_with_the_county(self) -> None:
        light = light_of_own(NEIGHBOURS[0], *self.ACROSS)
        assert light.compared_with == COUNTY
        assert light.neighbours_share == pytest.approx(230 / 300)

    def test_neighbours_with_few_texts_do_not_count(self) -> None:
        few = receipts(f"{TOWN}210", 0, 4)
        light = light_of_own(NEIGHBOURS[0], few, *self.ACROSS)
        assert (light.compared_with, light.dark) == (COUNTY, True)

    def test_village_of_a_silent_town_is_compared_with_the_county(self) -> None:
        silent = [receipts(f"{TOWN}209", 0), receipts(f"{TOWN}210", 0)]
        lights = find_dark([receipts(OWN, 0), *silent, *self.ACROSS], RULES, LATER)
        assert [light.dark for light in lights] == [True, True, True, False, False]

    def test_villages_of_another_county_do_not_count_as_neighbours(self) -> None:
        light = light_of_own(receipts("511922100200", 100), receipts("511922100201", 100))
        assert light == Light(OWN, DarkReason.NO_NEIGHBOURS)

    def test_number_of_neighbours_comes_from_the_policy(self) -> None:
        rules = parse_policy("dark_village.neighbours_at_least = 3").dark_village
        (light, *_) = find_dark([receipts(OWN, 0), *NEIGHBOURS, *self.ACROSS], rules, LATER)
        assert light.compared_with == COUNTY
