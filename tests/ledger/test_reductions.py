"""Reduced entries are those, and as they were left, that the log says were reduced."""

from typing import Final

import pytest

from alerting.ledger.reductions import Reductions, told_of

COMMITMENT: Final = "0" * 64
LEFT: Final = {2: '{"by":"#0001"}', 3: '{"by":"#0002"}'}
TOLD: Final = told_of(LEFT.items()).written()

Entry = tuple[int, str, str, str | None]


def reduced(seq: int, payload: str) -> Entry:
    return seq, "evidence.given", payload, COMMITMENT


FIRST: Final[Entry] = (1, "alert.raised", "{}", None)
LOG: Final[list[Entry]] = [FIRST, *(reduced(*each) for each in LEFT.items())]


def faults(log: list[Entry]) -> list[str]:
    """Return what is wrong with a log, and the entries that it does not tell of."""
    checked = Reductions()
    found = [f"{entry[0]}: {fault}" for entry in log if (fault := checked.take(*entry))]
    return [*found, *map(str, checked.untold())]


def test_entries_that_are_told_of_are_counted() -> None:
    checked = Reductions()
    assert [checked.take(*entry) for entry in [*LOG, (4, "log.reduced", TOLD, None)]] == [None] * 4
    assert (checked.count, list(checked.untold())) == (2, [])


def test_reductions_one_after_the_other_are_told_of_apart() -> None:
    later = told_of([(5, "{}")]).written()
    log = [*LOG, (4, "log.reduced", TOLD, None), reduced(5, "{}"), (6, "log.reduced", later, None)]
    assert faults(log) == []


def test_an_entry_marked_without_being_told_of_is_found() -> None:
    log = [reduced(1, "{}"), *LOG[1:], (4, "log.reduced", TOLD, None)]
    assert faults(log) == ["1"]
    assert faults(LOG) == ["2", "3"]


@pytest.mark.parametrize(
    "log",
    [
        [FIRST, reduced(2, '{"by":"#0003"}'), LOG[2]],
        [FIRST, LOG[1], (3, "evidence.given", LEFT[3], None)],
        [FIRST, LOG[1]],
    ],
)
def test_what_is_left_cannot_be_changed_restored_or_removed(log: list[Entry]) -> None:
    (fault, *_) = faults([*log, (4, "log.reduced", TOLD, None)])
    assert fault == "4: the entries that it says were reduced differ"


@pytest.mark.parametrize(("payload", "commitment"), [("{}", None), (TOLD, COMMITMENT)])
def test_what_tells_cannot_be_damaged_or_reduced(payload: str, commitment: str | None) -> None:
    assert faults([*LOG, (4, "log.reduced", payload, commitment)])[0].startswith("4: it ")
