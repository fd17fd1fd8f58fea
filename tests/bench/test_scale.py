"""The section on scale is computed from measured figures, and left out without them."""

from scripts.benches.scale import scale

FIGURES = {
    "plan": {"postgresql_seconds_1m": 60.0, "sqlite_seconds_100k": 3.0},
    "send": {"sends_per_second": 1_000.0},
    "answer": {"sqlite_grouped_per_second": 2_000.0, "postgres_grouped_per_second": 4_000.0},
    "reconnect": {"seconds_all_back": 5.0},
}


def test_needs_of_a_province_are_proportional() -> None:
    page = "\n".join(scale(FIGURES))
    assert "| minutes until the alert is planned | 20.000 | 0.056 |" in page
    assert "| processes that send, at 1,000 texts a second each | 5.556 | 0.031 |" in page
    assert "| answers a second | 33,333 | 185 |" in page
    assert "| times what one process commits of them | 8.333 | 0.093 |" in page
    assert "breaks first at the plan" in page


def test_missing_figure_leaves_the_section_out() -> None:
    assert list(scale(FIGURES | {"plan": {}})) == []
