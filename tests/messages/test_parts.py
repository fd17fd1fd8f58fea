"""A long list is split over several texts, or ends with the number of items left over."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerting.cap.alert import Status
from alerting.messages.parts import Limit, Rest, in_parts
from alerting.messages.text import TextFacts, TextKind, languages, segments
from alerting.replies.rules.intents import Intent
from alerting.replies.rules.reply import read_reply
from tests.support.city import POLICY

HEADS = [f"{number:03d}欧阳住户{number:04d}" for number in range(1, 41)]
DOORS = [f"D{number:03d}" for number in range(1, 201)]
MARK = re.compile(r"[（(](\d+)/(\d+)[）)]")
REST = re.compile(r"(?:另有|and |otros )(\d+)")


def about(heads: Sequence[str]) -> TextFacts:
    listed = " ".join(heads)
    return TextFacts(
        status=Status.ACTUAL,
        issuer=POLICY.issuer.at(""),
        time="05:10",
        count=len(heads),
        listed=listed,
        example="034",
        reply_code="4821",
    )


@pytest.mark.parametrize("language", languages())
def test_every_item_is_whole_in_one_of_the_texts(language: str) -> None:
    bodies = in_parts(TextKind.NEIGHBOUR, language, HEADS, about)
    assert len(bodies) > 1
    assert all(segments(body).count <= 2 for body in bodies)
    assert [sum(head in body for body in bodies) for head in HEADS] == [1] * len(HEADS)
    assert sorted(HEADS, key=lambda head: "".join(bodies).index(head)) == HEADS


@pytest.mark.parametrize("language", languages())
def test_several_texts_are_numbered_but_a_single_text_is_not(language: str) -> None:
    bodies = in_parts(TextKind.NEIGHBOUR, language, HEADS, about)
    marks = [MARK.findall(body) for body in bodies]
    assert marks == [[(str(n), str(len(bodies)))] for n in range(1, len(bodies) + 1)]
    (alone,) = in_parts(TextKind.NEIGHBOUR, language, HEADS[:2], about)
    assert not MARK.search(alone)


@pytest.mark.parametrize("language", languages())
def test_numbers_of_more_than_nine_texts_fit(language: str) -> None:
    bodies = in_parts(TextKind.DOORS, language, DOORS * 6, about)
    assert len(bodies) > 9
    assert {MARK.findall(body)[0][1] for body in bodies} == {str(len(bodies))}
    assert all(segments(body).count <= 2 for body in bodies)


def test_texts_are_as_few_as_possible_and_each_states_its_own_count() -> None:
    bodies = in_parts(TextKind.NEIGHBOUR, "zh", HEADS[:9], about)
    fitting = [body.count("欧阳") for body in bodies]
    assert sum(fitting) == 9
    assert all(f"{n}户" in body for n, body in zip(fitting, bodies, strict=True))
    alone = next(n for n in range(9, 0, -1) if segments(_one(HEADS[:n])).count <= 2)
    assert len(in_parts(TextKind.NEIGHBOUR, "zh", HEADS[:alone], about)) == 1
    assert len(in_parts(TextKind.NEIGHBOUR, "zh", HEADS[: alone + 1], about)) == 2


def _one(heads: Sequence[str]) -> str:
    (body,) = in_parts(TextKind.NEIGHBOUR, "zh", heads, about, Limit(1, Rest.MORE))
    return body if all(head in body for head in heads) else "长" * 140


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("most", [1, 3])
@pytest.mark.parametrize("rest", Rest)
def test_last_text_within_a_limit_states_number_left_over(
    language: str, most: int, rest: Rest
) -> None:
    bodies = in_parts(TextKind.DOORS, language, DOORS, about, Limit(most, rest))
    assert len(bodies) == most
    named = [door for door in DOORS if any(re.search(rf"\b{door}\b", body) for body in bodies)]
    assert named == DOORS[: len(named)]
    assert [int(number) for body in bodies for number in REST.findall(body)] == [200 - len(named)]
    assert REST.search(bodies[-1])
    assert all(segments(body).count <= 2 for body in bodies)


def test_list_that_fits_the_limit_mentions_no_rest() -> None:
    fitting = in_parts(TextKind.DOORS, "zh", DOORS[:40], about)
    limited = in_parts(TextKind.DOORS, "zh", DOORS[:40], about, Limit(len(fitting), Rest.ON_DOORS))
    assert limited == fitting
    assert not REST.search("".join(limited))


def test_limited_list_says_where_to_see_the_rest() -> None:
    (on_board,) = in_parts(TextKind.DOORS, "en", DOORS, about, Limit(1, Rest.ON_BOARD))
    (on_doors,) = in_parts(TextKind.DOORS, "en", DOORS, about, Limit(1, Rest.ON_DOORS))
    assert "more on the board" in on_board
    assert "more on the doors page" in on_doors


def test_oversized_item_gets_a_text_of_its_own() -> None:
    long = "034" + "长" * 190
    bodies = in_parts(TextKind.NEIGHBOUR, "zh", [long, "035李四"], about)
    assert long in bodies[0]
    assert [segments(body).count > 2 for body in bodies] == [True, False]
    assert "035李四" in bodies[1]


@pytest.mark.parametrize("kind", [TextKind.GROUP_UNWOKEN, TextKind.GROUP_HELP_CASE])
def test_post_to_a_group_is_longer_than_a_text(kind: TextKind) -> None:
    places = [f"天马山镇天堂村{number}" for number in range(300)]
    posts = in_parts(kind, "zh", places, about, Limit(3, Rest.ON_BOARD))
    assert all(len(post) > 500 and len(post.encode()) <= 2048 for post in posts)
    assert len(posts) == 3
    assert "见指挥台" in posts[-1]


def test_listed_fact_includes_part_number_and_rest() -> None:
    bodies = in_parts(TextKind.DOORS, "zh", DOORS, about, Limit(3, Rest.ON_DOORS))
    assert "（1/3）" in bodies[0].facts["listed"]
    assert "另有" in bodies[2].facts["listed"]


def test_echoed_part_accounts_for_nobody() -> None:
    bodies = [
        body
        for language in languages()
        for kind in (
            TextKind.NEIGHBOUR,
            TextKind.DOORS,
            TextKind.REPORTS_RECORDED,
            TextKind.UNVERIFIED,
        )
        for body in in_parts(kind, language, DOORS, about, Limit(3, Rest.MORE))
    ]
    assert {read_reply(body).intent for body in bodies}.isdisjoint(
        {Intent.EVACUATED, Intent.ELSEWHERE}
    )


@given(
    names=st.lists(st.text("长a€é🆘", min_size=1, max_size=60), max_size=60),
    most=st.none() | st.integers(1, 4),
)
def test_every_item_is_named_in_order_or_counted(names: list[str], most: int | None) -> None:
    items = [f"<{number}:{name}>" for number, name in enumerate(names)]
    limit = None if most is None else Limit(most, Rest.MORE)
    bodies = in_parts(TextKind.UNWOKEN, "zh", items, about, limit)
    named = [item for body in bodies for item in items if item in body]
    left = sum(int(number) for body in bodies for number in REST.findall(body))
    assert named == items[: len(named)]
    assert len(named) + left == len(items)
    assert most is None or len(bodies) <= most
    assert all(
        segments(body).count <= 2 or sum(item in body for item in items) == 1 for body in bodies
    )


def test_empty_list_makes_no_text() -> None:
    assert in_parts(TextKind.NEIGHBOUR, "zh", [], about) == []
