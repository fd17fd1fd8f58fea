"""Verification of an exported log names every changed, missing or added line."""

import io
from collections.abc import Callable
from typing import Final

import pytest

from alerting.accounting.audit import Anchor
from alerting.ledger.chain import chained
from alerting.report.lines import EntryLine, Head, HouseholdLine, read_line
from alerting.report.proof import ExportError, Proof, prove
from alerting.report.rules.fold import Enrolled
from tests.report.test_lines import HEAD, HOME
from tests.support.city import NOW, QIANFO, household_code

Lines = list[str]

HOUSEHOLDS: Final = 3

ENTRIES: Final = 4


def exported() -> Lines:
    """Return the lines of a log of four entries over a roll of three households."""
    lines: Lines = []
    roll = chain = None
    for number in range(1, HOUSEHOLDS + 1):
        home = Enrolled(household_code(QIANFO, number), QIANFO, 5, 0, 1)
        line = HouseholdLine.of(home, roll)
        roll = line.hash
        lines.append(line.written())
    for seq in range(1, ENTRIES + 1):
        entry = {
            "alert": 1,
            "seq": seq,
            "at": NOW,
            "kind": "dark.told",
            "division": QIANFO,
            "subject": "",
            "payload": "{}",
            "salt": "0" * 32,
            "commitment": None,
        }
        chain = chained(chain, entry)
        lines.append(EntryLine.of(entry | {"chain": chain}).written())
    ends = {"households": HOUSEHOLDS, "roll": roll, "entries": ENTRIES, "chain": chain}
    return [Head.sealed(**HEAD | ends).written(), *lines]


def proven(lines: Lines, *anchors: Anchor) -> Proof:
    return prove(io.BytesIO("".join(line + "\n" for line in lines).encode()), anchors)


def changed(lines: Lines, place: int, before: str, after: str) -> Lines:
    assert before in lines[place]
    return [*lines[:place], lines[place].replace(before, after), *lines[place + 1 :]]


def without(lines: Lines, place: int) -> Lines:
    return lines[:place] + lines[place + 1 :]


def doubled(lines: Lines, place: int) -> Lines:
    return lines[: place + 1] + lines[place:]


def test_unchanged_log_has_no_fault() -> None:
    proof = proven(exported())
    assert proof.faults == ()
    assert (proof.head.entries, proof.accounts[QIANFO].expected.people) == (ENTRIES, 15)


FAULTS: Final[dict[str, tuple[Callable[[Lines], Lines], list[int]]]] = {
    "head": (lambda lines: changed(lines, 0, "滑坡", "泥石流"), [1]),
    "household": (lambda lines: changed(lines, 2, '"headcount":5', '"headcount":4'), [3]),
    "entry": (lambda lines: changed(lines, 5, "dark.told", "help.told"), [6]),
    "two entries": (
        lambda lines: changed(changed(lines, 5, "{}", "{ }"), 7, "{}", "{ }"),
        [6, 8],
    ),
    "unreadable": (lambda lines: changed(lines, 5, "{", "["), [6, 9]),
    "missing household": (lambda lines: without(lines, 2), [3, 8]),
    "missing entry": (lambda lines: without(lines, 5), [6, 8]),
    "missing first entry": (lambda lines: without(lines, 4), [5, 8, 8]),
    "missing end": (lambda lines: lines[:-1], [8]),
    "doubled entry": (lambda lines: doubled(lines, 5), [7, 10]),
    "household among entries": (lambda lines: [*lines, lines[1]], [9]),
    "blank line": (lambda lines: [*lines, ""], [9]),
}
"""Kinds of damage: a function that damages the lines, and the line numbers of the faults."""


@pytest.mark.parametrize("fault", FAULTS)
def test_every_changed_missing_or_added_line_is_named(fault: str) -> None:
    spoil, named = FAULTS[fault]
    assert [each.line for each in proven(spoil(exported())).faults] == named


def test_forged_log_differs_from_its_anchor() -> None:
    lines = exported()
    entry = read_line(lines[5])
    kept = Anchor(1, 2, entry.hash)
    assert proven(lines, kept, Anchor(2, 1, "0" * 64)).faults == ()
    assert [each.line for each in proven(lines, Anchor(1, 2, "0" * 64)).faults] == [6]
    assert [each.what for each in proven(lines, Anchor(1, 9, entry.hash)).faults] == [
        "entry 9 is anchored and missing"
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "line 1: this is no log"),
        (b"\xff\xfe", "line 1: this is no log"),
        (HouseholdLine.of(HOME, None).written().encode(), "line 1: the head is missing"),
        (b"{" * (4 * 1024 * 1024 + 1), "line 1: it is longer than"),
    ],
    ids=["empty", "binary", "without a head", "endless"],
)
def test_file_that_is_no_export_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(ExportError, match=reason):
        prove(io.BytesIO(content))


def test_at_most_20_faults_are_named() -> None:
    assert len(proven([*exported(), *[""] * 100]).faults) == 20
