"""A script's first run sets up the environment from any state and names each step.

A shell script stands for Python: it knows a version, makes environments that hold a copy of it, and
notes what pip would have installed. The scripts are the real ones.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
TOOLS: Final = ("bash", "cat", "chmod", "cksum", "cp", "dirname", "env", "flock", "grep", "head")
MORE_TOOLS: Final = ("mkdir", "mv", "rm", "tail", "touch")
BASH: Final = shutil.which("bash") or "bash"
HAS_FLOCK: Final = shutil.which("flock") is not None
PYTHON: Final = """#!/usr/bin/env bash
here=$(dirname "$0")
case "$1 $2" in
    "-c "*) echo {version}.7; [ {minor} -ge 11 ] ;;
    "-I -c") [ -e "$here/pip" ] && echo {version} ;;
    "-m venv")
        echo "venv {version}" >>"$LOG"
        mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && touch "$3/bin/pip" ;;
    "-m pip")
        echo "pip ${{@: -1}}" >>"$LOG"
        if [ -p "$HOLD" ]; then cat "$HOLD"; fi
        echo "Collecting something==1.0"
        printf '#!/usr/bin/env bash\\necho drilled\\n' >"$here/alerting"
        chmod +x "$here/alerting" ;;
esac
"""


@dataclass
class Checkout:
    """A checkout with the scripts, and a PATH with a few tools and the given Pythons."""

    root: Path
    tools: Path

    @property
    def log(self) -> Path:
        return self.tools / "log"

    @property
    def hold(self) -> Path:
        """A FIFO, if it exists: pip waits until somebody writes to it."""
        return self.tools / "hold"

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    def has(self, name: str, version: str) -> Path:
        python = self.tools / name
        python.write_text(PYTHON.format(version=version, minor=version.split(".")[1]), "utf-8")
        python.chmod(0o755)
        return python

    def start(self, **variables: str) -> subprocess.Popen[str]:
        names = {"PATH": str(self.tools), "LOG": str(self.log), "HOLD": str(self.hold)}
        return subprocess.Popen(
            [BASH, "scripts/drill"],
            cwd=self.root,
            env=names | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            process_group=0,
        )

    def drill(self, **variables: str) -> str:
        """Run `scripts/drill`, which must succeed; return its output."""
        process = self.start(**variables)
        said, errors = process.communicate()
        assert (process.returncode, said) == (0, "drilled\n"), errors
        return errors

    def refused(self, **variables: str) -> str:
        process = self.start(**variables)
        said, errors = process.communicate()
        assert (process.returncode, said) == (1, "")
        assert not self.venv.exists()
        return errors

    def done(self) -> list[str]:
        """Return the commands run since the last call."""
        done = self.log.read_text("utf-8").splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return done

    def everything(self, version: str = "3.11") -> list[str]:
        return [f"venv {version}", f"pip {self.root}/requirements.txt", f"pip {self.root}"]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    checkout = Checkout(tmp_path / "checkout", tmp_path / "tools")
    (checkout.root / "scripts").mkdir(parents=True)
    for script in ("drill", "environment.sh"):
        shutil.copy(ROOT / "scripts" / script, checkout.root / "scripts")
    for file in ("requirements.txt", "pyproject.toml"):
        (checkout.root / file).touch()
    checkout.tools.mkdir()
    for tool in TOOLS + MORE_TOOLS:
        if found := shutil.which(tool):
            (checkout.tools / tool).symlink_to(found)
    return checkout


def test_first_run_names_each_step_and_its_seconds(checkout: Checkout) -> None:
    python = checkout.has("python3", "3.11")
    steps = checkout.drill().splitlines()
    assert checkout.done() == checkout.everything()
    assert [step.rpartition(" ... ")[0] for step in steps] == [
        f"Making .venv with {python}",
        "Installing the packages of requirements.txt",
        "Installing the project",
    ]
    assert {step.rpartition(" ")[2] for step in steps} == {"s"}


def test_second_run_installs_nothing(checkout: Checkout) -> None:
    checkout.has("python3", "3.11")
    checkout.drill()
    checkout.done()
    assert checkout.drill() == ""
    assert checkout.done() == []


def test_changed_lock_is_installed_into_the_same_environment(checkout: Checkout) -> None:
    checkout.has("python3", "3.11")
    checkout.drill()
    checkout.done()
    (checkout.root / "requirements.txt").write_text("something==2.0\n", "utf-8")
    checkout.drill()
    assert checkout.done() == checkout.everything()[1:]


def test_old_python_is_refused_with_the_remedy(checkout: Checkout) -> None:
    python = checkout.has("python3", "3.10")
    assert checkout.refused() == (
        f"scripts/drill needs Python 3.11 or newer, found 3.10.7 at {python}; "
        "install python3.11 or set PYTHON=/path/to/python3.11\n"
    )


def test_no_python_is_refused(checkout: Checkout) -> None:
    assert "needs Python 3.11 or newer, found none;" in checkout.refused()


def test_newer_python_beside_an_old_one_is_found(checkout: Checkout) -> None:
    checkout.has("python3", "3.10")
    checkout.has("python3.12", "3.12")
    checkout.drill()
    assert checkout.done() == checkout.everything("3.12")


def test_python_variable_is_used_or_refused(checkout: Checkout) -> None:
    checkout.has("python3", "3.11")
    old = checkout.has("pythons", "3.9")
    assert f"found 3.9.7 at {old};" in checkout.refused(PYTHON=str(old))
    checkout.drill(PYTHON=str(checkout.has("mine", "3.13")))
    assert checkout.done() == checkout.everything("3.13")


def dangle(venv: Path) -> None:
    (venv / "bin/python").unlink()
    (venv / "bin/python").symlink_to("/nowhere/python3.11")


def replace_by_an_old_one(venv: Path) -> None:
    shutil.rmtree(venv)
    (venv / "bin").mkdir(parents=True)
    (venv / "bin/python").write_text(PYTHON.format(version="3.10", minor=10), "utf-8")
    (venv / "bin/python").chmod(0o755)
    (venv / "bin/pip").touch()


def change_version(venv: Path) -> None:
    (venv / "bin/python").write_text(PYTHON.format(version="3.12", minor=12), "utf-8")


@pytest.mark.parametrize(
    "broken",
    [
        dangle,
        replace_by_an_old_one,
        change_version,
        lambda venv: (venv / "bin/pip").unlink(),
        lambda venv: (venv / ".installed").unlink(),
        lambda venv: shutil.rmtree(venv / "bin"),
    ],
    ids=["dangling", "old", "other version", "without pip", "unfinished", "half made"],
)
def test_broken_environment_is_recreated(
    checkout: Checkout, broken: Callable[[Path], None]
) -> None:
    checkout.has("python3", "3.11")
    checkout.drill()
    broken(checkout.venv)
    (checkout.venv / "left over").touch()
    checkout.done()
    assert "Making .venv anew" in checkout.drill()
    assert checkout.done() == checkout.everything()
    assert not (checkout.venv / "left over").exists()


def test_moved_checkout_gets_a_new_environment_even_with_the_old_one_active(
    checkout: Checkout,
) -> None:
    checkout.has("python3", "3.11")
    checkout.drill()
    checkout.done()
    checkout.root = checkout.root.rename(checkout.root.with_name("moved"))
    shutil.copy(checkout.venv / "bin/python", checkout.venv / "bin/python3")
    checkout.drill(PATH=f"{checkout.venv}/bin:{checkout.tools}")
    assert checkout.done() == checkout.everything()


def interrupt(checkout: Checkout) -> None:
    os.mkfifo(checkout.hold)
    process = checkout.start()
    # Opening succeeds when pip opens it too; pip then waits for data that never comes.
    with checkout.hold.open("w"):
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    checkout.hold.unlink()


def test_interrupted_set_up_is_restarted(checkout: Checkout) -> None:
    checkout.has("python3", "3.11")
    interrupt(checkout)
    assert checkout.done() == checkout.everything()[:2]
    checkout.drill()
    assert checkout.done() == checkout.everything()


def test_interrupted_change_is_not_taken_for_the_old_state(checkout: Checkout) -> None:
    checkout.has("python3", "3.11")
    checkout.drill()
    lock = checkout.root / "requirements.txt"
    lock.write_text("something==2.0\n", "utf-8")
    interrupt(checkout)
    checkout.done()
    lock.write_text("", "utf-8")
    checkout.drill()
    assert checkout.done() == checkout.everything()


@pytest.mark.skipif(not HAS_FLOCK, reason="there is no flock, without which nobody waits")
def test_concurrent_scripts_install_once(checkout: Checkout) -> None:
    checkout.has("python3", "3.11")
    os.mkfifo(checkout.hold)
    first = checkout.start()
    with checkout.hold.open("w"):
        second = checkout.start()
        assert second.stderr is not None
        assert second.stderr.readline() == "Waiting for another script that sets up .venv ...\n"
        checkout.hold.unlink()
    for process in (first, second):
        said, errors = process.communicate()
        assert (process.returncode, said) == (0, "drilled\n"), errors
    assert checkout.done() == checkout.everything()
