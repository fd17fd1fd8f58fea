"""The options and the summary of a run of the tests; their fixtures are loaded where they run."""

import gc
from collections.abc import Iterator

import pytest
from hypothesis import settings

import tests.support.mutant_profile  # noqa: F401 - registers the profile of the mutants
from tests.support.backends import BACKENDS, on_the_other

_WAITING = {"faults", "browser", "cli", "test_server.py"}
"""Folders and files whose tests mostly wait for processes and for clocks."""
_MOST_OBJECTS = 100_000
"""New objects before the collector runs; with Python's 700 it takes a twentieth of a run."""

# Neither a busy machine nor chance may make the default run fail: it has no deadline, and draws the
# same examples each time. With `--long` others are drawn; a failure prints how to repeat it.
settings.register_profile("alerting", deadline=None, derandomize=True, max_examples=25)
settings.register_profile(
    "long", deadline=None, derandomize=False, print_blob=True, max_examples=100
)
settings.load_profile("alerting")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option `--long`, which also runs the long histories."""
    parser.addoption("--long", action="store_true", help="run also what is marked as long")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the number of examples per property, and load the fixtures if tests run here.

    The process that only hands tests to workers does not load them, which saves it the seconds that
    importing the service takes.
    """
    if config.getoption("long"):
        settings.load_profile("long")
    if hasattr(config, "workerinput") or config.getoption("dist", "no") == "no":
        # Until all tests are collected, hardly anything is garbage.
        gc.disable()
        config.pluginmanager.import_plugin("tests.support.fixtures")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests that only `--long` runs, and let those that mostly wait come first.

    Only `--long` runs long histories, and tests on the second of two databases. Tests that mostly
    wait come first, in random order, so that one worker waits while the others work. If they came
    last, all workers would wait for them.
    """
    items.sort(key=lambda item: not _WAITING & set(item.path.relative_to(config.rootpath).parts))
    if config.getoption("long"):
        return
    left_out = {item for item in items if item.get_closest_marker("long")}
    left_out |= on_the_other(item for item in items if item not in left_out)
    config.hook.pytest_deselected(items=[item for item in items if item in left_out])
    items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish() -> None:
    """Exempt imported modules and collected tests from garbage collection: they stay to the end."""
    gc.freeze()
    gc.set_threshold(_MOST_OBJECTS)
    gc.enable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Print, after pytest's summary, the databases used, the recorded properties and the skips."""
    yield
    ran = [
        report.nodeid.partition("[")[2].rstrip("]").split("-")
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
    ]
    counts = ", ".join(f"{sum(each in ids for ids in ran)} on {each}" for each in BACKENDS)
    terminalreporter.write_line(f"Tests by database: {counts}")
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                if report.when == "call":
                    terminalreporter.write_line(f"{report.nodeid}: {name} {value}")
    skipped = [str(report.longrepr) for report in terminalreporter.getreports("skipped")]
    if stories := sum("no Chromium" in reason for reason in skipped):
        terminalreporter.write_line(
            f"{stories} tests of the pages in a browser were skipped: there is no Chromium, which "
            "'apt-get install chromium' installs",
            yellow=True,
        )
