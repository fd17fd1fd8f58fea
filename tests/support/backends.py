"""The databases that tests run on, and the choice of one of them for tests of whole actions."""

import zlib

import pytest

BACKENDS = ("sqlite", "postgresql")
_WHOLE_ACTIONS = {"work", "service", "followed", "watched_city", "desk", "inbox", "shell"}
_STATEMENTS = {"engine", "city"}


def is_halved(item: pytest.Item) -> bool:
    """Return whether the default run skips this test, because it runs on the other backend.

    Tests of statements, and those marked `both_databases`, always run on both. A test of a whole
    action, through the runtime or the service, runs on one database by default, chosen by a
    checksum of its name among those that the test itself names, or else all.
    """
    if not isinstance(item, pytest.Function) or item.get_closest_marker("both_databases"):
        return False
    names = set(item.fixturenames)
    if _STATEMENTS & names and not _WHOLE_ACTIONS & names:
        return False
    backend = getattr(item, "callspec", None) and item.callspec.params.get("database_url")
    if backend is None:
        return False
    own = [mark.args[1] for mark in item.iter_markers("parametrize") if "database_url" in mark.args]
    backends = [*own[0]] if own else BACKENDS
    name = item.nodeid.replace(str(backend), "", 1)
    return backend != backends[zlib.crc32(name.encode()) % len(backends)]
