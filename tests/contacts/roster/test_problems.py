"""A problem names its sheet, line and column, in English and Chinese."""

from contacts.roster.problems import MOST_PROBLEMS, Problem, RosterError


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


def test_as_many_as_are_collected_may_not_be_all() -> None:
    error = RosterError([Problem(1, "", "a", "甲")] * MOST_PROBLEMS)
    assert "there may be more" in error.in_both_languages()
