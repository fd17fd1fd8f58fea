"""Columns are recognised by their headings, even below title rows."""

import pytest

from contacts.roster.headings import (
    HOUSEHOLDS,
    UNREAD,
    Layout,
    asked_fault,
    chinese_name,
    field_of,
    find_layout,
    layout_faults,
)
from contacts.roster.lines import HouseholdLine, columns

ROW = ["序号", "户主姓名", "家庭人口（人）", "联系电话1", "联系电话2", "住址"]


def layout(*rows: list[str], **asked: str) -> Layout:
    found = find_layout(enumerate(rows, start=1), HOUSEHOLDS, {}, asked)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("户 主", "head"),
        ("户主姓名*", "head"),
        ("联系电话（必填）", "phones"),
        ("手机号2", "phones"),
        ("Household Size", "headcount"),
        ("head_of_household", "head"),
        ("特殊人群：", "vulnerable"),
        ("村（社区）", "village"),
        ("code", "code"),
        ("备注", UNREAD),
        ("身份证号", UNREAD),
        ("", UNREAD),
    ],
)
def test_usual_headings_map_to_their_fields(heading: str, field: str) -> None:
    assert field_of(heading, HOUSEHOLDS) == field


def test_every_household_column_has_a_chinese_and_an_english_heading() -> None:
    for name in columns(HouseholdLine):
        assert field_of(chinese_name(name), HOUSEHOLDS) == name
        assert field_of(name, HOUSEHOLDS) == name


def test_headings_may_stand_below_title_rows() -> None:
    found = layout(["诺江镇花名册"], ["2026年", "姓名"], ROW, ["1", "甲", "3", "", "", "户主"])
    assert found.line == 3
    assert found.fields == (UNREAD, "head", "headcount", "phones", "phones", "address")
    assert found.columns("phones") == [3, 4]
    assert (found.heading("head"), found.heading("grid")) == ("户主姓名", "grid")
    assert not found.is_confirmed


def test_row_with_one_known_heading_is_not_a_heading_row() -> None:
    assert find_layout([(1, ["户主", "甲", "乙"])], HOUSEHOLDS, {}, {}) is None


def test_field_names_and_stored_headings_need_no_confirmation() -> None:
    assert layout(["code", "head", "phones"]).is_confirmed
    kept = {"户主姓名": "head", "宅电": "phones", "序号": UNREAD}
    found = find_layout([(1, ["序号", "户主姓名", "宅电"])], HOUSEHOLDS, kept, {})
    assert found is not None
    assert found.is_confirmed
    assert found.fields == (UNREAD, "head", "phones")
    more = find_layout([(1, ["序号", "户主姓名", "宅电", "备注"])], HOUSEHOLDS, kept, {})
    assert more is not None
    assert not more.is_confirmed


def test_requested_column_replaces_the_recognised_one() -> None:
    found = layout([*ROW, "备用电话", "实际住处"], address="实际住处")
    assert found.fields == (
        *(UNREAD, "head", "headcount", "phones", "phones", UNREAD, "phones"),
        "address",
    )
    assert asked_fault([found], HOUSEHOLDS, {"address": "实际住处"}) is None
    for asked, said in (
        ({"address": "住所"}, "no column has the heading '住所'"),
        (
            {"roof": "x"},
            "is no column of households",
        ),
    ):
        fault = asked_fault([found], HOUSEHOLDS, asked)
        assert fault is not None
        assert said in str(fault[1])


def test_error_names_missing_and_duplicate_columns() -> None:
    found = layout(["户主", "姓名", "人数"])
    faults = layout_faults(found, ["head", "address"])
    assert [(field, str(fault)) for field, fault in faults] == [
        (
            "address",
            "is missing: name its column address or 住址, or run again with --map address=HEADING",
        ),
        ("head", "is there twice (户主, 姓名): remove one, or run again with --map head=HEADING"),
    ]
