"""`alerting doctor`: print the findings of all checks on one screen, or as JSON."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from alerting.doctor.examine import examine
from alerting.doctor.finding import Finding, Severity, has_failed

_MARKS: Final = {
    Severity.GOOD: ("ok", "green"),
    Severity.WARNING: ("warning", "yellow"),
    Severity.FAILURE: ("WRONG", "bold red"),
}

JsonOption = Annotated[bool, typer.Option("--json", help="print it as JSON, for machines")]


app = typer.Typer()


@app.command()
def doctor(as_json: JsonOption = False) -> None:
    """Check settings, database, providers, roster and clock, and print the findings.

    It sends and changes nothing. The exit status is 1 if alerting would fail, and 0 if there are
    only warnings.
    """
    found = asyncio.run(examine())
    console = Console(highlight=False, emoji=False, markup=False)
    if as_json:
        told = {"ok": not has_failed(found), "findings": [asdict(each) for each in found]}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif console.is_terminal:
        console.print(_table(found), Text(_verdict(found), "bold"))
    else:
        for each in found:
            typer.echo(_line(each))
        typer.echo(_verdict(found))
    raise typer.Exit(1 if has_failed(found) else 0)


def _table(found: Sequence[Finding]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    before = ""
    for each in found:
        words, colour = _MARKS[each.severity]
        said = Text(each.said)
        if each.remedy:
            said.append(f"\n-> {each.remedy}", "bold")
        table.add_row("" if each.part == before else each.part, Text(words, colour), said)
        before = each.part
    return table


def _line(finding: Finding) -> str:
    remedy = f" -> {finding.remedy}" if finding.remedy else ""
    return f"{_MARKS[finding.severity][0]:7}  {finding.part:9}  {finding.said}{remedy}"


def _verdict(found: Sequence[Finding]) -> str:
    wrong = sum(each.severity is Severity.FAILURE for each in found)
    warnings = sum(each.severity is Severity.WARNING for each in found)
    count = f"{wrong} wrong, {warnings} {'warning' if warnings == 1 else 'warnings'}"
    return f"Alerting would fail: {count}." if wrong else f"Alerts can be sent: {count}."
