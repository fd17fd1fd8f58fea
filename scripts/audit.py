"""Compares the locks of the service and of its pages with known faults of libraries.

Prints a line for each lock, and one for each fault; exits with 1 if there are any. If the advisory
service does not answer within 30 s, the line says so, and the exit status is not affected.
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
    """The result for one lock: the libraries looked up, and a line for each known fault."""

    checked: int
    faults: tuple[str, ...] = ()


def of_pip(answer: Any) -> Audit:
    """Return what pip-audit says; a library that the service does not know was not looked up."""
    known = [each for each in answer["dependencies"] if "vulns" in each]
    faults = tuple(
        f"{each['name']} {each['version']}: {fault['id']}, mended in "
        f"{', '.join(fault['fix_versions']) or 'no version yet'}"
        for each in known
        for fault in each["vulns"]
    )
    return Audit(len(known), faults)


def of_npm(answer: Any) -> Audit:
    """Return what `npm audit` says."""
    faults = tuple(
        f"{name}: {fault['severity']}, {fault['range']}"
        for name, fault in sorted(answer["vulnerabilities"].items())
    )
    return Audit(answer["metadata"]["dependencies"]["total"], faults)


def ask(command: Sequence[str], read: Callable[[Any], Audit], seconds: float = _SECONDS) -> Audit:
    """Return what a command's answer says; an audit of no library if there was no answer."""
    try:
        ran = subprocess.run(  # noqa: S603 - commands of this module
            command, capture_output=True, timeout=seconds, check=False, cwd=_ROOT
        )
        return read(json.loads(ran.stdout))
    except (subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        return Audit(0)


def told(lock: str, audit: Audit) -> list[str]:
    """Return the lines about a lock."""
    if not audit.checked:
        return [f"{lock}: not checked: no answer"]
    count = len(audit.faults)
    return [f"{lock}: {audit.checked} libraries, {count} known faults", *audit.faults]


def main() -> int:
    """Audit each lock; return 1 if there is a known fault."""
    audits = {lock: ask([*_PIP, *_PIP_LOCK, lock], of_pip) for lock in _LOCKS}
    audits["package-lock.json"] = ask(_NPM, of_npm)
    for lock, audit in audits.items():
        sys.stdout.write("\n".join(told(lock, audit)) + "\n")
    return 1 if any(audit.faults for audit in audits.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
