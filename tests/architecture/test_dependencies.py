"""The package declares every distribution that its source imports.

A distribution that is only a dependency of another one disappears when that one drops it.
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = ROOT / "src"
OWN: Final = {folder.name for folder in SOURCE.iterdir()}
DISTRIBUTIONS: Final = packages_distributions()


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
    """Return every foreign package that the source imports, with one importing module each."""
    return {
        package: str(module.relative_to(SOURCE))
        for module in sorted(SOURCE.rglob("*.py"))
        for package in imported(module)
        if package not in OWN | sys.stdlib_module_names
    }


IMPORTERS: Final = importers()


@pytest.mark.parametrize("package", sorted(IMPORTERS))
def test_imported_package_is_declared(package: str) -> None:
    owners = {canonicalize_name(name) for name in DISTRIBUTIONS[package]}
    assert owners & declared(), f"{IMPORTERS[package]} imports {package} of {owners}"


def test_source_imports_are_found() -> None:
    assert {"fastapi", "nats", "smpplib", "typing_extensions", "yarl"} <= set(IMPORTERS)
