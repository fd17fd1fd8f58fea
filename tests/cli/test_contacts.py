"""`alerting contacts` imports whole files or nothing, and generates rosters."""

import csv
from collections import Counter
from pathlib import Path

from sqlalchemy import Engine, func, select

from contacts.tables import DIVISIONS, HOUSEHOLDS, OFFICERS
from tests.cli.conftest import SERVICE, Shell
from tests.support.alert_rows import stored_alert

HEADER = (
    "code,division,address,head,headcount,phones,language,vulnerable,latitude,longitude,officer"
)
QIANFO = "511921100208"


def test_shipped_divisions_and_synthetic_roster_are_imported(shell: Shell, engine: Engine) -> None:
    run = shell.run("contacts", "import", "divisions", "bazhong")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout == "1954 added, 0 updated, 0 unchanged\n"
    roster = shell.folder / "roster"
    run = shell.run(
        *("contacts", "synth", str(roster), "--division", "511921100", "--seed", "7"),
        *("--households", "120", "--people", "300"),
    )
    assert run.returncode == 0
    for kind, said in [
        ("officers", "added"),
        ("households", "120 added, 0 updated, 0 unchanged, 300 people"),
    ]:
        run = shell.run("contacts", "import", kind, str(roster / f"{kind}.csv"))
        assert (run.returncode, said in run.stdout) == (0, True), run.stderr
    again = shell.run("contacts", "import", "households", str(roster / "households.csv"))
    assert "0 added, 0 updated, 120 unchanged" in again.stdout
    with engine.begin() as connection:
        counted = select(func.count(), func.sum(HOUSEHOLDS.c.headcount)).select_from(HOUSEHOLDS)
        assert connection.execute(counted).one() == (120, 300)
        assert connection.execute(select(func.count()).select_from(OFFICERS)).scalar_one() > 10


def test_roster_commands_need_only_database_settings(shell: Shell, engine: Engine) -> None:
    shell.unset(*SERVICE)
    assert shell.run("contacts", "import", "divisions", "bazhong").returncode == 0
    with engine.begin() as connection:
        assert connection.execute(select(func.count()).select_from(DIVISIONS)).scalar_one() == 1954
    for command in (("migrate",), ("ledger", "verify"), ("officers", "sessions", "grid")):
        run = shell.run(*command)
        assert (run.returncode, run.stderr) == (0, "")


def test_seed_determines_the_roster(shell: Shell) -> None:
    made = []
    for folder, seed in [("a", "1"), ("b", "1"), ("c", "2")]:
        where = shell.folder / folder
        shell.run(
            *("contacts", "synth", str(where), "--division", QIANFO, "--households", "20"),
            *("--seed", seed),
        )
        made.append((where / "households.csv").read_text())
    assert made[0] == made[1] != made[2]
    rows = list(csv.DictReader(made[0].splitlines()))
    assert len(rows) == 20
    assert {row["division"][:12] for row in rows} == {QIANFO}


def test_synth_uses_the_given_language_weights(shell: Shell) -> None:
    common = ("contacts", "synth", "--division", QIANFO, "--households", "200")
    made = []
    for more in ((), ("--language", "es=3", "--language", "en=1")):
        assert shell.run(*common, *more).returncode == 0
        lines = (shell.folder / "roster" / "households.csv").read_text().splitlines()
        made.append(Counter(row["language"] for row in csv.DictReader(lines)))
    assert set(made[0]) == {"zh", "en", "es"}
    assert made[0]["zh"] > 170
    assert set(made[1]) == {"en", "es"}
    assert made[1]["es"] > 120


def test_synth_without_division_fills_the_city(shell: Shell) -> None:
    run = shell.run("contacts", "synth", "--households", "3618")
    assert run.returncode == 0
    rows = csv.DictReader((shell.folder / "roster" / "households.csv").read_text().splitlines())
    assert len({row["division"] for row in rows}) == 1809


def bad_file(folder: Path) -> Path:
    file = folder / "households.csv"
    file.write_text(
        f"{HEADER}\n"
        f"{QIANFO}0001,{QIANFO},1号,住户一,3,+8610002080001,zh,,31.9,107.2,\n"
        f"{QIANFO}0002,{QIANFO},2号,住户二,none,+8610002080002,zh,,31.9,107.2,\n"
        f"{QIANFO}0003,{QIANFO},3号,住户三,3,12,xx,,31.9,107.2,\n"
    )
    return file


def test_bad_rows_are_all_listed_and_nothing_is_imported(shell: Shell, engine: Engine) -> None:
    shell.run("contacts", "import", "divisions", "bazhong")
    run = shell.run("contacts", "import", "households", str(bad_file(shell.folder)))
    assert (run.returncode, run.stdout) == (2, "")
    assert [line.partition(":")[0] for line in run.stderr.splitlines()[::2]] == [
        "line 3, headcount",
        "line 4, phones",
        "line 4, language",
    ]
    with engine.begin() as connection:
        assert connection.execute(select(HOUSEHOLDS)).all() == []
        assert connection.execute(select(func.count()).select_from(DIVISIONS)).scalar_one() == 1954


def test_unknown_arguments_are_refused_without_a_traceback(shell: Shell) -> None:
    for arguments, said in [
        (("contacts", "import", "households", "nowhere.csv"), "nowhere.csv"),
        (("contacts", "import", "sirens", "x.csv"), "sirens"),
        (("contacts", "synth", "x", "--division", "999", "--households", "5"), "999"),
        (("contacts", "synth", "x", "--language", "xx=5", "--households", "5"), "'xx=5'"),
        (("contacts", "synth", "x", "--language", "en=0", "--households", "5"), "'en=0'"),
        (("contacts", "synth", "x", "--language", "en", "--households", "5"), "'en'"),
    ]:
        run = shell.run(*arguments)
        assert run.returncode == 2
        assert said in run.stderr
        assert "Traceback" not in run.stderr


def test_help_states_the_proportions(shell: Shell) -> None:
    run = shell.run("contacts", "synth", "--help")
    assert run.returncode == 0
    assert "%" in run.stdout


def test_whole_import_retires_missing_entries_unless_an_alert_is_open(
    shell: Shell, engine: Engine
) -> None:
    assert shell.run("contacts", "import", "divisions", "bazhong").returncode == 0
    file = shell.folder / "households.csv"
    for numbers in ((1, 2, 3), (2,)):
        lines = (f"{QIANFO}{n:04d},{QIANFO},1号,住户,2,,zh,,,," for n in numbers)
        file.write_text("\n".join([HEADER, *lines]), "utf-8")
        run = shell.run("contacts", "import", "households", str(file), "--whole")
        assert run.returncode == 0, run.stderr
    assert "2 retired" in run.stdout
    with engine.begin() as connection:
        stored_alert(connection)
    run = shell.run("contacts", "import", "households", str(file), "--whole")
    assert (run.returncode, "an alert is not over" in run.stderr) == (2, True)
