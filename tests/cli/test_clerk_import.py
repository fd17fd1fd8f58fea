"""`alerting contacts import` of clerks' own files."""

import io
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from contacts.tables import HOUSEHOLDS, OFFICERS, ROSTER_COLUMNS
from tests.cli.conftest import Shell
from tests.support.office_files import HEADINGS, TITLE, home, write_xlsx

IMPORT = ("contacts", "import", "households")
GRID_OFFICER = (
    "id,name,role,division,phones,deputy_of\n"
    "grid208,演练网格员,grid_officer,511921100208,13900008001,\n"
)


@pytest.fixture
def clerk(shell: Shell) -> Shell:
    """Return a shell whose database has divisions and an officer."""
    assert shell.run("contacts", "import", "divisions", "bazhong").returncode == 0
    (shell.folder / "officers.csv").write_text(GRID_OFFICER, "utf-8")
    assert shell.run("contacts", "import", "officers", "officers.csv").returncode == 0
    return shell


def roster(folder: Path, *numbers: int, **changed: str) -> str:
    rows = [home(number, **changed) for number in numbers]
    return str(write_xlsx(folder / "roster.xlsx", {"花名册": [TITLE, HEADINGS, *rows]}))


def count(engine: Engine) -> int:
    with engine.begin() as connection:
        return connection.execute(select(func.count()).select_from(HOUSEHOLDS)).scalar_one()


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_dry_run_shows_columns_and_changes_and_stores_nothing(clerk: Shell, engine: Engine) -> None:
    run = clerk.run(*IMPORT, roster(clerk.folder, 1, 2), "--dry-run")
    assert (run.returncode, run.stderr) == (0, "")
    for said in (
        "花名册: columns, headings on line 2",
        "  户主姓名 -> head 户主\n",
        "  备注 -> not read 不读取\n",
        "headcount 人数: 2 cells read like this 按此读取2格, such as 例如 3人 -> 3\n",
        "added 新增 (2)\n  5119211002080001 住户0001 通江县诺江镇千佛村1组1号\n",
        "nothing is stored (未写入): 2 added, 0 updated, 0 unchanged, 6 people\n",
    ):
        assert said in run.stdout
    assert count(engine) == 0


def test_columns_have_to_be_confirmed_once(
    clerk: Shell, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = roster(clerk.folder, 1, 2)
    answer(monkeypatch, "n\n")
    run = clerk.run(*IMPORT, file)
    assert (run.returncode, count(engine)) == (1, 0)
    answer(monkeypatch, "y\n")
    assert "2 added" in clerk.run(*IMPORT, file).stdout
    answer(monkeypatch, "")
    again = clerk.run(*IMPORT, file)
    assert again.returncode == 0
    assert "columns, headings" not in again.stdout
    assert again.stdout.endswith("0 added, 0 updated, 2 unchanged, 6 people\n")


def test_mapped_column_is_remembered_for_the_division(clerk: Shell, engine: Engine) -> None:
    rows = [["当家人", "人数", "电话", "住址"], ["甲", "3", "", "千佛村1组1号"]]
    file = str(write_xlsx(clerk.folder / "a.xlsx", {"甲": rows}))
    within = ("--division", "511921100")
    refused = clerk.run(*IMPORT, file, *within)
    assert (refused.returncode, "--map head=标题" in refused.stderr) == (2, True)
    run = clerk.run(*IMPORT, file, *within, "--map", "head=当家人", "--yes")
    assert run.returncode == 0, run.stderr
    with engine.begin() as connection:
        kept = select(ROSTER_COLUMNS.c.field).where(ROSTER_COLUMNS.c.heading == "当家人")
        assert connection.execute(kept).scalar_one() == "head"
    assert clerk.run(*IMPORT, file, *within).returncode == 0
    assert clerk.run(*IMPORT, file).returncode == 2


def test_import_lists_the_changes(clerk: Shell) -> None:
    file = roster(clerk.folder, *range(1, 41))
    run = clerk.run(*IMPORT, file, "--yes")
    assert "  and 20 more 另有20\n40 added" in run.stdout
    moved = home(1, address="通江县诺江镇元顶村1组1号")
    rows = [HEADINGS, moved, home(2, headcount="5人"), *map(home, range(3, 40))]
    write_xlsx(clerk.folder / "roster.xlsx", {"花名册": rows})
    run = clerk.run(*IMPORT, file, "--whole")
    assert run.returncode == 0, run.stderr
    for said in (
        "  5119211002080002 住户0002 通江县诺江镇千佛村1组2号: headcount 人数: 3 -> 5\n",
        "moved 迁移 (1)\n  5119211002080001 -> 5119211002090001 住户0001",
        "gone 注销 (1)\n  5119211002080040 住户0040",
        "1 added, 1 updated, 37 unchanged, 2 retired, 119 people\n",
    ):
        assert said in run.stdout


def test_every_fault_is_reported_in_both_languages(clerk: Shell, engine: Engine) -> None:
    rows = [TITLE, HEADINGS, home(1, phones="7221234"), home(2, officer="无名氏")]
    file = str(write_xlsx(clerk.folder / "a.xlsx", {"花名册": rows}))
    run = clerk.run(*IMPORT, file, "--yes")
    assert (run.returncode, count(engine)) == (2, 0)
    assert run.stderr.splitlines() == [
        "sheet 花名册, line 3, 联系电话: '7221234' is a landline without its area code: "
        "write it as 0827-7221234",
        "  工作表“花名册”第3行，联系电话：“7221234”是没有区号的座机：请加上区号，如 0827-7221234",
        "sheet 花名册, line 4, 网格员: '无名氏' is not a known officer: import them first, or "
        "correct it",
        "  工作表“花名册”第4行，网格员：没有叫“无名氏”的责任人：请先导入责任人，或改正",
    ]


CLERK = ["姓名", "职务", "单位", "电话"]


def officers(folder: Path, *rows: list[str]) -> str:
    return str(write_xlsx(folder / "officers.xlsx", {"甲": [CLERK, *rows]}))


def test_clerks_officers_are_imported_and_get_ids(clerk: Shell, engine: Engine) -> None:
    file = officers(
        clerk.folder,
        ["张三", "县应急局值班员", "通江县", "13900009001"],
        ["演练网格员", "网格员", "诺江镇千佛村", "13900008001、13900008002"],
    )
    run = clerk.run("contacts", "import", "officers", file, "--dry-run")
    for said in (
        "  职务 -> role 职务\n",
        "id 编号: 1 cells read like this",
        " empty 空 -> duty_officer-511921\n",
        "role 职务: 2 cells read like this",
        " 县应急局值班员 -> duty_officer\n",
        "nothing is stored (未写入): 1 added, 1 updated, 0 unchanged\n",
    ):
        assert said in run.stdout
    with engine.begin() as connection:
        assert connection.execute(select(OFFICERS.c.id)).scalars().all() == ["grid208"]
    run = clerk.run("contacts", "import", "officers", file, "--yes")
    assert run.stdout.endswith("1 added, 1 updated, 0 unchanged\n"), run.stderr
    again = clerk.run("contacts", "import", "officers", file)
    assert again.stdout.endswith("0 added, 0 updated, 2 unchanged\n"), again.stderr


def test_fault_in_an_officers_row_is_reported_in_both_languages(clerk: Shell) -> None:
    rows = ["张三", "副镇长", "诺江镇", "7221234"], ["", "网格员", "万佛村", ""]
    run = clerk.run("contacts", "import", "officers", officers(clerk.folder, *rows), "--yes")
    assert run.returncode == 2
    faults = {line.split(":")[0] for line in run.stderr.splitlines()[::2]}
    assert faults == {
        "sheet 甲, line 2, 职务",
        "sheet 甲, line 2, 电话",
        "sheet 甲, line 3, 姓名",
        "sheet 甲, line 3, 单位",
    }
    assert "工作表“甲”第2行，职务" in run.stderr


def test_divisions_can_be_imported_from_a_workbook(clerk: Shell) -> None:
    rows = [["code", "name", "tier", "parent"], ["511921100998", "新村", "village", "511921100"]]
    file = str(write_xlsx(clerk.folder / "divisions.xlsx", {"甲": rows}))
    run = clerk.run("contacts", "import", "divisions", file, "--dry-run")
    assert run.stdout == "nothing is stored (未写入): 1 added, 0 updated, 0 unchanged\n"
    assert clerk.run("contacts", "import", "divisions", file).stdout.startswith("1 added")
    write_xlsx(clerk.folder / "divisions.xlsx", {"甲": [*rows, ["1", "", "", ""]]})
    run = clerk.run("contacts", "import", "divisions", file)
    assert (run.returncode, "sheet 甲, line 3, name: is empty" in run.stderr) == (2, True)
    for options, said in (("--yes",), "only --whole"), (("--without-codes",), "only to households"):
        run = clerk.run("contacts", "import", "divisions", file, *options)
        assert (run.returncode, said in run.stderr) == (2, True)


@pytest.mark.parametrize("column", ["head", "=户主", "head="])
def test_malformed_map_option_is_refused(clerk: Shell, column: str) -> None:
    run = clerk.run(*IMPORT, "a.xlsx", "--map", column)
    assert (run.returncode, "write FIELD=HEADING" in run.stderr) == (2, True)
