"""The package declares every distribution that its source imports.

An undeclared distribution would disappear when the one that depends on it no longer needs it.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = ROOT / "src"
OWN: Final = {folder.name for folder in SOURCE.iterdir()}


def declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    return {canonicalize_name(Requirement(line).name) for line in project["dependencies"] + extras}


def imported(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (name.name.partition(".")[0] for name in names)
            case ast.ImportFrom(module=str(name), level=0):
                yield name.partition(".")[0]


def importers() -> dict[str, str]:
    """Return, for each imported third-party package, one module that imports it."""
    return {
        package: str(module.relative_to(SOURCE))
        for module in sorted(SOURCE.rglob("*.py"))
        for package in imported(module)
        if package not in OWN | sys.stdlib_module_names
    }


def test_imported_packages_are_declared() -> None:
    found = importers()
    assert {"fastapi", "nats", "smpplib", "typing_extensions", "yarl"} <= set(found)
    distributions = packages_distributions()
    known = declared()
    undeclared = {
        package: module
        for package, module in found.items()
        if not known & {canonicalize_name(name) for name in distributions[package]}
    }
    assert undeclared == {}
