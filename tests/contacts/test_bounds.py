"""Bounds of times in requests, and texts of refusals."""

from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from contacts.bounds import CellError, Moment, quoted

MOMENT = TypeAdapter[datetime](Moment)


@pytest.mark.parametrize(
    "said",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "1999-12-31T23:59:59Z",
        "2100-01-01T00:00:00Z",
        "2026-08-29T05:10:00",
        10**30,
    ],
)
def test_time_outside_this_century_or_without_zone_is_refused(said: object) -> None:
    with pytest.raises(ValidationError):
        MOMENT.validate_python(said)


def test_time_of_this_century_is_kept() -> None:
    said = MOMENT.validate_python("2026-08-29T13:10:00+08:00")
    assert said == datetime(2026, 8, 29, 5, 10, tzinfo=UTC)


def test_refusal_has_both_texts() -> None:
    fault = CellError("is empty: fill it in", "是空的：请填写")
    assert isinstance(fault, ValueError)
    assert (str(fault), fault.chinese) == ("is empty: fill it in", "是空的：请填写")


def test_quoted_text_shows_control_characters() -> None:
    assert quoted("通江\n县") == "“通江\\n县”"
