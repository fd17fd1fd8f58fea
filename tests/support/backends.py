"""The databases that tests run on, and the choice of one of them for tests of whole actions."""

import zlib

import pytest

BACKENDS = ("sqlite", "postgresql")
_WHOLE_ACTIONS = {"work", "service", "followed", "watched_city", "desk", "inbox"}


def is_halved(item: pytest.Item) -> bool:
    """Return whether the default run skips this test, because it runs on the other backend.

    Tests of statements always run on both databases. A test of a whole action, through the runtime
    or the service, runs on one database by default, chosen by a checksum of its name.
    """
    if not isinstance(item, pytest.Function) or not _WHOLE_ACTIONS & set(item.fixturenames):
        return False
    backend = getattr(item, "callspec", None) and item.callspec.params.get("database_url")
    name = item.nodeid.replace(str(backend), "", 1)
    return backend is not None and backend != BACKENDS[zlib.crc32(name.encode()) % len(BACKENDS)]
