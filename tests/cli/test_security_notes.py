"""Commands that change access, import or export are recorded in the security log."""

from pathlib import Path

from sqlalchemy import Engine, select

from alerting.security_log.tables import security_events
from tests.cli.conftest import Shell
from tests.support.city import QIANFO, found_city


def noted(engine: Engine) -> list[tuple[str, ...]]:
    query = select(security_events.c["kind", "division", "officer", "sender", "detail"])
    with engine.begin() as connection:
        return sorted(tuple(row) for row in connection.execute(query))


def test_change_of_an_officers_access_is_recorded(shell: Shell, engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
    for words in (("token", "grid", "--days", "1"), ("link", "grid"), ("revoke", "grid")):
        assert shell.run("officers", *words).returncode == 0
    who = (QIANFO, "grid", "alerting")
    assert noted(engine) == [
        ("credential_issued", *who, "link"),
        ("credential_issued", *who, "token, 1 days"),
        ("credential_revoked", *who, "2 revoked"),
    ]


def test_failed_command_records_nothing(shell: Shell, engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
    assert shell.run("officers", "token", "grid", "nobody").returncode == 2
    assert noted(engine) == []


def test_import_is_recorded_unless_it_is_a_dry_run(
    shell: Shell, engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "divisions.csv"
    file.write_text(
        "code,name,tier,parent,assembly_point,route,latitude,longitude,contact_phone\n"
        "5119,巴中市,city,,,,,,\n",
        encoding="utf-8",
    )
    for more in (("--dry-run",), ()):
        run = shell.run("contacts", "import", "divisions", str(file), *more)
        assert run.returncode == 0, run.stderr
    told = "divisions: 1 added, 0 updated, 0 unchanged"
    assert noted(engine) == [("roster_imported", "", "", "alerting", told)]


def test_export_of_a_roster_is_recorded(shell: Shell, engine: Engine) -> None:
    with engine.begin() as connection:
        found_city(connection)
    words = ("contacts", "export", "officers", "officers.csv")
    for more in (("--division", QIANFO), ()):
        assert shell.run(*words, *more).returncode == 0
        (shell.folder / "officers.csv").unlink()
    assert noted(engine) == [
        ("exported", "", "", "alerting", "officers"),
        ("exported", QIANFO, "", "alerting", "officers"),
    ]
