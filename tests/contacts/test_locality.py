"""The home language and region are read from the environment when a process starts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SHOW = """
from alerting.messages.text import words_in
from contacts.people import parse_phone
print(words_in("xx").name, parse_phone("5512345678"))
"""


def shown(folder: Path, **settings: str) -> str:
    """Return what a new process prints: its fallback language, and a number parsed without '+'."""
    environment = {name: value for name, value in os.environ.items() if "HOME_" not in name}
    paths = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=folder,
        env={**environment, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8", **settings},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout.strip()


MEXICO = {"ALERTING_HOME_LANGUAGE": "es", "ALERTING_HOME_REGION": "MX"}


def test_environment_names_the_home(tmp_path: Path) -> None:
    assert shown(tmp_path, **MEXICO) == "Español +525512345678"


def test_env_file_names_the_home_unless_the_environment_does(tmp_path: Path) -> None:
    lines = "".join(f"{name}={value}\n" for name, value in MEXICO.items())
    (tmp_path / ".env").write_text("\ufeff" + lines, "utf-8")
    assert shown(tmp_path) == "Español +525512345678"
    assert shown(tmp_path, ALERTING_HOME_LANGUAGE="en") == "English +525512345678"


@pytest.mark.parametrize("env_file", [None, b"\xff\xfe\x00"])
def test_home_is_china_unless_it_is_named(tmp_path: Path, env_file: bytes | None) -> None:
    if env_file is not None:
        (tmp_path / ".env").write_bytes(env_file)
    assert shown(tmp_path, ALERTING_HOME_REGION="") == "中文 +865512345678"
