"""Door codes are found in reports, in any usual form."""

import pytest

from alerting.replies.rules.door_codes import numbered_report_in, numbered_reports
from alerting.replies.rules.grammar import normalise


def read(text: str) -> tuple[list[tuple[str, str, int | None]], set[str]]:
    numbered = numbered_reports(tuple(normalise(line) for line in text.splitlines()))
    found = [numbered_report_in(each) for each in numbered.reports]
    reports = [(each[0], each[1].intent.value, each[1].count) for each in found if each]
    assert len(reports) == len(numbered.reports)
    return reports, set(numbered.codes)


@pytest.mark.parametrize(
    "text",
    [
        "012 1 5 #4827",
        "#4827 012 1 5",
        "012 1 5#4827",
        "012 1 5 4827",
        "4827 012 1 5",
        "012 1 5（4827）",
        "０１２　１　５　＃４８２７",
        "012 1 5 # 4827.",
        "012 1 5, code 4827",
        "Code: 4827, 012 1 5",
        "012 1 5 codigo 4827",
        "012 1 5 clave #4827",
        "012 1 5 码4827",
        "验证码：4827，012 1 5",
        "#4827\n012 1 5",
        "012 1 5\n4827",
        "12 1 5 #4827",
        "#4827 12 1 5",
        "012户 1 5人 #4827",
        "012 全部撤离5人 #4827",
    ],
)
def test_code_is_found_before_or_after_the_report_in_any_form(text: str) -> None:
    assert read(text) == ([("012", "evacuated", 5)], {"4827"})


@pytest.mark.parametrize(
    "text",
    [
        "#4827 012 1 5, 034 3",
        "012 1 5, 034 3 #4827",
        "012 1 5 #4827, 034 3 #4827",
        "012 1 5\n034 3\n#4827",
    ],
)
def test_one_code_is_found_beside_several_reports(text: str) -> None:
    assert read(text) == ([("012", "evacuated", 5), ("034", "staying", None)], {"4827"})


def test_codes_of_two_door_texts_are_found() -> None:
    assert read("012 1 5 #4827\n034 3 #1111")[1] == {"4827", "1111"}


@pytest.mark.parametrize(
    ("text", "household"), [("#0012 1 5", "0012"), ("0012 1 5", "0012"), ("012 1 5 #27", "012")]
)
def test_household_number_and_alert_code_are_not_door_codes(text: str, household: str) -> None:
    reports, codes = read(text)
    assert (reports[0][0], codes) == (household, set())


def test_door_code_is_found_beside_an_alert_code() -> None:
    for text in ("012 1 5 #4827 #27", "012 1 5 #27 #4827"):
        reports = numbered_reports((normalise(text),))
        assert reports.codes == {"4827"}
        found = numbered_report_in(reports.reports[0])
        assert found is not None
        assert (found[1].intent, found[1].alert_code) == ("evacuated", 27)


def test_any_four_digits_can_be_a_code() -> None:
    report = ("012", "evacuated", 5)
    for code in (f"{number:04d}" for number in range(0, 10_000, 271)):
        for text in (f"012 1 5 {code}", f"{code} 012 1 5", f"012 1 5 #{code}", f"#{code} 012 1 5"):
            assert read(text) == ([report], {code}), text


@pytest.mark.parametrize("text", ["1", "1 4", "4827", "今天天气", "", "110快来"])
def test_unmarked_digits_without_a_report_are_no_code(text: str) -> None:
    assert numbered_reports((text,) if text else ()).codes == frozenset()
