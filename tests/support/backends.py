"""Chooses the database, SQLite or PostgreSQL, on which each test runs by default."""

import zlib
from collections import defaultdict
from collections.abc import Iterable

import pytest

BACKENDS = ("sqlite", "postgresql")
_WHOLE_ACTIONS = {"work", "service", "followed", "watched_city", "desk", "inbox", "shell"}
_STATEMENTS = {"engine", "city"}
_DATABASES = {"database_url", "engine"}
"""Fixtures that are parametrized by the database."""


def on_the_other(items: Iterable[pytest.Item]) -> set[pytest.Item]:
    """Return the tests that the default run skips, because they run on the other database.

    Tests marked `both_databases` run on both. Tests of statements run on both too, but their
    parametrized cases are divided between the databases. A test of a whole action, through the
    runtime or the service, runs on one database, chosen by a checksum of its name.
    """
    tests: dict[str, dict[str, dict[str, pytest.Function]]] = defaultdict(lambda: defaultdict(dict))
    for item in items:
        if isinstance(item, pytest.Function) and (backend := _backend(item)):
            case = item.nodeid.replace(backend, "", 1)
            tests[item.nodeid.partition("[")[0]][case][backend] = item
    others: set[pytest.Item] = set()
    for cases in tests.values():
        for place, (case, on) in enumerate(sorted(cases.items())):
            number = zlib.crc32(case.encode()) if _is_whole_action(on) else place
            backends = [backend for backend in BACKENDS if backend in on]
            if _is_whole_action(on) or len(cases) > 1:
                others |= {*on.values()} - {on[backends[number % len(backends)]]}
    return others


def _backend(item: pytest.Function) -> str:
    """Return the database of a test; empty if it has none or must run on both."""
    if not hasattr(item, "callspec") or item.get_closest_marker("both_databases"):
        return ""
    found = {str(item.callspec.params.get(name)) for name in _DATABASES}
    return next(iter(found & {*BACKENDS}), "")


def _is_whole_action(on: dict[str, pytest.Function]) -> bool:
    names = set(next(iter(on.values())).fixturenames)
    return bool(_WHOLE_ACTIONS & names) or not _STATEMENTS & names
