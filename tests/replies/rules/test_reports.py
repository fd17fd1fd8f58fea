"""Officers' reports are split and recognised in many forms."""

import pytest

from alerting.replies.rules.grammar import normalise
from alerting.replies.rules.reply import read_normal_report
from alerting.replies.rules.reports import officer_reports


@pytest.mark.parametrize(
    "text",
    [
        "100 1 5，025 1 6；008 2",
        "100 1 5 025 1 6 008 2",
        "100:1:5/025:1:6/008:2",
        "100户1 5、025户1 6、008户2",
        "100 1 5 and 025 1 6 and 008 2",
        "100 1 5; 025全部转移6人; 008 有人被困",
    ],
)
def test_any_separator_divides_reports(text: str) -> None:
    found = [read_normal_report(part) for part in officer_reports(normalise(text))]
    assert [(each[0], each[1].intent, each[1].count) for each in found if each] == [
        ("100", "evacuated", 5),
        ("025", "evacuated", 6),
        ("008", "needs_help", None),
    ]


@pytest.mark.parametrize(
    ("text", "household", "intent", "count"),
    [
        ("3 1 5", "003", "evacuated", 5),
        ("003全部转移5人", "003", "evacuated", 5),
        ("50号全部转移了", "050", "evacuated", None),
        ("Nr 12: all out, 4", "012", "evacuated", 4),
        ("No. 7 won't leave", "007", "staying", None),
        ("034户 2", "034", "needs_help", None),
    ],
)
def test_household_number_is_found_in_many_forms(
    text: str, household: str, intent: str, count: int | None
) -> None:
    (part,) = officer_reports(normalise(text))
    report = read_normal_report(part)
    assert report is not None
    assert (report[0], report[1].intent, report[1].count) == (household, intent, count)


@pytest.mark.parametrize("text", ["1", "1 5", "都出来了", "收到", "500人全部撤离", "119快来", ""])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert officer_reports(normalise(text)) == ([normalise(text)] if text else [])
    assert read_normal_report(normalise(text)) is None
