"""The growth bench compares costs in the largest city with those in the smallest."""

import pytest

from scripts.benches.growing import AT_HOME
from scripts.benches.growth import _work, growth
from scripts.benches.plan_city import PHONELESS_EVERY

COSTS = {
    "answer_cpu_ms": 1.0,
    "answer_ms": 2.0,
    "frame_cpu_ms": 3.0,
    "frame_ms": 4.0,
    "frame_sending_cpu_ms": 5.0,
    "frame_sending_ms": 6.0,
}


def figures(**times: float) -> dict[str, float]:
    """Return equal costs at 1k and 1m households; those at 1m are multiplied by `times`."""
    small = {f"{e}_{what}_1k": ms for e in ("sqlite", "postgresql") for what, ms in COSTS.items()}
    large = {
        name.replace("1k", "1m"): ms * times.get(name.removesuffix("_1k"), 1.0)
        for name, ms in small.items()
    }
    return small | large


def test_constant_costs_have_ratio_one() -> None:
    assert set(growth(figures(), 1_000, 1_000_000).values()) == {1.0}


@pytest.mark.parametrize(
    ("cost", "own", "worst"),
    [
        ("sqlite_answer_cpu_ms", "sqlite_answer_1m_to_1k", "answer_1m_to_1k"),
        ("postgresql_answer_cpu_ms", "postgresql_answer_1m_to_1k", "answer_1m_to_1k"),
        ("postgresql_frame_cpu_ms", "postgresql_frame_1m_to_1k", "frame_1m_to_1k"),
        (
            *("sqlite_frame_sending_cpu_ms", "sqlite_frame_sending_1m_to_1k"),
            "frame_sending_1m_to_1k",
        ),
        ("sqlite_frame_ms", "sqlite_frame_wait_1m_to_1k", None),
        ("postgresql_answer_ms", "postgresql_answer_wait_1m_to_1k", None),
    ],
)
def test_growth_on_one_database_is_reported(cost: str, own: str, worst: str | None) -> None:
    found = growth(figures(**{cost: 1.5}), 1_000, 1_000_000)
    assert {name for name, ratio in found.items() if ratio == 1.5} == {own, worst} - {None}


def test_answering_households_have_a_phone_and_answer_once() -> None:
    works = _work(100, 19, 1, 5)
    assert [len(work.numbers) for work in works] == [19] * 5
    answering = sorted(number for work in works for number in work.numbers)
    assert answering == [n for n in range(100) if n % PHONELESS_EVERY and n != AT_HOME]
    assert len({work.run for work in works}) == 5
