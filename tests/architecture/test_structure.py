"""Limits of the source's structure; `scripts/structure` prints all figures."""

from pathlib import Path
from typing import Final

import pytest

from scripts.structure import figures, small_modules

ALLOWED: Final = {
    "alerting/webhooks/post.py": "two loops post by it, and one of them starts the other",
    "contacts/latin.py": "its dictionary loads slowly, and most commands spell nothing",
    "contacts/locality.py": "read once, at import, by contacts, keys and settings: decision 27",
}
"""Modules under 30 lines that are neither tables nor entry points, each with the reason."""

ZERO: Final = ["functions_over_40_lines", "imports_in_functions", "untyped_event_payloads"]


def test_only_allowed_modules_are_small() -> None:
    assert small_modules() == sorted(ALLOWED)


def test_structure_figures_stay_within_their_limits() -> None:
    found = figures()
    assert {name: found[name] for name in ZERO} == dict.fromkeys(ZERO, 0)


@pytest.mark.parametrize(
    ("file", "content", "figure"),
    [
        ("alerting/x/store.py", "A = 1\n" * 29, "modules_under_30_lines"),
        ("alerting/x/y.py", "def f():\n" + "    a()\n" * 40, "functions_over_40_lines"),
        ("alerting/x/y.py", "async def f():\n    import os\n", "imports_in_functions"),
        ("alerting/ledger/events/x.py", "facts: dict[str, Any]\n", "untyped_event_payloads"),
    ],
)
def test_violation_is_counted(tmp_path: Path, file: str, content: str, figure: str) -> None:
    sound = "\n" + "def f():\n    a()\n" * 15
    for path in ("alerting/a.py", "alerting/b.py"):
        _written(tmp_path / path, sound)
    assert figures(tmp_path)[figure] == 0
    _written(tmp_path / file, content)
    assert figures(tmp_path)[figure] == 1


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("alerting/x/tables.py", ""),
        ("alerting/cli/x.py", ""),
        ("alerting/x/routes.py", 'router = APIRouter(prefix="/api/x")'),
        ("alerting/x/y.py", 'if __name__ == "__main__":\n    main()'),
    ],
)
def test_tables_and_entry_points_may_be_small(tmp_path: Path, file: str, content: str) -> None:
    _written(tmp_path / file, content)
    assert small_modules(tmp_path) == []


def _written(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
