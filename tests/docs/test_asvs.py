"""The page on ASVS 5.0 has every requirement of levels 1 and 2, and its counts are right."""

import re
from collections import Counter
from typing import Final

from scripts.structure import ROOT

PAGE: Final = (ROOT / "docs/security-asvs.md").read_text("utf-8")
REQUIREMENTS: Final = """
    1.1:1-2 1.2:1-9 1.3:1-11 1.4:1-3 1.5:1-2
    2.1:1-3 2.2:1-3 2.3:1-4 2.4:1
    3.2:1-2 3.3:1-4 3.4:1-6 3.5:1-5 3.7:1-2
    4.1:1-3 4.2:1 4.3:1-2 4.4:1-4
    5.1:1 5.2:1-3 5.3:1-2 5.4:1-3
    6.1:1-3 6.2:1-12 6.3:1-4 6.4:1-4 6.5:1-5 6.6:1-3 6.8:1-4
    7.1:1-3 7.2:1-4 7.3:1-2 7.4:1-5 7.5:1-2 7.6:1-2
    8.1:1-2 8.2:1-3 8.3:1 8.4:1
    9.1:1-3 9.2:1-4
    10.1:1-2 10.2:1-2 10.3:1-4 10.4:1-11 10.5:1-5 10.6:1-2 10.7:1-3
    11.1:1-2 11.2:1-3 11.3:1-3 11.4:1-4 11.5:1 11.6:1
    12.1:1-3 12.2:1-2 12.3:1-4
    13.1:1 13.2:1-5 13.3:1-2 13.4:1-5
    14.1:1-2 14.2:1-4 14.3:1-3
    15.1:1-3 15.2:1-3 15.3:1-7
    16.1:1 16.2:1-5 16.3:1-4 16.4:1-3 16.5:1-3
    17.1:1 17.2:1-4 17.3:1-2
"""
"""The numbers of the requirements of levels 1 and 2 in ASVS 5.0.0, by section."""

_ROW: Final = re.compile(
    r"^\| (?P<ids>[\d., ]+) \| (?P<state>met|in part|not met|operator|n/a) \| (?P<why>.*) \|$",
    re.MULTILINE,
)
_COUNT: Final = re.compile(
    r"^\| (met|in part|not met|operator|n/a) \| .* \| (\d+) \|$", re.MULTILINE
)


def required() -> list[str]:
    found = []
    for entry in REQUIREMENTS.split():
        section, numbers = entry.split(":")
        for part in numbers.split(","):
            first, _, last = part.partition("-")
            found += [f"{section}.{number}" for number in range(int(first), int(last or first) + 1)]
    return found


def test_every_requirement_is_named_once() -> None:
    named = [each for row in _ROW.finditer(PAGE) for each in row["ids"].split(", ")]
    assert sorted(named) == sorted(required())
    assert len(named) == 253


def test_each_row_has_a_reason() -> None:
    assert [row["ids"] for row in _ROW.finditer(PAGE) if not row["why"].strip()] == []


def test_counts_equal_the_rows() -> None:
    counted = Counter[str]()
    for row in _ROW.finditer(PAGE):
        counted[row["state"]] += len(row["ids"].split(", "))
    assert {state: int(count) for state, count in _COUNT.findall(PAGE)} == counted
