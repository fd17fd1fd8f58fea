"""How the source reads: rules that a reviewer would have to remember."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = ROOT / "src"
TESTS: Final = ROOT / "tests"
MODULES: Final = sorted(
    path for path in SOURCE.rglob("*.py") if "migrations" not in path.relative_to(SOURCE).parts
)
TESTED_ELSEWHERE: Final = {
    "alerting/__main__.py": "tests/cli/test_service.py starts it",
    "alerting/api/approval_bodies.py": "tests/api/test_approvals.py asks for it",
    "alerting/api/bodies.py": "tests/api/test_alerts.py asks for every body",
    "alerting/api/household_bodies.py": "tests/api/test_households.py asks for every body",
    "alerting/api/routes.py": "tests/architecture/test_routes.py walks them",
    "alerting/api/session_bodies.py": "tests/api/test_sessions.py asks for every body",
    "alerting/api/sign_in_page.py": "tests/api/test_sign_in.py opens it",
    "alerting/channels/base.py": "declarations only",
    "alerting/core/task.py": "declarations only",
    "alerting/drill/errors.py": "declarations only",
    "alerting/drill/gateway/app.py": "every test of the gateway starts it",
    "alerting/drill/gateway/callbacks.py": "tests/drill/gateway/test_exchange.py receives them",
    "alerting/drill/gateway/forms.py": "tests/drill/gateway/test_exchange.py reads them",
    "alerting/drill/narration.py": "tests/drill/test_rehearsal.py reads what it tells",
    "alerting/drill/stage.py": "tests/drill/test_rehearsal.py plays on it",
    "alerting/drill/story.py": "tests/drill/test_rehearsal.py plays it",
    "alerting/services/desk.py": "declarations only",
    "alerting/services/escalation/doors.py": "tests/services/escalation/test_households.py sees",
    "alerting/storage/consequences.py": "tests/services/escalation/test_households.py sees",
    "alerting/storage/door_list.py": "tests/api/test_tasks.py lists them",
    "alerting/storage/ladder.py": "tests/services/escalation/test_households.py climbs it",
    "alerting/storage/ends.py": "tests/storage/test_claims.py reads the log",
    "alerting/storage/out_of_reach.py": "tests/services/escalation/test_watch.py looks for them",
    "alerting/storage/outcomes.py": "tests/storage/test_claims.py writes them",
    "alerting/storage/queue.py": "tests/services/escalation/test_watch.py fills it",
    "alerting/storage/receipts.py": "tests/storage/test_claims.py takes them in",
    "alerting/storage/reminders.py": "tests/services/escalation/test_households.py counts them",
    "alerting/storage/tables.py": "tests/architecture/test_migrations.py compares it",
    "alerting/storage/socket_alerts.py": "tests/feed/test_inbox.py hands them over",
}
"""Modules without a test file of their own, and why."""

GUARDS: Final = {"alerting/services/escalation/loop.py", "alerting/storage/ledger.py"}
"""Where one failure, whatever it is, must not keep others from their work."""


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(parsed(path))


def name_of(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def has_test(path: Path) -> bool:
    inside = path.relative_to(SOURCE)
    if inside.name == "__init__.py":
        package = inside.parent
        places = [package / "test_main.py", package.parent / f"test_{package.name}.py"]
    else:
        places = [inside.parent / f"test_{inside.stem.strip('_')}.py"]
    tests = [Path(*place.parts[1:]) if place.parts[0] == "alerting" else place for place in places]
    return any((TESTS / place).exists() for place in tests)


def is_empty(path: Path) -> bool:
    """Whether it holds a docstring and nothing else."""
    return len(parsed(path).body) <= 1


def test_every_module_has_its_tests() -> None:
    missing = {name_of(p) for p in MODULES if not is_empty(p) and not has_test(p)}
    assert missing - TESTED_ELSEWHERE.keys() == set()


def test_what_is_said_to_be_tested_elsewhere_is_there_and_has_no_file() -> None:
    for name in TESTED_ELSEWHERE:
        assert (SOURCE / name).exists(), name
        assert not has_test(SOURCE / name), name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_keeps_the_rules(path: Path) -> None:
    assert list(imports_inside_functions(path)) == []
    if name_of(path) not in GUARDS:
        assert list(broad_handlers(path)) == []
    if name_of(path) != "alerting/clock.py" and "drill" not in path.parts:
        assert list(clock_readings(path)) == []


def imports_inside_functions(path: Path) -> Iterator[int]:
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    yield inner.lineno


def broad_handlers(path: Path) -> Iterator[int]:
    """Handlers that swallow what nobody thought of: only the ledger answers for any failure."""
    for node in nodes(path):
        if isinstance(node, ast.ExceptHandler) and not raises_again(node):
            caught = ast.unparse(node.type) if node.type else "BaseException"
            if caught in {"Exception", "BaseException"}:
                yield node.lineno


def raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def clock_readings(path: Path) -> Iterator[int]:
    """Where the time is read: an argument of the rules, and one place that knows it."""
    for node in nodes(path):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {
            "datetime.now",
            "datetime.utcnow",
            "time.time",
        }:
            yield node.lineno


def test_the_rules_find_what_they_look_for(tmp_path: Path) -> None:
    file = tmp_path / "bad.py"
    file.write_text(
        "import time\n"
        "def f():\n"
        "    import os\n"
        "    try:\n"
        "        return time.time()\n"
        "    except Exception:\n"
        "        return None\n"
        "    except BaseException:\n"
        "        raise\n"
        "async def g():\n"
        "    try:\n"
        "        from os import path\n"
        "    except:\n"
        "        pass\n"
    )
    assert list(imports_inside_functions(file)) == [3, 12]
    assert list(broad_handlers(file)) == [6, 13]
    assert list(clock_readings(file)) == [5]
