"""Compares the locks of the service and of its pages with the known vulnerabilities of libraries.

Prints a line for each lock and for each vulnerability, and exits with 1 if there is one. If the
advisory service does not answer within 30 s, the line says so and the exit status stays 0.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_ROOT: Final = Path(__file__).resolve().parents[1]
_SECONDS: Final = 30
_PIP: Final = (sys.executable, "-m", "pip_audit", "--progress-spinner", "off", "--format", "json")
_PIP_LOCK: Final = ("--disable-pip", "--require-hashes", "--requirement")
_LOCKS: Final = ("requirements.txt", "requirements-dev.txt")
_NPM: Final = (sys.executable, str(_ROOT / "scripts/web_build.py"), "audit", "--json")


@dataclass(frozen=True)
class Audit:
    """The result for one lock: the number of libraries checked, and a line per vulnerability."""

    checked: int
    faults: tuple[str, ...] = ()


def of_pip(answer: Any) -> Audit:
    """Read the JSON of pip-audit; a library without 'vulns' was not checked."""
    known = [each for each in answer["dependencies"] if "vulns" in each]
    faults = tuple(
        f"{each['name']} {each['version']}: {fault['id']}, mended in "
        f"{', '.join(fault['fix_versions']) or 'no version yet'}"
        for each in known
        for fault in each["vulns"]
    )
    return Audit(len(known), faults)


def of_npm(answer: Any) -> Audit:
    """Read the JSON of `npm audit`."""
    faults = tuple(
        f"{name}: {fault['severity']}, {fault['range']}"
        for name, fault in sorted(answer["vulnerabilities"].items())
    )
    return Audit(answer["metadata"]["dependencies"]["total"], faults)


def ask(command: Sequence[str], read: Callable[[Any], Audit], seconds: float = _SECONDS) -> Audit:
    """Run an audit command and return its result; without an answer, no library is checked."""
    try:
        ran = subprocess.run(  # noqa: S603 - commands of this module
            command, capture_output=True, timeout=seconds, check=False, cwd=_ROOT
        )
        return read(json.loads(ran.stdout))
    except (subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        return Audit(0)


def told(lock: str, audit: Audit) -> list[str]:
    """Return the lines to print about a lock."""
    if not audit.checked:
        return [f"{lock}: not checked: no answer"]
    count = len(audit.faults)
    return [f"{lock}: {audit.checked} libraries, {count} known faults", *audit.faults]


def main() -> int:
    """Audit each lock; return 1 if there is a known vulnerability, else 0."""
    audits = {lock: ask([*_PIP, *_PIP_LOCK, lock], of_pip) for lock in _LOCKS}
    audits["package-lock.json"] = ask(_NPM, of_npm)
    for lock, audit in audits.items():
        sys.stdout.write("\n".join(told(lock, audit)) + "\n")
    return 1 if any(audit.faults for audit in audits.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
