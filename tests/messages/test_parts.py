"""A long list goes into several texts, and none of them is cut."""

from collections.abc import Sequence

import pytest

from alerting.cap.alert import Status
from alerting.messages.parts import in_parts
from alerting.messages.text import TextFacts, TextKind, languages, segments
from tests.support.city import POLICY

HEADS = [f"{number:03d}欧阳住户{number:04d}" for number in range(1, 41)]


def about(heads: Sequence[str]) -> TextFacts:
    listed = " ".join(heads)
    return TextFacts(
        status=Status.ACTUAL,
        issuer=POLICY.issuer.at(""),
        time="05:10",
        count=len(heads),
        listed=listed,
        example=heads[0][:3],
    )


@pytest.mark.parametrize("language", languages())
def test_every_item_stands_whole_in_one_of_the_texts(language: str) -> None:
    bodies = in_parts(TextKind.NEIGHBOUR, language, HEADS, about)
    assert len(bodies) > 1
    assert all(segments(body).count <= 2 and ".." not in body for body in bodies)
    assert [sum(head in body for body in bodies) for head in HEADS] == [1] * len(HEADS)
    assert sorted(HEADS, key=lambda head: "".join(bodies).index(head)) == HEADS


def test_texts_are_as_few_as_possible_and_each_counts_its_own_part() -> None:
    bodies = in_parts(TextKind.NEIGHBOUR, "zh", HEADS[:9], about)
    fitting = [body.count("欧阳") for body in bodies]
    assert sum(fitting) == 9
    assert all(f"{n}户" in body for n, body in zip(fitting, bodies, strict=True))
    one_more = in_parts(TextKind.NEIGHBOUR, "zh", HEADS[: fitting[0] + 1], about)
    assert len(in_parts(TextKind.NEIGHBOUR, "zh", HEADS[: fitting[0]], about)) == 1
    assert len(one_more) == 2


def test_item_that_fills_a_text_alone_is_cut_like_any_name() -> None:
    bodies = in_parts(TextKind.NEIGHBOUR, "zh", ["034" + "长" * 190, "035李四"], about)
    assert [".." in body for body in bodies] == [True, False]


def test_nothing_to_list_makes_no_text() -> None:
    assert in_parts(TextKind.NEIGHBOUR, "zh", [], about) == []
