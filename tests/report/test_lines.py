"""Lines of an export are canonical JSON, and each has the hash of its content."""

from typing import Any, Final

import pytest

from alerting.report.lines import EntryLine, Head, HouseholdLine, read_line
from alerting.report.rules.fold import Enrolled
from tests.support.city import NOW, QIANFO, household_code

HEAD: Final[dict[str, Any]] = {
    "alert": 1,
    "identifier": "test-27",
    "number": 27,
    "status": "Exercise",
    "event": "滑坡",
    "sent": NOW,
    "divisions": (QIANFO,),
    "home": QIANFO,
    "issuer": "通江县应急管理局",
    "exported_at": NOW,
    "entries": 0,
    "chain": None,
    "households": 0,
    "roll": None,
}
HOME: Final = Enrolled(household_code(QIANFO, 1), QIANFO, 5, 2, 1)


def test_written_lines_can_be_read() -> None:
    entry = EntryLine.of(
        {
            "alert": 1,
            "seq": 1,
            "at": NOW,
            "kind": "alert.closed",
            "division": "",
            "subject": "commander",
            "payload": "{}",
            "salt": "0" * 32,
            "commitment": None,
            "chain": "0" * 64,
        }
    )
    for line in (Head.sealed(**HEAD), HouseholdLine.of(HOME, None), entry):
        assert read_line(line.written()) == line


def test_hash_depends_on_every_field_and_on_the_line_before() -> None:
    first = HouseholdLine.of(HOME, None)
    assert first.made(None) == first.hash
    assert first.made("0" * 64) != first.hash
    assert first.model_copy(update={"headcount": 6}).made(None) != first.hash
    head = Head.sealed(**HEAD)
    assert head.made() == head.hash
    assert head.model_copy(update={"issuer": "别的局"}).made() != head.hash


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("", "JSON"),
        ("[]", "object"),
        ('{"line":"moon"}', "moon"),
        (HouseholdLine.of(HOME, None).written().replace('"named":2', '"named":2,"x":1'), "Extra"),
        (HouseholdLine.of(HOME, None).written().replace('"named":2', '"named":"2"'), "integer"),
        (HouseholdLine.of(HOME, None).written().replace('"named":2', '"named": 2'), "canonical"),
        (HouseholdLine.of(HOME, None).written().replace("}", ',"named":2}'), "canonical"),
    ],
)
def test_invalid_line_is_refused(wrong: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_line(wrong)
