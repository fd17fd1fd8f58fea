"""The number of people that a text mentions."""

import pytest

from alerting.replies.rules.headcount import count_people, read_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), ("12", 12), ("零", 0), ("两", 2), ("十", 10), ("十二", 12), ("二十", 20),
        ("二十三", 23), ("一百零五", 105), ("五百", 500), ("five", 5), ("twelve", 12),
        ("five hundred", 500), ("three thousand", 3000),
    ],
)  # fmt: skip
def test_digits_and_number_words_are_read(text: str, number: int) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("clauses", "people"),
    [
        (["四个人出来了"], 4),
        (["一家三口都出来了"], 3),
        (["一共五口人", "出来了四个"], 4),
        (["三个大人两个小孩"], 5),
        (["三个大人两个小孩", "一共5人"], 5),
        (["4 out of 5"], 4),
        (["all five of us"], 5),
        (["both of us"], 2),
        (["two adults and one child"], 3),
        (["十二个人"], 12),
        (["大人4个小孩2个"], 6),
        (["大人两个", "娃儿一个"], 3),
        (["adults 4, kids 2"], 6),
        (["adultos 4, ninos 2"], 6),
        (["三个大人两个小孩三个老人"], 8),
    ],
)
def test_lowest_number_or_sum_of_adults_and_children_counts(
    clauses: list[str], people: int
) -> None:
    assert count_people(clauses) == people


@pytest.mark.parametrize(
    "clause",
    [
        "下午3点出来的",
        "10分钟前出来",
        "转移到3组",
        "在2号院",
        "out 10 minutes ago",
        "left at 5",
        "喝了二两酒",
    ],
)
def test_numbers_of_other_things_count_nobody(clause: str) -> None:
    assert count_people([clause]) is None


@pytest.mark.parametrize(
    ("clauses", "people"),
    [
        (["我出来了"], 1),
        (["i am out"], 1),
        (["我和老婆出来了"], 2),
        (["我妈出来了"], 1),
        (["我出来了", "老婆也出来了"], 2),
        (["爸妈出来了"], 2),
        (["my wife and i"], 2),
        (["the kids are out"], 2),
        (["我们出来了"], None),
        (["我和家人都出来了"], None),
        (["me and my family"], None),
        (["已转移"], None),
        ([], None),
    ],
)
def test_named_persons_are_counted_unless_the_text_says_we(
    clauses: list[str], people: int | None
) -> None:
    assert count_people(clauses) == people
