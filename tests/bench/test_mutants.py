"""The mutation check, on one well-tested and one untested rule."""

import shutil
from pathlib import Path

import pytest
from typer import BadParameter

from scripts.benches.mutants import (
    SOURCE,
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
# Hypothesis refuses a property that is a method if it has run for another object before.
PROPERTY = """\
from hypothesis import given, strategies as st

from alerting.ford.rules.half import half


class TestAlways:
    @given(st.integers(0, 100))
    def test_twice_a_half_is_the_whole(self, number):
        assert half(number) * 2 == number
"""
PROJECT = """\
[tool.pytest.ini_options]
addopts = ["--import-mode=importlib"]
pythonpath = ["."]
"""
PROFILE = TESTS / "support/mutant_profile.py"
RULES = SOURCE / "ford/rules"
FILES = {
    SOURCE / "__init__.py": "",
    SOURCE / "ford/__init__.py": "",
    RULES / "__init__.py": "",
    RULES / "half.py": HALF,
    RULES / "twice.py": TWICE,
    RULES / "not_asked_for.py": TWICE,
    TESTS / "conftest.py": "import tests.support.mutant_profile\n",
    TESTS / "ford/rules/test_half.py": PROPERTY,
    Path("pyproject.toml"): PROJECT,
}
SURVIVES = "alerting.ford.rules.twice.x_twice__mutmut_1"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a minimal checkout."""
    root = tmp_path / "checkout"
    for file, text in FILES.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text, "utf-8")
    (root / PROFILE).parent.mkdir()
    shutil.copy(ROOT / PROFILE, root / PROFILE)
    return root


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """Return an empty folder."""
    folder = tmp_path / "workshop"
    folder.mkdir()
    return folder


@pytest.mark.long
def test_only_mutants_of_untested_rules_survive(checkout: Path, workshop: Path) -> None:
    before = sorted(checkout.rglob("*"))
    copy_checkout(checkout, workshop, ["ford.rules.half", "ford.rules.twice"])
    outcomes = try_mutants(workshop)
    assert sorted(checkout.rglob("*")) == before
    assert {name.split(".")[3]: outcome for name, outcome in outcomes.items()} == {
        "half": "killed",
        "twice": "survived",
    }
    assert "-    return number * 2\n+    return number / 2" in differences(workshop, [SURVIVES])


@pytest.mark.long
def test_tests_that_fail_without_a_mutation_are_an_error(checkout: Path, workshop: Path) -> None:
    (checkout / TESTS / "ford/rules/test_half.py").write_text(
        PROPERTY.replace("* 2", "* 3"), "utf-8"
    )
    copy_checkout(checkout, workshop, [])
    with pytest.raises(RuntimeError, match="test_twice_a_half_is_the_whole"):
        try_mutants(workshop)


def test_unknown_module_is_refused(checkout: Path, workshop: Path) -> None:
    with pytest.raises(BadParameter, match=r"no module of rules ford\.rules\.thrice"):
        copy_checkout(checkout, workshop, ["ford.rules.half", "ford.rules.thrice"])


def test_time_outs_count_as_killed_and_survivors_do_not() -> None:
    outcomes = {
        "alerting.deliveries.rules.providers.xǁPaceǁroom__mutmut_1": "killed",
        "alerting.deliveries.rules.providers.xǁPaceǁroom__mutmut_2": "survived",
        "alerting.messages.languages.x_load__mutmut_1": "timeouts",
        "alerting.messages.languages.x_load__mutmut_2": "killed",
    }
    assert figures(outcomes) == {
        "killed": 0.75,
        "mutants": 4,
        "survived": 1,
        "timeouts": 1,
        "killed_messages.languages": 1.0,
        "killed_deliveries.rules.providers": 0.5,
    }
