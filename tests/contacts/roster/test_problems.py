"""A problem names its sheet, line and column, in English and Chinese."""

import pytest

from contacts.roster.problems import MOST_PROBLEMS, Problem, Problems, RosterError


def test_problem_names_its_place_in_both_languages() -> None:
    problem = Problem(6, "户主", "is empty: fill it in", "是空的：请填写", "花名册")
    assert str(problem) == "sheet 花名册, line 6, 户主: is empty: fill it in"
    assert problem.in_chinese() == "工作表“花名册”第6行，户主：是空的：请填写"
    assert Problem(6, "", "x", "甲").in_chinese() == "第6行：甲"


def test_problems_are_sorted_by_line() -> None:
    error = RosterError([Problem(7, "name", "b", "乙"), Problem(3, "", "a", "甲")])
    assert str(error) == "line 3: a\nline 7, name: b"
    assert error.in_both_languages().splitlines() == [
        "line 3: a",
        "  第3行：甲",
        "line 7, name: b",
        "  第7行，name：乙",
    ]


def test_full_list_says_that_there_may_be_more_problems() -> None:
    error = RosterError([Problem(1, "", "a", "甲")] * MOST_PROBLEMS)
    assert "there may be more" in error.in_both_languages()


def test_same_problem_on_many_lines_is_listed_once_with_its_lines() -> None:
    problems = Problems()
    for line in range(5, 8):
        problems.add(Problem(line, "村", "is unknown", "没有这个村", "甲"))
    problems.add(Problem(6, "村", "is empty", "是空的", "甲"))
    with pytest.raises(RosterError) as caught:
        problems.check()
    assert str(caught.value).splitlines() == [
        "sheet 甲, line 5, 村: is unknown (3 lines: also 6, 7)",
        "sheet 甲, line 6, 村: is empty",
    ]
    assert caught.value.problems[0].in_chinese() == (
        "工作表“甲”第5行，村：没有这个村（共3行，另见第6、7行）"
    )


def test_listed_lines_of_a_repeated_problem_are_bounded() -> None:
    problems = Problems()
    for line in range(1, MOST_PROBLEMS * 2):
        problems.add(Problem(line, "", "a", "甲"))
    (problem,) = problems
    assert (problem.line, problem.count, problem.also) == (1, 399, tuple(range(2, 11)))
    assert str(problem).endswith("(399 lines: also 2, 3, 4, 5, 6, 7, 8, 9, 10, ...)")
    assert problem.in_chinese().endswith("（共399行，另见第2、3、4、5、6、7、8、9、10行等）")


def test_check_without_problems_raises_nothing() -> None:
    Problems().check()
