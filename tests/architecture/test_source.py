"""Rules for the source that a reviewer would otherwise have to remember."""

import ast
import gc
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = ROOT / "src"
TESTS: Final = ROOT / "tests"
MODULES: Final = sorted(
    path for path in SOURCE.rglob("*.py") if "migrations" not in path.relative_to(SOURCE).parts
)
TESTED_ELSEWHERE: Final = {
    "alerting/__main__.py": "tests/cli/test_serve.py starts it",
    "alerting/approvals/schemas.py": "tests/approvals/test_routes.py asks for it",
    "alerting/alerts/schemas.py": "tests/alerts/test_routes.py asks for every body",
    "alerting/board/door_split.py": "tests/board/test_door_split_routes.py splits doors",
    "alerting/cap_messages/store.py": "tests/cap_messages/test_feed.py and test_issue.py ask it",
    "alerting/accounting/requests.py": "tests/accounting/test_routes.py sends every body",
    "alerting/accounting/schemas.py": "tests/accounting/test_routes.py asks for every body",
    "alerting/api/examples.py": "tests/api/test_operations.py sends every one",
    "alerting/replies/rules/intents.py": "tests/replies/rules/test_reply.py reads into them",
    "alerting/sign_in/schemas.py": "tests/sign_in/test_session_routes.py asks for every body",
    "alerting/sign_in/ceremonies.py": "tests/sign_in/test_passkey_sign_in.py holds both",
    "alerting/sign_in/passkey_schemas.py": "tests/sign_in/test_passkey_routes.py sends every body",
    "contacts/sign_in/typed_codes.py": "tests/first_run/test_gate.py types them",
    "contacts/notices.py": "tests/sign_in/test_send_links.py sends them",
    "contacts/sign_in/recovery.py": "tests/sign_in/test_recovery_routes.py makes and uses codes",
    "contacts/sign_in/passkeys.py": "tests/sign_in/test_passkey_routes.py keeps them",
    "alerting/sign_in/page.py": "tests/sign_in/test_routes.py opens it",
    "alerting/deliveries/channel.py": "declarations only",
    "alerting/drill/gateway/app.py": "every test of the gateway starts it",
    "alerting/drill/gateway/callbacks.py": "tests/drill/gateway/test_exchange.py receives them",
    "alerting/drill/run/output.py": "tests/drill/run/test_drill.py reads what it tells",
    "alerting/drill/run/environment.py": "tests/drill/run/test_drill.py plays on it",
    "alerting/drill/run/script.py": "tests/drill/run/test_drill.py plays it",
    "alerting/drill/run/rain.py": "tests/drill/run/test_drill.py plays it",
    "alerting/drill/run/records.py": "tests/drill/run/test_drill.py reads them",
    "alerting/accounting/record.py": "tests/escalation/test_households.py sees",
    "alerting/roll/escalation.py": "tests/escalation/test_households.py climbs it",
    "alerting/deliveries/progress.py": "tests/deliveries/test_claims.py reads the log",
    "alerting/deliveries/outcomes.py": "tests/deliveries/test_claims.py writes them",
    "alerting/dark_villages/routes.py": "tests/dark_villages/test_darken_by_officer.py asks it",
    "alerting/dark_villages/store.py": "tests/dark_villages/test_darken.py reads it",
    "alerting/cap_inbox/assess.py": "tests/cap_inbox/test_act.py assesses every message",
    "alerting/cap_inbox/notes.py": "tests/cap_inbox/test_routes.py asks for them",
    "alerting/cap_inbox/schemas.py": "tests/cap_inbox/test_routes.py asks for every body",
    "alerting/cap_inbox/sources.py": "tests/cap_inbox/test_poll.py reads how polls went",
    "alerting/cap_inbox/store.py": "tests/cap_inbox/test_take.py looks messages up",
    "alerting/cap_inbox/rules/message.py": "tests/cap_inbox/rules/test_read.py reads into them",
    "alerting/cap_inbox/rules/parts.py": "tests/cap_inbox/rules/test_read.py breaks every part",
    "alerting/cap_inbox/rules/summary.py": "tests/cap_inbox/test_routes.py reads it",
    "alerting/cap_inbox/rules/values.py": "tests/cap_inbox/rules/test_read.py breaks each value",
    "alerting/exercises/plan_schemas.py": "tests/exercises/test_plan_routes.py sends every body",
    "alerting/exercises/plans.py": "tests/exercises/test_plan_routes.py plans, cancels and lists",
    "alerting/exercises/schemas.py": "tests/exercises/test_routes.py asks for every body",
    "alerting/exercises/store.py": "tests/exercises/test_routes.py reads from it",
    "alerting/first_run/found.py": "tests/first_run/test_routes.py founds services",
    "alerting/office/entry_import.py": "tests/office/test_roster_routes.py imports files",
    "alerting/hazard_points/store.py": "tests/alerts/test_hazard_point.py alerts from it",
    "alerting/office/hazard_point_draft.py": "tests/office/test_hazard_point_routes.py stores them",
    "alerting/office/hazard_point_edit.py": "tests/office/test_hazard_point_routes.py changes them",
    "alerting/office/hazard_point_import.py": "tests/office/test_hazard_point_routes.py imports",
    "alerting/office/hazard_point_schemas.py": "tests/office/test_hazard_point_routes.py asks",
    "alerting/office/household_changes.py": "tests/office/test_household_change_routes.py asks",
    "alerting/office/household_edit.py": "tests/office/test_household_routes.py changes households",
    "alerting/office/household_import.py": "tests/office/test_roster_routes.py imports files",
    "alerting/office/household_list.py": "tests/office/test_household_routes.py lists households",
    "alerting/office/imports.py": "tests/office/test_roster_routes.py imports files",
    "alerting/office/issuer_edit.py": "tests/office/test_issuer_routes.py changes issuers",
    "alerting/sign_in/officer_meant.py": "tests/sign_in/test_recovery_routes.py names officers",
    "alerting/office/division_edit.py": "tests/office/test_division_routes.py changes divisions",
    "alerting/office/division_list.py": "tests/office/test_division_routes.py lists divisions",
    "alerting/office/duty_edit.py": "tests/office/test_duty_routes.py changes the rota",
    "alerting/office/duty_schemas.py": "tests/office/test_duty_routes.py sends every body",
    "alerting/office/duty_week.py": "tests/office/test_duty_routes.py asks for it",
    "alerting/office/access_schemas.py": "tests/office/test_access_routes.py asks for every body",
    "alerting/office/provider_schemas.py": "tests/office/test_provider_routes.py asks for them",
    "alerting/office/provider_test.py": "tests/office/test_provider_routes.py asks for tests",
    "alerting/deliveries/send_tests.py": "tests/office/test_provider_routes.py sends tests",
    "alerting/deliveries/provider_record.py": "tests/office/test_provider_routes.py reads them",
    "alerting/office/text_inspection.py": "tests/office/test_text_routes.py inspects texts",
    "alerting/messages/samples.py": "tests/test_texts_page.py composes every kind",
    "alerting/office/tokens.py": "tests/office/test_access_routes.py lists and revokes them",
    "alerting/office/officer_edit.py": "tests/office/test_officer_routes.py changes officers",
    "alerting/office/officer_list.py": "tests/office/test_officer_routes.py lists officers",
    "alerting/office/edits.py": "tests/office/test_officer_routes.py breaks every field",
    "alerting/office/roster_file.py": "tests/office/test_roster_routes.py imports files",
    "alerting/office/schemas.py": "tests/office/test_roster_routes.py asks for every body",
    "alerting/notes/schemas.py": "tests/notes/test_routes.py asks for every body",
    "alerting/ledger/events/alerts.py": "tests/ledger/events/test_registry.py walks them",
    "alerting/ledger/events/households.py": "tests/ledger/events/test_registry.py walks them",
    "alerting/ledger/events/kinds.py": "tests/ledger/events/test_registry.py walks them",
    "alerting/ledger/events/officers.py": "tests/ledger/events/test_registry.py walks them",
    "alerting/ledger/events/sending.py": "tests/ledger/events/test_registry.py walks them",
    "alerting/feed/predicted.py": "tests/feed/test_predicting.py predicts with it",
    "alerting/ledger/schemas.py": "tests/alerts/test_routes.py asks for every body",
    "alerting/policy/policy.py": "tests/policy/test_sections.py parses it",
    "alerting/backup/write.py": "tests/backup/test_restore.py makes every backup",
    "alerting/cli/restore.py": "tests/cli/test_backup.py restores with it",
    "alerting/readiness/facts.py": "tests/readiness/test_routes.py looks at a roster",
    "alerting/readiness/forecast.py": "tests/readiness/test_gaps.py forecasts every roster",
    "alerting/readiness/snapshot.py": "declarations only",
    "alerting/readiness/store.py": "tests/readiness/test_routes.py reads from it",
    "alerting/report/read.py": "tests/report/test_routes.py asks for every report",
    "alerting/retention/entries.py": "tests/retention/test_reduce.py reduces logs",
    "alerting/retention/households.py": "tests/retention/test_reduce.py reduces rolls",
    "alerting/retention/texts.py": "tests/retention/test_reduce.py empties texts",
    "alerting/roll/enrol.py": "tests/roll/test_entries.py enrols everybody",
    "alerting/roll/schemas.py": "tests/alerts/test_routes.py asks for every body",
    "alerting/sensors/act.py": "tests/sensors/test_receive.py sees what follows",
    "alerting/sensors/listing.py": "tests/sensors/test_routes.py asks for it",
    "alerting/sensors/schemas.py": "tests/sensors/test_routes.py asks for every body",
    "alerting/sensors/store.py": "tests/sensors/test_receive.py keeps readings there",
    "alerting/sensors/text_store.py": "tests/sensors/test_send_texts.py sends from it",
    "alerting/typesetting/answers.py": "tests/report/test_routes.py asks for a PDF",
    "alerting/setting_values.py": "tests/test_config.py sets every one",
    "alerting/cli/clerk_words.py": "tests/cli/test_clerk_import.py reads them",
    "alerting/cli/cap.py": "tests/cli/test_machines.py runs it",
    "alerting/cli/sensors.py": "tests/cli/test_machines.py runs it",
    "contacts/roster/checks.py": "tests/contacts/roster/test_lines.py breaks every check",
    "contacts/roster/clerk_file.py": "tests/contacts/roster/test_households.py fills it",
    "contacts/roster/clerk_sheets.py": "tests/contacts/roster/test_households.py reads sheets",
    "contacts/roster/row_reading.py": "tests/contacts/roster/test_households.py reads every cell",
    "contacts/roster/workbook_reader.py": "tests/contacts/roster/test_workbooks.py starts it",
    "alerting/security/schemas.py": "tests/security/test_routes.py reads every field",
    "alerting/webhooks/post.py": "tests/webhooks/test_deliver.py posts",
    "alerting/reminders/remind.py": "tests/escalation/test_households.py counts them",
}
"""Modules without their own test file, each with the reason."""

GUARDS: Final = {
    "alerting/escalation/loop.py",
    "alerting/ledger/writer.py",
    "alerting/replies/take.py",
}
"""Modules that may catch every exception, so that one failure does not stop other work."""


ENDS: Final = {"alerting/cli/drill.py"}
"""Modules that may swallow a cancellation, because it ends the program there."""

LOADERS: Final = {"alerting/cli/__init__.py"}
"""Modules that may load others by name, so that a command imports only what it needs."""

_CANCELLATIONS: Final = {"CancelledError", "BaseException"}

SCRIPTS: Final = sorted((ROOT / "scripts").rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    # Garbage collection is off, because a finalizer that parses breaks Python 3.11's parser.
    gc.disable()
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    finally:
        gc.enable()


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(parsed(path)))


def name_of(path: Path) -> str:
    return str(path.relative_to(SOURCE if path.is_relative_to(SOURCE) else ROOT))


def has_test(path: Path) -> bool:
    inside = path.relative_to(SOURCE)
    if inside.name == "__init__.py":
        package = inside.parent
        places = [package / "test_main.py", package.parent / f"test_{package.name}.py"]
    else:
        places = [inside.parent / f"test_{inside.stem.strip('_')}.py"]
    tests = [Path(*place.parts[1:]) if place.parts[0] == "alerting" else place for place in places]
    return any((TESTS / place).exists() for place in tests)


def needs_tests(path: Path) -> bool:
    """Return False for a module of only a docstring, and for tables, checked elsewhere."""
    return len(parsed(path).body) > 1 and path.name != "tables.py"


def test_every_module_has_tests() -> None:
    missing = {name_of(p) for p in MODULES if needs_tests(p) and not has_test(p)}
    assert missing - TESTED_ELSEWHERE.keys() == set()


def test_modules_tested_elsewhere_exist_and_have_no_test_file() -> None:
    for name in TESTED_ELSEWHERE:
        assert (SOURCE / name).exists(), name
        assert not has_test(SOURCE / name), name


def test_no_module_imports_inside_functions() -> None:
    assert found_in(MODULES, imports_inside_functions) == []


def test_only_guards_catch_every_exception() -> None:
    modules = [path for path in MODULES if name_of(path) not in GUARDS]
    assert found_in(modules, broad_handlers) == []


def test_only_the_runtime_and_the_drill_read_the_clock() -> None:
    modules = [
        path
        for path in MODULES
        if name_of(path) != "alerting/runtime.py" and "drill" not in path.parts
    ]
    assert found_in(modules, clock_readings) == []


def test_no_module_swallows_its_cancellation() -> None:
    """A loop that swallows it would not stop; up to Python 3.11, `asyncio.wait_for` does."""
    modules = [path for path in MODULES if name_of(path) not in ENDS]
    assert found_in([*modules, *SCRIPTS], swallowed_cancellations) == []


def test_no_module_loads_another_by_name() -> None:
    modules = [path for path in MODULES if name_of(path) not in LOADERS]
    assert found_in(modules, loads_by_name) == []


def found_in(modules: list[Path], check: Callable[[Path], Iterator[int]]) -> list[str]:
    return [f"{name_of(path)}:{line}" for path in modules for line in check(path)]


def imports_inside_functions(path: Path) -> Iterator[int]:
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Import | ast.ImportFrom):
                    yield inner.lineno


def loads_by_name(path: Path) -> Iterator[int]:
    for node in nodes(path):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {
            "importlib.import_module",
            "import_module",
            "pkgutil.resolve_name",
            "resolve_name",
            "__import__",
        }:
            yield node.lineno


def broad_handlers(path: Path) -> Iterator[int]:
    """Yield lines of handlers that swallow any exception, which only guards may have."""
    for node in nodes(path):
        if isinstance(node, ast.ExceptHandler) and not raises_again(node):
            caught = ast.unparse(node.type) if node.type else "BaseException"
            if caught in {"Exception", "BaseException"}:
                yield node.lineno


def raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def swallowed_cancellations(path: Path) -> Iterator[int]:
    """Yield lines that may swallow a cancellation."""
    for node in nodes(path):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            given = {ast.unparse(each).rpartition(".")[2] for each in node.args}
            suppresses = called.endswith("suppress") and given & _CANCELLATIONS
            if called == "asyncio.wait_for" or suppresses:
                yield node.lineno
        elif isinstance(node, ast.ExceptHandler) and not raises_again(node):
            caught = ast.unparse(node.type) if node.type else "BaseException"
            if any(each in caught for each in _CANCELLATIONS):
                yield node.lineno


def clock_readings(path: Path) -> Iterator[int]:
    """Yield lines that read the clock, because rules take the time as an argument."""
    for node in nodes(path):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {
            "datetime.now",
            "datetime.utcnow",
            "time.time",
        }:
            yield node.lineno


def test_checks_find_violations(tmp_path: Path) -> None:
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
        "    with suppress(asyncio.CancelledError):\n"
        "        await asyncio.wait_for(h(), 1)\n"
        "    try:\n"
        "        await h()\n"
        "    except (OSError, asyncio.CancelledError):\n"
        "        pass\n"
    )
    assert list(imports_inside_functions(file)) == [3, 12]
    assert list(broad_handlers(file)) == [6, 13]
    assert list(clock_readings(file)) == [5]
    assert sorted(swallowed_cancellations(file)) == [13, 15, 16, 19]
