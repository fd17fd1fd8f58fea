"""The structure of the source: sizes in figures, and the slices with their imports as a picture.

`python scripts/structure.py` prints the figures; `--picture` writes docs/architecture.svg.
"""

import ast
import statistics
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import grimp

ROOT: Final = Path(__file__).resolve().parents[1]
SOURCE: Final = ROOT / "src"
PICTURE: Final = ROOT / "docs/architecture.svg"
SMALL_LINES: Final = 30
LONG_FUNCTION_LINES: Final = 40
_EXEMPT_NAMES: Final = frozenset({"__init__.py", "__main__.py", "tables.py"})
_COMMANDS: Final = "cli"
_ENTRY_SIGNS: Final = ("= APIRouter(", 'if __name__ == "__main__"')
_EVENTS: Final = "alerting/ledger/events"

_Function = ast.FunctionDef | ast.AsyncFunctionDef

_BOX_WIDTH, _BOX_HEIGHT, _ROW_HEIGHT, _MARGIN, _WIDTH = 116, 26, 62, 16, 1200
_STYLE: Final = (
    "text{font:12px sans-serif;fill:#1b1b1b;text-anchor:middle;dominant-baseline:middle}"
    "rect{fill:#eef3f8;stroke:#3b5b7a}line{stroke:#7a8fa5;stroke-width:.7}"
)


def figures(source: Path = SOURCE) -> dict[str, float]:
    """Return the sizes of modules and functions in lines, and the counts that should be 0."""
    modules = _modules(source)
    lines = [len(_code_lines(path)) for path in modules]
    functions = [each for path in modules for each in _functions(path)]
    lengths = [_length(each) for each in functions]
    return {
        "modules": len(modules),
        "module_lines_median": statistics.median(lines),
        "module_lines_p90": _p90(lines),
        "modules_under_30_lines": len(small_modules(source)),
        "functions": len(functions),
        "function_lines_median": statistics.median(lengths),
        "function_lines_p90": _p90(lengths),
        "functions_over_40_lines": sum(length > LONG_FUNCTION_LINES for length in lengths),
        "imports_in_functions": sum(1 for each in functions for _ in _imports_in(each)),
        "untyped_event_payloads": _untyped_payloads(source),
    }


def small_modules(source: Path = SOURCE) -> list[str]:
    """Return the modules with under 30 lines that are not blank, except tables and entry points.

    An entry point is one of a package, a command, a program or routes.
    """
    return [
        path.relative_to(source).as_posix()
        for path in _modules(source)
        if len(_code_lines(path)) < SMALL_LINES and not _may_be_small(path)
    ]


def layers() -> list[list[str]]:
    """Return the slices of `alerting` by layer, highest first, from the import contract."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    found: list[str] = next(each["layers"] for each in contracts if each["type"] == "layers")
    return [
        [name.strip().removeprefix("alerting.") for name in layer.replace(":", "|").split("|")]
        for layer in found
    ]


def imports() -> set[tuple[str, str]]:
    """Return the imports between slices, without those implied by other imports."""
    graph = grimp.build_graph("alerting", "contacts", cache_dir=None)
    names = [name for layer in layers() for name in layer]
    edges = {
        (upper, lower)
        for upper in names
        for lower in names
        if upper != lower and _is_imported(graph, upper, lower)
    }
    return {
        (upper, lower)
        for upper, lower in edges
        if not any((upper, between) in edges and (between, lower) in edges for between in names)
    }


def picture() -> str:
    """Return the slices as an SVG: one row per layer, and one line per import.

    Imports that follow from other imports have no line.
    """
    rows = layers()
    places = {
        name: (_WIDTH * (column + 1) / (len(row) + 1), _MARGIN + _ROW_HEIGHT * line)
        for line, row in enumerate(rows)
        for column, name in enumerate(row)
    }
    height = 2 * _MARGIN + _ROW_HEIGHT * (len(rows) - 1) + _BOX_HEIGHT
    drawn = [_line(places[upper], places[lower]) for upper, lower in sorted(imports())]
    drawn += [_box(name, place) for name, place in places.items()]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}">',
            "<title>The slices of the service: each imports only what stands below it</title>",
            f"<style>{_STYLE}</style>",
            f'<rect width="{_WIDTH}" height="{height}" style="fill:#fff;stroke:none"/>',
            *drawn,
            "</svg>\n",
        ]
    )


def _modules(source: Path) -> list[Path]:
    return [
        path
        for path in sorted(source.rglob("*.py"))
        if not {"migrations", "node_modules"} & set(path.relative_to(source).parts)
    ]


def _may_be_small(path: Path) -> bool:
    if path.name in _EXEMPT_NAMES or path.parent.name == _COMMANDS:
        return True
    text = path.read_text("utf-8")
    return any(sign in text for sign in _ENTRY_SIGNS)


def _code_lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").splitlines() if line.strip()]


def _p90(values: list[int]) -> float:
    return statistics.quantiles(values, n=10)[-1]


def _functions(path: Path) -> Iterator[_Function]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, _Function):
            yield node


def _length(function: _Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _imports_in(function: _Function) -> Iterator[ast.AST]:
    yield from (
        node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)
    )


def _untyped_payloads(source: Path) -> int:
    events = (source / _EVENTS).rglob("*.py")
    return sum(path.read_text("utf-8").count("dict[str, Any]") for path in events)


def _is_imported(graph: grimp.ImportGraph, upper: str, lower: str) -> bool:
    return graph.direct_import_exists(
        importer=_package(upper), imported=_package(lower), as_packages=True
    )


def _package(name: str) -> str:
    return name if name == "contacts" else f"alerting.{name}"


def _line(upper: tuple[float, float], lower: tuple[float, float]) -> str:
    return (
        f'<line x1="{upper[0]:.0f}" y1="{upper[1] + _BOX_HEIGHT:.0f}" '
        f'x2="{lower[0]:.0f}" y2="{lower[1]:.0f}"/>'
    )


def _box(name: str, place: tuple[float, float]) -> str:
    x, y = place
    return (
        f'<rect x="{x - _BOX_WIDTH / 2:.0f}" y="{y:.0f}" width="{_BOX_WIDTH}" '
        f'height="{_BOX_HEIGHT}" rx="4"/>'
        f'<text x="{x:.0f}" y="{y + _BOX_HEIGHT / 2:.0f}">{name.replace("_", " ")}</text>'
    )


def main() -> None:
    """Print the figures, or write the picture."""
    if sys.argv[1:] == ["--picture"]:
        PICTURE.write_text(picture(), "utf-8")
        return
    for name, value in figures().items():
        print(f"{name:26} {value:g}")  # noqa: T201 - the output of the program


if __name__ == "__main__":
    main()
