"""Who is on duty, by weekly turns, leave, stand-ins, deputies and gaps in the rota."""

import pytest

from contacts.duty.rota import Period, PeriodKind, Rota
from contacts.duty.rules import Duty, Member, duty_of, gaps, on_duty, watches
from tests.support.duty_week import at, turn

POST = ("511921", "duty_officer")
A, B = Member("a", POST), Member("b", POST)
DEPUTY = Member("deputy", POST, deputy_of="a")
BY_ID = {"a": A, "b": B}
BOTH = [turn(day, 8, 12) for day in range(7)] + [turn(day, 20, 12, "b") for day in range(7)]


def overtime(officer: str, begins: int, ends: int) -> Period:
    return Period(officer, PeriodKind.SHIFT, at(0, begins), at(0, ends))


def leave(officer: str, begins: int, ends: int) -> Period:
    return Period(officer, PeriodKind.LEAVE, at(0, begins), at(0, ends))


def instead(officer: str, of: str, begins: int, ends: int) -> Period:
    return Period(officer, PeriodKind.SHIFT, at(0, begins), at(0, ends), of)


@pytest.mark.parametrize(
    ("hour", "expected"), [(7, {"b"}), (8, {"a"}), (19, {"a"}), (20, {"b"}), (32, {"a"})]
)
def test_officer_on_duty_changes_when_the_turn_changes(hour: int, expected: set[str]) -> None:
    assert on_duty([A, B], Rota(BOTH), at(0, hour)) == expected


def test_everybody_is_on_duty_without_a_rota() -> None:
    assert on_duty([A, B, DEPUTY], Rota(), at(0, 0)) == {"a", "b", "deputy"}
    assert gaps([A, B], Rota(), at(0, 0), at(7, 0)) == []


def test_officer_without_turns_is_always_on_duty() -> None:
    commander = Member("commander", ("511921", "town_commander"))
    assert on_duty([A, B, commander], Rota(BOTH), at(0, 9)) == {"a", "commander"}


def test_deputy_is_on_duty_in_the_turns_of_the_principal() -> None:
    everybody = [A, B, DEPUTY]
    assert on_duty(everybody, Rota(BOTH), at(0, 9)) == {"a", "deputy"}
    assert on_duty(everybody, Rota(BOTH), at(0, 21)) == {"b"}
    rota = Rota(BOTH, [leave("a", 8, 20)])
    assert on_duty(everybody, rota, at(0, 9)) == {"deputy"}
    assert gaps(everybody, rota, at(0, 0), at(1, 0)) == []


def test_officer_without_turns_stays_on_duty_all_week_despite_overtime() -> None:
    rota = Rota(periods=[overtime("a", 8, 20)])
    assert on_duty([A, B], rota, at(0, 7)) == {"a", "b"}
    assert on_duty([A, B], rota, at(6, 9)) == {"a", "b"}
    (found,) = watches([A, B], rota, at(-1, 0), at(6, 0))[POST]
    assert found.officers == (("a", Duty.ALWAYS), ("b", Duty.ALWAYS))


def test_deputy_and_principal_without_turns_stay_on_duty_outside_overtime() -> None:
    for whose in ("a", "deputy"):
        rota = Rota(periods=[overtime(whose, 8, 20)])
        assert on_duty([A, DEPUTY], rota, at(1, 9)) == {"a", "deputy"}


def test_overtime_adds_to_turns() -> None:
    rota = Rota(BOTH, [overtime("a", 20, 22)])
    assert on_duty([A, B], rota, at(0, 9)) == {"a"}
    assert on_duty([A, B, DEPUTY], rota, at(0, 21)) == {"a", "b", "deputy"}
    assert on_duty([A, B, DEPUTY], rota, at(0, 23)) == {"b"}


def test_overtime_of_a_deputy_adds_to_the_turns_of_the_principal() -> None:
    rota = Rota(BOTH, [overtime("deputy", 20, 22)])
    found = [on_duty([A, B, DEPUTY], rota, at(0, hour)) for hour in (9, 21, 23)]
    assert found == [{"a", "deputy"}, {"b", "deputy"}, {"b"}]


def test_stand_in_replaces_an_officer_without_turns() -> None:
    rota = Rota(periods=[instead("b", "a", 8, 20)])
    assert on_duty([A, B], rota, at(0, 9)) == {"b"}
    assert on_duty([A, B], rota, at(0, 21)) == {"a", "b"}


def test_all_others_are_called_in_a_gap_caused_by_leave() -> None:
    rota = Rota(BOTH, [leave("a", 10, 12)])
    (found,) = gaps([A, B], rota, at(0, 0), at(1, 0))
    assert (found[0], found[1].begins_at, found[1].ends_at) == (POST, at(0, 10), at(0, 12))
    assert on_duty([A, B], rota, at(0, 11)) == {"b"}


def test_all_officers_of_a_post_are_called_between_turns() -> None:
    rota = Rota([turn(0, 8, 4), turn(0, 16, 4, "b")])
    assert on_duty([A, B], rota, at(0, 13)) == {"a", "b"}
    found = [(each.begins_at, each.ends_at) for _, each in gaps([A, B], rota, at(0, 8), at(0, 20))]
    assert found == [(at(0, 12), at(0, 16))]


def test_all_are_called_if_all_are_on_leave() -> None:
    rota = Rota(periods=[leave("a", 0, 24), leave("b", 0, 24)])
    assert on_duty([A, B], rota, at(0, 9)) == {"a", "b"}
    assert duty_of(A, BY_ID, rota, at(0, 9)) is Duty.ON_LEAVE


def test_officer_on_leave_is_not_called_while_another_post_is_on_duty() -> None:
    above = Member("above", ("5119", "duty_officer"))
    rota = Rota(periods=[leave("a", 0, 24)])
    assert on_duty([A, above], rota, at(0, 9)) == {"above"}


def test_stand_in_is_on_duty_instead_of_the_replaced_officer() -> None:
    rota = Rota(BOTH, [instead("b", "a", 8, 20)])
    assert on_duty([A, B], rota, at(0, 9)) == {"b"}
    assert duty_of(A, BY_ID, rota, at(0, 9)) is Duty.REPLACED
    assert duty_of(B, BY_ID, rota, at(0, 9)) is Duty.STANDS_IN
    assert on_duty([A, B], rota, at(1, 9)) == {"a"}


def test_stand_in_on_leave_replaces_nobody() -> None:
    rota = Rota(BOTH, [instead("b", "a", 8, 20), leave("b", 8, 20)])
    assert on_duty([A, B], rota, at(0, 9)) == {"a"}


def test_circle_of_deputies_causes_no_endless_loop() -> None:
    ring = [Member("a", POST, deputy_of="b"), Member("b", POST, deputy_of="a")]
    assert on_duty(ring, Rota(), at(0, 0)) == {"a", "b"}


def test_watches_split_only_where_the_officers_on_duty_change() -> None:
    rota = Rota(BOTH, [leave("elsewhere", 9, 10), instead("b", "a", 12, 20)])
    found = watches([A, B], rota, at(0, 8), at(1, 8))[POST]
    assert [(each.begins_at, each.officers) for each in found] == [
        (at(0, 8), (("a", Duty.ON_TURN),)),
        (at(0, 12), (("b", Duty.STANDS_IN),)),
        (at(0, 20), (("b", Duty.ON_TURN),)),
    ]
    assert found[-1].ends_at == at(1, 8)
