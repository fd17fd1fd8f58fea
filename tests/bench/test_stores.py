"""A bench's town is copied in its original state, as a file and on a server."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import create_engine, text

from contacts.encryption.keys import key_file_of
from scripts.benches.stores import in_file, on_server
from scripts.benches.town import keys_in

# Long, because a bench protects no rule of the service.
pytestmark = pytest.mark.long


def run(url: str, *statements: str) -> int:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
        count: int = connection.execute(text("SELECT count(*) FROM homes")).scalar_one()
    engine.dispose()
    return count


@pytest.fixture
def folder() -> Iterator[Path]:
    """Yield a folder that the server's user may enter, unlike pytest's own folders."""
    with TemporaryDirectory(prefix="alerting-stores-") as folder:
        yield Path(folder)


@pytest.mark.parametrize("kind", ["file", "server"])
def test_fresh_copy_has_no_changes_of_the_previous_one(kind: str, folder: Path) -> None:
    with on_server(folder) if kind == "server" else nullcontext(in_file(folder)) as store:
        run(store.url, "CREATE TABLE homes (number INTEGER)", "INSERT INTO homes VALUES (1)")
        assert run(store.fresh(), "INSERT INTO homes VALUES (2)") == 2
        assert run(store.fresh()) == 1
        assert run(store.url) == 1


def test_each_database_has_the_key_of_its_own_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALERTING_KEY_FILE")
    own = f"sqlite:///{folder / 'town.db'}"
    with on_server(folder) as store:
        assert key_file_of(store.url) == folder / "alerting.key"
    assert key_file_of(own) == folder / "alerting.key"
    with keys_in(folder / "later"):
        assert key_file_of(own) == folder / "later" / "alerting.key"
    assert key_file_of(own) == folder / "alerting.key"
