"""`alerting contacts export` writes files that `import` reads without a change."""

import pytest
from sqlalchemy import Engine

from tests.cli.conftest import Shell
from tests.support.city import QIANFO, found_city


@pytest.fixture
def stocked(shell: Shell, engine: Engine) -> Shell:
    """Return a shell whose database has a roster."""
    with engine.begin() as connection:
        found_city(connection)
    return shell


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_import_of_an_exported_roster_changes_nothing(stocked: Shell, suffix: str) -> None:
    for kind, count in (("divisions", 6), ("officers", 8), ("households", 20)):
        file = f"{kind}.{suffix}"
        run = stocked.run("contacts", "export", kind, file)
        assert (run.returncode, run.stdout) == (0, f"{file}: {count} {kind}\n"), run.stderr
        assert (stocked.folder / file).stat().st_mode & 0o077 == 0
        again = stocked.run("contacts", "import", kind, file, "--whole", "--dry-run")
        assert (again.returncode, f"{count} unchanged" in again.stdout) == (0, True), again


def test_export_of_a_division_and_refused_exports(stocked: Shell) -> None:
    run = stocked.run("contacts", "export", "households", "h.csv", "--division", QIANFO)
    assert run.stdout == "h.csv: 10 households\n"
    for arguments, said in (
        (("households", "h.csv"), "h.csv: File exists"),
        (("households", "h.pdf"), "name a file that ends in .xlsx or .csv"),
        (("phones", "p.csv"), "there is no kind 'phones'"),
    ):
        refused = stocked.run("contacts", "export", *arguments)
        assert (refused.returncode, said in refused.stderr) == (2, True), refused
