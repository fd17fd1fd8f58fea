"""`scripts/audit`: known faults are listed, and silence of the advisory service is said."""

import json
import sys
from typing import Any

import pytest

from scripts.audit import Audit, ask, of_npm, of_pip, told

FAULT = {"id": "PYSEC-2026-1", "fix_versions": ["1.1"], "aliases": [], "description": ""}
PIP = {
    "dependencies": [
        {"name": "sound", "version": "2.0", "vulns": []},
        {"name": "faulty", "version": "1.0", "vulns": [FAULT, FAULT | {"fix_versions": []}]},
        {"name": "unknown", "skip_reason": "Dependency not found on PyPI"},
    ],
    "fixes": [],
}
NPM = {
    "vulnerabilities": {"leaflet": {"severity": "high", "range": "<1.9.5"}},
    "metadata": {"dependencies": {"total": 7}},
}


def answering(answer: Any) -> list[str]:
    return [sys.executable, "-c", f"print({json.dumps(answer)!r})"]


def test_faults_of_python_libraries_are_listed_with_their_remedy() -> None:
    audit = ask(answering(PIP), of_pip)
    assert audit.checked == 2
    assert audit.faults == (
        "faulty 1.0: PYSEC-2026-1, mended in 1.1",
        "faulty 1.0: PYSEC-2026-1, mended in no version yet",
    )


def test_faults_of_the_pages_libraries_are_listed() -> None:
    assert ask(answering(NPM), of_npm) == Audit(7, ("leaflet: high, <1.9.5",))


@pytest.mark.parametrize(
    "answer", [{"statusCode": 405, "error": {}}, {"dependencies": []}, [], "text", None]
)
def test_no_answer_is_said_and_is_no_fault(answer: object) -> None:
    for read in (of_pip, of_npm):
        audit = ask(answering(answer), read)
        assert told("lock", audit) == ["lock: not checked: no answer"]


def test_words_that_are_no_json_are_no_answer() -> None:
    assert ask([sys.executable, "-c", "print('no network')"], of_pip) == Audit(0)


def test_slow_service_is_not_waited_for() -> None:
    endless = "import threading; threading.Event().wait()"
    assert ask([sys.executable, "-c", endless], of_pip, seconds=0.2) == Audit(0)


def test_lines_count_libraries_and_faults() -> None:
    assert told("lock", Audit(7, ("one",))) == ["lock: 7 libraries, 1 known faults", "one"]
