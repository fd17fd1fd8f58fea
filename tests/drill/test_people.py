import statistics
from collections import Counter

import pytest

from alerting.drill.people import (
    SHARES,
    SILENT_OFFICERS,
    Behaviour,
    Kind,
    behaviour,
    officer_behaviour,
)

CODES = [f"511921100208{n:04d}" for n in range(10000)]


def population(*, vulnerable: bool = False, headcount: int = 4) -> list[Behaviour]:
    return [behaviour(2022, code, headcount, True, vulnerable) for code in CODES]


def of_kind(kind: Kind) -> list[Behaviour]:
    return [each for each in population() if each.kind is kind]


def test_the_same_arguments_give_the_same_behaviour_in_any_order() -> None:
    forwards = [behaviour(7, code, 3, True, False) for code in CODES[:200]]
    backwards = [behaviour(7, code, 3, True, False) for code in reversed(CODES[:200])]
    assert forwards == backwards[::-1]
    assert forwards != [behaviour(8, code, 3, True, False) for code in CODES[:200]]


def test_a_known_household_does_what_it_always_did() -> None:
    """Python seeds by text in the same way on every machine: a drill can be told again."""
    kinds = [behaviour(1, code, 3, True, False).kind.value for code in CODES[:6]]
    late, never, soon = "answers_late", "never_looks", "answers_soon"
    assert kinds == [late, never, late, never, late, soon]
    assert behaviour(1, CODES[0], 3, True, False).replies[0].delay_seconds == pytest.approx(
        956.93768
    )


@pytest.mark.parametrize("vulnerable", [False, True])
def test_the_kinds_come_in_the_stated_shares(vulnerable: bool) -> None:
    assert sum(share[vulnerable] for share in SHARES.values()) == 1000
    counted = Counter(each.kind for each in population(vulnerable=vulnerable))
    for kind, share in SHARES.items():
        assert counted[kind] / 10 == pytest.approx(share[vulnerable], abs=15, rel=0.25)


def test_most_answer_within_minutes() -> None:
    delays = [each.replies[0].delay_seconds for each in of_kind(Kind.ANSWERS_SOON)]
    assert 160 <= statistics.median(delays) <= 200
    assert min(delays) >= 20
    assert max(delays) <= 900
    late = [each.replies[0].delay_seconds for each in of_kind(Kind.ANSWERS_LATE)]
    assert 600 <= min(late) <= max(late) <= 1200


def test_without_a_phone_nobody_answers() -> None:
    silent = behaviour(1, CODES[0], 3, False, False)
    assert (silent.kind, silent.replies, silent.call.key) == (Kind.NO_PHONE, (), None)
    assert silent.at_door.people == 3
    assert silent.final_standing == "evacuated"


def test_nobody_who_lives_alone_leaves_partly() -> None:
    assert all(each.kind is not Kind.PARTLY for each in population(headcount=1))


def test_a_partly_answer_counts_fewer_than_live_there() -> None:
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
        (Kind.STAYS, "staying", {"3", "不走"}),
        (Kind.ELSEWHERE, "elsewhere", {"4", "在外地", "不在家", "away"}),
        (Kind.ASKS_HELP, "evacuated", {"2", "求助", "老人走不动", "被困"}),
        (Kind.OPTS_OUT, "evacuated", {"STOP"}),
        (Kind.NEVER_LOOKS, "evacuated", set()),
    ],
)
def test_no_reply_contradicts_what_is_found_at_the_door(
    kind: Kind, standing: str, bodies: set[str]
) -> None:
    for each in of_kind(kind):
        assert each.final_standing == each.at_door.standing == standing
        assert each.at_door.people == 4
        assert {reply.body for reply in each.replies} <= bodies


def test_every_other_household_ends_out() -> None:
    others = {Kind.ANSWERS_SOON, Kind.ANSWERS_LATE, Kind.PARTLY, Kind.GARBLED}
    assert {each.final_standing for each in population() if each.kind in others} == {"evacuated"}


def test_replies_come_in_order_and_a_call_for_help_comes_early() -> None:
    for each in population():
        delays = [reply.delay_seconds for reply in each.replies]
        assert delays == sorted(delays)
    assert max(each.replies[0].delay_seconds for each in of_kind(Kind.ASKS_HELP)) <= 150


def test_what_is_unclear_at_first_is_said_clearly_then() -> None:
    for each in of_kind(Kind.GARBLED):
        first, second = each.replies
        assert first.body in {"???", "什么", "。。。"}
        assert second.body == "1"


def test_the_key_says_what_the_household_would_text() -> None:
    for each in population():
        if each.call.key is not None:
            assert each.call.pick_up == "answers"
        if each.kind in {Kind.NEVER_LOOKS, Kind.ANSWERS_LATE, Kind.OPTS_OUT}:
            assert each.call.pick_up != "answers"
    keys = {each.kind: each.call.key for each in population()}
    assert (keys[Kind.STAYS], keys[Kind.ELSEWHERE], keys[Kind.ASKS_HELP]) == ("3", "4", "2")


def test_most_officers_confirm_and_a_few_are_silent() -> None:
    officers = [officer_behaviour(1, f"officer-{n}") for n in range(4000)]
    silent = [each for each in officers if not each.replies]
    assert len(silent) / 4000 == pytest.approx(SILENT_OFFICERS, abs=0.015)
    assert {each.call.pick_up for each in silent} == {"rings"}
    for each in officers:
        assert [reply.body for reply in each.replies] in ([], ["1"])
        assert all(20 <= reply.delay_seconds <= 120 for reply in each.replies)
    assert officers[:50] == [officer_behaviour(1, f"officer-{n}") for n in range(50)]
