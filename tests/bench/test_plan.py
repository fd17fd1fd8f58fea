"""The plan bench: the names of its figures, and the results that it refuses."""

import pytest

from scripts.benches.plan import check, label, worst
from scripts.benches.planning import Took

RAISED = Took(seconds=1.0, peak_mib=100.0, households=300, texts=290)
COPIED = Took(seconds=0.5, peak_mib=90.0, households=300, texts=330)


def test_sizes_have_short_names() -> None:
    assert [label(size) for size in (1_000, 100_000, 1_000_000, 2_500)] == [
        "1k",
        "100k",
        "1m",
        "2500",
    ]


def test_worse_of_the_two_databases_counts() -> None:
    found = {
        "sqlite_to_insert_select_1m": 1.5,
        "postgresql_to_insert_select_1m": 1.2,
        "sqlite_peak_mib_1m": 150.0,
        "postgresql_peak_mib_1m": 160.0,
    }
    assert worst(found, 1_000_000) == {"to_insert_select_1m": 1.5, "peak_mib": 160.0}


def test_complete_rows_pass() -> None:
    check(RAISED, COPIED, 300)


@pytest.mark.parametrize(
    ("raised", "copied"),
    [
        (Took(1.0, 100.0, 299, 290), COPIED),
        (RAISED, Took(0.5, 90.0, 299, 330)),
        (RAISED, Took(0.5, 90.0, 300, 289)),
    ],
)
def test_missing_row_is_an_error(raised: Took, copied: Took) -> None:
    with pytest.raises(RuntimeError, match="300 households"):
        check(raised, copied, 300)
