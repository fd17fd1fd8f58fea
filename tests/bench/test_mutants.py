"""The mutation check, on rules of its own: one well tested, one not at all."""

import shutil
from pathlib import Path

import pytest
from typer import BadParameter

from scripts.benches.mutants import (
    CORE,
    TESTS,
    copy_checkout,
    differences,
    figures,
    try_mutants,
)
from scripts.benches.report import ROOT

HALF = """\
def half(number: int) -> float:
    return number / 2
"""
TWICE = """\
def twice(number: int) -> int:
    return number * 2
"""
# Hypothesis refuses a property that is a method where it has run before for another object.
PROPERTY = """\
from hypothesis import given, strategies as st

from alerting.core.half import half


class TestAlways:
    @given(st.integers(0, 100))
    def test_twice_a_half_is_the_whole(self, number):
        assert half(number) * 2 == number
"""
FILES = {
    CORE.parent / "__init__.py": "",
    CORE / "__init__.py": "",
    CORE / "half.py": HALF,
    CORE / "twice.py": TWICE,
    CORE / "not_asked_for.py": TWICE,
    TESTS / "test_half.py": PROPERTY,
    Path("pyproject.toml"): '[tool.pytest.ini_options]\naddopts = ["--import-mode=importlib"]\n',
}
SURVIVES = "alerting.core.twice.x_twice__mutmut_1"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that holds no more than is needed."""
    root = tmp_path / "checkout"
    for file, text in FILES.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text, "utf-8")
    shutil.copy(ROOT / TESTS / "conftest.py", root / TESTS)
    return root


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """An empty folder."""
    folder = tmp_path / "workshop"
    folder.mkdir()
    return folder


def test_what_is_tested_is_killed_and_what_is_not_survives(checkout: Path, workshop: Path) -> None:
    before = sorted(checkout.rglob("*"))
    copy_checkout(checkout, workshop, ["half", "twice"])
    outcomes = try_mutants(workshop)
    assert sorted(checkout.rglob("*")) == before
    assert {name.split(".")[2]: outcome for name, outcome in outcomes.items()} == {
        "half": "killed",
        "twice": "survived",
    }
    assert "-    return number * 2\n+    return number / 2" in differences(workshop, [SURVIVES])


def test_tests_that_fail_anyway_prove_nothing(checkout: Path, workshop: Path) -> None:
    (checkout / TESTS / "test_half.py").write_text(PROPERTY.replace("* 2", "* 3"), "utf-8")
    copy_checkout(checkout, workshop, [])
    with pytest.raises(RuntimeError, match="test_twice_a_half_is_the_whole"):
        try_mutants(workshop)


def test_a_module_that_is_not_there_is_refused(checkout: Path, workshop: Path) -> None:
    with pytest.raises(BadParameter, match="no module thrice"):
        copy_checkout(checkout, workshop, ["half", "thrice"])


def test_a_fault_that_hangs_is_noticed_and_one_that_passes_is_not() -> None:
    outcomes = {
        "alerting.core.pace.xǁPaceǁroom__mutmut_1": "killed",
        "alerting.core.pace.xǁPaceǁroom__mutmut_2": "survived",
        "alerting.core.languages.x_load__mutmut_1": "timeouts",
        "alerting.core.languages.x_load__mutmut_2": "killed",
    }
    assert figures(outcomes) == {
        "killed": 0.75,
        "mutants": 4,
        "survived": 1,
        "timeouts": 1,
        "killed_languages": 1.0,
        "killed_pace": 0.5,
    }
