import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from alerting.drill.service.processes import Processes
from alerting.drill.story_time import DrillError
from tests.support.patience import PATIENCE_SECONDS


@pytest.fixture
async def processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Processes]:
    monkeypatch.setenv("ALERTING_NATS_URL", "nats://elsewhere")
    monkeypatch.setenv("KEPT", "yes")
    (tmp_path / "patient.py").write_text(
        "import os, sys, time\n"
        "print(sorted(k for k in os.environ if k.startswith('ALERTING_')), file=sys.stderr)\n"
        "print(os.getpid(), flush=True)\n"
        "time.sleep(60)\n"
    )
    (tmp_path / "brief.py").write_text("import sys; sys.exit('I cannot go on')\n")
    made = Processes(tmp_path, {"ALERTING_POLICY": "x"})
    made.environment["PYTHONPATH"] = str(tmp_path)
    yield made
    await made.close()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def members(group: int) -> list[str]:
    """Return the states of all processes of a process group that are not zombies."""
    stats = [path.read_text() for path in Path("/proc").glob("[0-9]*/stat")]
    fields = [stat.rpartition(")")[2].split() for stat in stats]
    return [state for state, _, of, *_ in fields if int(of) == group and state != "Z"]


async def test_no_process_is_left_behind(processes: Processes) -> None:
    pids = [int(await processes.start_and_hear(name, "patient")) for name in ("one", "two", "six")]
    await processes.kill("one")
    await processes.stop("two")
    assert [is_alive(pid) for pid in pids] == [False, False, True]
    await processes.close()
    assert not is_alive(pids[2])


async def test_settings_of_the_surrounding_shell_are_dropped(
    processes: Processes, tmp_path: Path
) -> None:
    await processes.start_and_hear("one", "patient")
    assert (tmp_path / "one.log").read_text() == "['ALERTING_POLICY']\n"
    assert processes.environment["KEPT"] == "yes"


async def test_error_shows_the_log_of_a_process_that_ends_by_itself(processes: Processes) -> None:
    await processes.start("one", "brief")
    with pytest.raises(DrillError, match=r"the one ended by itself[\s\S]*I cannot go on"):
        async with asyncio.timeout(PATIENCE_SECONDS):
            await processes.watch()


async def test_killed_process_is_not_reported(processes: Processes) -> None:
    await processes.start_and_hear("one", "patient")
    await processes.kill("one")
    processes.check("one")


async def test_kill_ends_all_child_processes(processes: Processes) -> None:
    code = "import subprocess, sys; subprocess.Popen(['sleep', '60']); print(1, flush=True)"
    (processes._folder / "parent.py").write_text(f"{code}; import time; time.sleep(60)\n")
    await processes.start_and_hear("parent", "parent")
    group = processes.pid("parent")
    await processes.kill("parent")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while members(group):  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.02)


async def test_program_that_is_not_python_can_be_started(processes: Processes) -> None:
    await processes.start_program("shell", "/bin/sh", "-c", "echo here; exec sleep 60")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while processes.last_words("shell").count("here") < 1:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.02)
    assert is_alive(processes.pid("shell"))


async def test_process_without_a_first_line_fails_to_start(processes: Processes) -> None:
    with pytest.raises(DrillError, match="the one did not start"):
        await processes.start_and_hear("one", "brief")
