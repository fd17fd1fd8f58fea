import statistics
from collections import Counter
from functools import cache

import pytest

from alerting.drill.city.languages import DRILL_LANGUAGES
from alerting.drill.city.people import (
    CALLED_AWAKE_OFFICERS,
    NEIGHBOURS_SEEN,
    ROLL_CALLS_MISSED,
    SHARES,
    SILENT_OFFICERS,
    Behaviour,
    CallPlan,
    Kind,
    OfficerBehaviour,
    behaviour,
    officer_behaviour,
)

CODES = [f"511921100208{n:04d}" for n in range(10000)]


@cache
def population(*, vulnerable: bool = False, headcount: int = 4) -> list[Behaviour]:
    return [behaviour(2022, code, headcount, True, vulnerable) for code in CODES]


def of_kind(kind: Kind) -> list[Behaviour]:
    return [each for each in population() if each.kind is kind]


def test_equal_arguments_give_equal_behaviour_in_any_order() -> None:
    forwards = [behaviour(7, code, 3, True, False) for code in CODES[:200]]
    backwards = [behaviour(7, code, 3, True, False) for code in reversed(CODES[:200])]
    assert forwards == backwards[::-1]
    assert forwards != [behaviour(8, code, 3, True, False) for code in CODES[:200]]


@pytest.mark.parametrize("language", DRILL_LANGUAGES)
def test_household_answers_in_its_language(language: str) -> None:
    plans = [behaviour(2022, code, 3, True, False, language) for code in CODES]
    words, written = DRILL_LANGUAGES[language].answers, list[str]()
    for kind in (
        Kind.ANSWERS_SOON,
        Kind.ASKS_HELP,
        Kind.STAYS,
        Kind.ELSEWHERE,
        Kind.OWN_WORDS,
    ):
        written += {plan.replies[0].body for plan in plans if plan.kind is kind}
    said = (*words.out, *words.help, *words.staying, *words.away, *words.in_danger)
    assert set(written) == {each.format(n=3) for each in said}


def test_behaviour_of_a_seed_is_fixed() -> None:
    """A drill is repeatable because Python seeded with a text is the same on every machine."""
    kinds = [behaviour(1, code, 3, True, False).kind.value for code in CODES[:6]]
    late, never, soon = "answers_late", "never_looks", "answers_soon"
    assert kinds == [late, never, late, never, late, soon]
    assert behaviour(1, CODES[0], 3, True, False).replies[0].delay_seconds == pytest.approx(
        956.93768
    )


@pytest.mark.parametrize("vulnerable", [False, True])
def test_kinds_occur_in_their_shares(vulnerable: bool) -> None:
    assert sum(share[vulnerable] for share in SHARES.values()) == 1000
    counted = Counter(each.kind for each in population(vulnerable=vulnerable))
    for kind, share in SHARES.items():
        assert counted[kind] / 10 == pytest.approx(share[vulnerable], abs=15, rel=0.25)


def test_most_households_answer_within_minutes() -> None:
    delays = [each.replies[0].delay_seconds for each in of_kind(Kind.ANSWERS_SOON)]
    assert 95 <= statistics.median(delays) <= 125
    assert min(delays) >= 20
    assert max(delays) <= 900
    late = [each.replies[0].delay_seconds for each in of_kind(Kind.ANSWERS_LATE)]
    assert 600 <= min(late) <= max(late) <= 1200


def test_phoneless_household_never_answers() -> None:
    silent = behaviour(1, CODES[0], 3, False, False)
    assert (silent.kind, silent.replies, silent.call.key) == (Kind.NO_PHONE, (), None)
    assert silent.at_door.people == 3
    assert silent.final_standing == "evacuated"


def test_single_person_never_leaves_partly() -> None:
    assert all(each.kind is not Kind.PARTLY for each in population(headcount=1))


def test_household_partly_out_reports_fewer_people_than_it_has() -> None:
    lengths = set()
    for each in of_kind(Kind.PARTLY):
        key, people = each.replies[0].body.split()
        assert key == "1"
        assert 1 <= int(people) < 4
        lengths.add(len(each.replies))
        assert [reply.body for reply in each.replies[1:]] in ([], ["1"])
    assert lengths == {1, 2}


@pytest.mark.parametrize(
    ("kind", "standing", "bodies"),
    [
        (Kind.STAYS, "staying", {"3"}),
        (Kind.ELSEWHERE, "elsewhere", {"4"}),
        (Kind.ASKS_HELP, "evacuated", {"2"}),
        (Kind.OPTS_OUT, "evacuated", {"STOP"}),
        (Kind.NEVER_LOOKS, "evacuated", set()),
    ],
)
def test_replies_agree_with_finding_at_the_door(
    kind: Kind, standing: str, bodies: set[str]
) -> None:
    for each in of_kind(kind):
        assert each.final_standing == each.at_door.standing == standing
        assert each.at_door.people == 4
        assert {reply.body for reply in each.replies} <= bodies


def test_households_of_other_kinds_end_evacuated() -> None:
    others = {Kind.ANSWERS_SOON, Kind.ANSWERS_LATE, Kind.PARTLY, Kind.GARBLED, Kind.OWN_WORDS}
    assert {each.final_standing for each in population() if each.kind in others} == {"evacuated"}


def test_replies_are_ordered_and_first_call_for_help_is_early() -> None:
    for each in population():
        delays = [reply.delay_seconds for reply in each.replies]
        assert delays == sorted(delays)
    assert max(each.replies[0].delay_seconds for each in of_kind(Kind.ASKS_HELP)) <= 150


def test_household_follows_unclear_reply_with_clear_one() -> None:
    for each in of_kind(Kind.GARBLED):
        first, second = each.replies
        assert first.body in {"???", "什么", "。。。"}
        assert second.body == "1"


def test_half_of_writers_about_danger_ask_for_help_later() -> None:
    found = of_kind(Kind.OWN_WORDS)
    assert {each.replies[0].body for each in found} == {
        "2"
    }  # Without a language they answer by digits.
    assert max(each.replies[0].delay_seconds for each in found) <= 150
    later = [each.replies[1] for each in found if len(each.replies) > 1]
    assert {reply.body for reply in later} == {"2"}
    assert len(later) / len(found) == pytest.approx(0.5, abs=0.15)


def test_pressed_key_agrees_with_the_households_texts() -> None:
    for each in population():
        if each.call.key is not None:
            assert each.call.pick_up == "answers"
        if each.kind in {Kind.NEVER_LOOKS, Kind.OPTS_OUT}:
            assert each.call.pick_up != "answers"
    keys = {each.kind: each.call.key for each in population()}
    assert (keys[Kind.STAYS], keys[Kind.ELSEWHERE], keys[Kind.ASKS_HELP]) == ("3", "4", "2")


def test_roll_call_answer_agrees_with_the_standing() -> None:
    keys = {each.final_standing: each.roll_call.body for each in population()}
    assert keys == {"evacuated": "1", "staying": "3", "elsewhere": "4"}
    assert all(10 <= each.roll_call.delay_seconds <= 110 for each in population())


def test_neighbours_know_most_households_and_report_them_correctly() -> None:
    plans = [behaviour(1, f"511921100208{n:04d}", 3, True, False) for n in range(1000)]
    seen = [plan for plan in plans if plan.seen_by_neighbour]
    assert len(seen) / len(plans) == pytest.approx(NEIGHBOURS_SEEN, abs=0.05)
    keys = {"evacuated": "1", "staying": "3", "elsewhere": "4"}
    assert all(plan.seen_by_neighbour == keys[plan.final_standing] for plan in seen)


def test_households_of_every_kind_may_miss_a_roll_call() -> None:
    missing = [each for each in population() if each.misses_roll_call]
    assert len(missing) / len(CODES) == pytest.approx(ROLL_CALLS_MISSED, abs=0.005)
    assert {Kind.ANSWERS_SOON, Kind.NEVER_LOOKS, Kind.ELSEWHERE} <= {m.kind for m in missing}


def test_unreachable_households_are_asked_in_person() -> None:
    assert behaviour(1, CODES[0], 3, False, False).is_asked_in_person
    asked = {each.kind for each in population() if each.is_asked_in_person}
    assert asked == {Kind.OPTS_OUT}


def officers(office: str) -> list[OfficerBehaviour]:
    return [officer_behaviour(1, f"{office}-{n}") for n in range(4000)]


@pytest.mark.parametrize("office", ["grid", "informant", "deputy"])
def test_few_officers_are_silent(office: str) -> None:
    silent = [each for each in officers(office) if each.is_silent]
    assert len(silent) / 4000 == pytest.approx(SILENT_OFFICERS, abs=0.015)
    assert {(each.replies, each.call) for each in silent} == {((), CallPlan("rings"))}


@pytest.mark.parametrize("office", ["duty", "commander"])
def test_duty_officers_and_commanders_are_never_silent(office: str) -> None:
    assert not any(each.is_silent for each in officers(office))


@pytest.mark.parametrize("office", ["grid", "duty"])
def test_most_officers_confirm_by_text_and_some_by_phone(office: str) -> None:
    awake = [each for each in officers(office) if not each.is_silent]
    assert {each.call for each in awake} == {CallPlan("answers", "1")}
    called = sum(not each.replies for each in awake) / 4000
    least = CALLED_AWAKE_OFFICERS if office == "grid" else CALLED_AWAKE_OFFICERS + SILENT_OFFICERS
    assert called == pytest.approx(least, abs=0.02)
    for each in awake:
        assert [reply.body for reply in each.replies] in ([], ["1"])
        assert all(20 <= reply.delay_seconds <= 120 for reply in each.replies)
    assert officers(office)[:50] == [officer_behaviour(1, f"{office}-{n}") for n in range(50)]
