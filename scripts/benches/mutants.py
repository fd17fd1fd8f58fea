"""Mutation testing of the pure rules: the share of deliberate faults that their tests notice.

mutmut changes the functions of the pure rules, one place at a time. Each change is a mutant. It is
killed if a test of the rules fails under it or no longer ends. Only the tests that call the
function run, the fastest first, and a property tries the same examples every time. All of it runs
on a copy; the checkout stays unchanged.

mutmut does not mutate code outside of functions, such as tables, nor properties and pydantic's
validators.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Annotated, Final

import typer

from scripts.benches.report import ROOT, JsonFile, report

SOURCE: Final = Path("src/alerting")
TESTS: Final = Path("tests")
RULES: Final = ("*/rules.py", "*/rules/*.py", "cap/*.py", "messages/**/*.py", "policy/*.py")
"""Patterns, below `SOURCE`, of the modules to mutate; their tests mirror them."""

_LIMIT_SECONDS: Final = 60 * 60.0
_TELL_EVERY_SECONDS: Final = 15.0
_MUTMUT: Final = str(Path(sys.executable).with_name("mutmut"))
_NAMES: Final = "alerting."
_PROGRESS: Final = re.compile(r"(\d+)/(\d+) .*🙁 (\d+)")
_RESULT: Final = re.compile(r"^ *(\S+): (.+)$", re.MULTILINE)
_CONFIG: Final = """
[tool.mutmut]
source_paths = ["src"]
only_mutate = {files}
pytest_add_cli_args = ["--hypothesis-profile=mutants", "-p", "no:cacheprovider", "-p", "no:xdist"]
pytest_add_cli_args_test_selection = {tests}
"""
_OUTCOMES: Final = {
    "killed": "killed",
    "timeout": "timeouts",
    "segfault": "timeouts",  # for example after running out of memory
    "survived": "survived",
    "no tests": "survived",
}
"""The outcome of each of mutmut's states.

In any other state mutmut could not tell whether the tests notice the fault.
"""


def bench(
    only: Annotated[
        list[str] | None,
        typer.Option(help="a module of rules, such as roll.rules.standing; repeatable"),
    ] = None,
    survivors: Annotated[
        Path | None, typer.Option(help="write the surviving mutants, as a patch, to this file")
    ] = None,
    json_file: JsonFile = None,
) -> None:
    """Measure the share of deliberate faults in the rules that their tests notice."""
    started = monotonic()
    with TemporaryDirectory(prefix="alerting-mutants-") as name:
        folder = Path(name)
        copy_checkout(ROOT, folder, only or [])
        outcomes = try_mutants(folder)
        seconds = monotonic() - started
        if survivors:
            left = (mutant for mutant, outcome in outcomes.items() if outcome == "survived")
            survivors.write_text(differences(folder, left), "utf-8")
    report("mutants", figures(outcomes) | {"seconds": seconds}, json_file)


def copy_checkout(root: Path, folder: Path, only: Sequence[str]) -> None:
    """Copy the rules and their tests to a folder, and configure there what to mutate.

    Raises:
        typer.BadParameter: if `only` names something that is no module of rules.
    """
    modules = {name_of(file): file for file in rule_modules(root)}
    if unknown := sorted(set(only) - modules.keys()):
        raise typer.BadParameter(f"there is no module of rules {', '.join(unknown)}")
    ignored = shutil.ignore_patterns("__pycache__", "node_modules")
    shutil.copytree(root / "src", folder / "src", ignore=ignored)
    shutil.copytree(root / TESTS, folder / TESTS, ignore=ignored)
    chosen = [modules[module] for module in only or modules]
    tests = [test for file in chosen for test in _tests_of(folder, file)]
    config = _CONFIG.format(
        files=json.dumps([str(SOURCE / file) for file in chosen]), tests=json.dumps(tests)
    )
    project = (root / "pyproject.toml").read_text("utf-8")
    (folder / "pyproject.toml").write_text(project + config, "utf-8")


def rule_modules(root: Path) -> list[Path]:
    """Return the modules of rules with functions, relative to `SOURCE`, in order."""
    source = root / SOURCE
    found = {file for pattern in RULES for file in source.glob(pattern)}
    return sorted(file.relative_to(source) for file in found if "def " in file.read_text("utf-8"))


def name_of(file: Path) -> str:
    """Return the dotted name of a module below the package `alerting`."""
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


def _tests_of(root: Path, file: Path) -> list[str]:
    """Return the test files that mirror a module."""
    stem = file.parent.name if file.stem == "__init__" else file.stem
    folder = file.parent.parent if file.stem == "__init__" else file.parent
    return sorted(
        str(test.relative_to(root)) for test in (root / TESTS / folder).glob(f"test_{stem}*.py")
    )


def try_mutants(folder: Path) -> dict[str, str]:
    """Try all mutants of a copied checkout; return the outcome of each by name.

    An outcome is 'killed', 'timeouts' or 'survived'.

    Raises:
        RuntimeError: if the tests fail without any fault, mutmut cannot tell the outcome of a
            mutant, or the time is up.
    """
    # If mutmut is given names, it first runs their tests without a fault. Otherwise a test that it
    # cannot find by name would kill every mutant for which it is run.
    command = (_MUTMUT, "run", "--max-children", "2", f"{_NAMES}*")
    with subprocess.Popen(  # noqa: S603
        command,
        cwd=folder,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            said = _follow(process.stdout or ())
        except BaseException:
            # Its workers are in its process group, and one that hangs would outlast it.
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        raise RuntimeError("".join(said))
    found = _RESULT.findall(_ask(folder, "results", "--all", "true"))
    if unclear := {status for _, status in found} - set(_OUTCOMES):
        raise RuntimeError(f"mutmut could not tell what became of mutants: {unclear}")
    return {mutant: _OUTCOMES[status] for mutant, status in found}


def figures(outcomes: Mapping[str, str]) -> dict[str, float]:
    """Return the share of mutants killed, in total and by module, and their numbers."""
    by_module = defaultdict[str, Counter[str]](Counter)
    for mutant, outcome in outcomes.items():
        by_module[mutant.removeprefix(_NAMES).rpartition(".")[0]][outcome] += 1
    found = Counter(outcomes.values())
    return {
        "killed": _share(found),
        "mutants": found.total(),
        "survived": found["survived"],
        "timeouts": found["timeouts"],
        **{f"killed_{module}": _share(by_module[module]) for module in sorted(by_module)},
    }


def differences(folder: Path, mutants: Iterable[str]) -> str:
    """Return the differences between mutants and the original rules, as a patch."""
    return "\n".join(_ask(folder, "show", mutant) for mutant in mutants)


def _share(found: Counter[str]) -> float:
    return 1 - found["survived"] / found.total()


def _follow(lines: Iterable[str]) -> deque[str]:
    """Print mutmut's progress from time to time; return its last lines."""
    started = told = monotonic()
    last = deque[str](maxlen=60)
    for line in lines:
        last.append(line)
        now = monotonic()
        if now - started > _LIMIT_SECONDS:
            raise RuntimeError(f"not done after {_LIMIT_SECONDS:.0f} s")
        if (progress := _PROGRESS.search(line)) and now - told >= _TELL_EVERY_SECONDS:
            tried, of, survived = progress.groups()
            typer.echo(f"{now - started:5.0f} s: {tried} of {of} tried, {survived} survived")
            told = now
    return last


def _ask(folder: Path, *arguments: str) -> str:
    return subprocess.run(  # noqa: S603
        (_MUTMUT, *arguments),
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def _environment() -> dict[str, str]:
    """Return our environment without PYTHONPATH, so that the copy is tested."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
