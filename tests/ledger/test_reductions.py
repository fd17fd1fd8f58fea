"""Reduced entries match those that the log's `log.reduced` entries list."""

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
    """Return the faults of a log, then the reduced entries that it does not list."""
    checked = Reductions()
    found = [f"{entry[0]}: {fault}" for entry in log if (fault := checked.take(*entry))]
    return [*found, *map(str, checked.untold())]


def test_listed_entries_are_counted() -> None:
    checked = Reductions()
    assert [checked.take(*entry) for entry in [*LOG, (4, "log.reduced", TOLD, None)]] == [None] * 4
    assert (checked.count, list(checked.untold())) == (2, [])


def test_two_reductions_of_one_log_are_valid() -> None:
    later = told_of([(5, "{}")]).written()
    log = [*LOG, (4, "log.reduced", TOLD, None), reduced(5, "{}"), (6, "log.reduced", later, None)]
    assert faults(log) == []


def test_reduced_entry_that_is_not_listed_is_found() -> None:
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
def test_change_restore_or_removal_of_listed_entry_is_found(log: list[Entry]) -> None:
    (fault, *_) = faults([*log, (4, "log.reduced", TOLD, None)])
    assert fault == "4: the entries that it says were reduced differ"


@pytest.mark.parametrize(("payload", "commitment"), [("{}", None), (TOLD, COMMITMENT)])
def test_damaged_or_reduced_listing_is_found(payload: str, commitment: str | None) -> None:
    assert faults([*LOG, (4, "log.reduced", payload, commitment)])[0].startswith("4: it ")
