"""Refusals that pages show to administrators or raisers have a Chinese text too."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).resolve().parents[2] / "src/alerting"

OF_MACHINES: Final = (
    *("api", "cap", "cap_inbox", "cap_messages", "channels", "deliveries", "drill"),
    *("household_page", "messages", "sensors", "voice"),
)
"""Slices whose refusals no page shows, because they go to machines or to previews of texts."""

WITH_MESSAGE_FIRST: Final = frozenset({"NotFoundError", "ForbiddenError", "TooManyError"})
CONFLICTS: Final = frozenset({"ConflictError", "AlreadyOpenError", "DoubtfulError"})


def is_bilingual(call: ast.Call) -> bool:
    """Return whether a refusal has a Chinese text, or unpacks both languages."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    given = {each.arg for each in call.keywords}
    if "chinese" in given or any(isinstance(each, ast.Starred) for each in call.args):
        return True
    if name in WITH_MESSAGE_FIRST:
        return len(call.args) >= 2
    if name == "InvalidError" or name in CONFLICTS:
        return len(call.args) >= 3
    return True


def refusals(file: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node


def test_refusals_on_pages_have_a_chinese_text() -> None:
    files = [
        file
        for file in sorted(SOURCE.rglob("*.py"))
        if file.relative_to(SOURCE).parts[0] not in {*OF_MACHINES, "web"}
    ]
    assert [
        f"{file.relative_to(SOURCE)}:{call.lineno}"
        for file in files
        for call in refusals(file)
        if not is_bilingual(call)
    ] == []
