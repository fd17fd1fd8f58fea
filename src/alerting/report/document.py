"""The report as data for the PDF template, with the same content as the page."""

from collections.abc import Mapping
from typing import Any

from alerting.messages.text import issuer_name
from alerting.policy.issuer import IssuerRules
from alerting.report.facts import Facts
from alerting.report.page import heading, lines_of
from alerting.report.rules.drawing import BOTTOM, HEIGHT, LEFT, WIDTH, Drawing, drawing
from alerting.report.tables import PARTS, Table, tables_of
from alerting.report.words import Words


def report_document(facts: Facts, words: Words, issuers: IssuerRules) -> Mapping[str, Any]:
    """Return the data for the template `report`, in the language of `words`."""
    title = f"{words['title']}: {heading(facts, words)}"
    return {
        "language": words.code,
        "title": title,
        "issuer": issuer_name(issuers.at(facts.alert.origin), words.code),
        "footer": f"{title} · {words['as_of']} {words.day(facts.now)}",
        "mark": words.spoken.prefixes.get(facts.alert.status, ""),
        "banner": words.spoken.page.get(facts.alert.status.lower(), ""),
        "heading": title,
        "lines": [list(line) for line in lines_of(facts, words)],
        "sums": words["sums"],
        "parts": [_part(part, facts, words) for part in PARTS],
        "curve": _curve(facts, words),
        "tables": [_table(each, words) for each in tables_of(facts, words)],
        "nothing": words["nothing"],
        "log": words["log"].format(entries=facts.alert.last_seq),
        "chain": facts.chain or "",
    }


def _part(part: str, facts: Facts, words: Words) -> dict[str, str]:
    number = getattr(facts.account, part)
    return {
        "key": part,
        "label": words[part],
        "people": words["count_people"].format(count=number.people),
        "households": words["count_households"].format(count=number.households),
    }


def _table(table: Table, words: Words) -> dict[str, Any]:
    """Return the data of one table.

    In the table of divisions, each heading spans two columns: households and people.
    """
    is_paired = table.key == "places"
    pair = (words["households"], words["people"])
    return {
        "title": table.title,
        "pairs": [words[part] for part in PARTS] if is_paired else [],
        "columns": [table.columns[0], *pair * len(PARTS)] if is_paired else list(table.columns),
        "rows": [list(row) for row in table.rows],
        "note": table.note,
    }


def _curve(facts: Facts, words: Words) -> dict[str, Any] | None:
    drawn = drawing(facts.points, facts.alert.sent)
    if drawn is None:
        return None
    last = facts.points[-1]
    return {
        "title": words["curve"],
        "said": words["curve_said"].format(accounted=last.accounted, total=last.total),
        "svg": _svg(drawn),
        "most": drawn.most,
        "ticks": [words.lasting(tick.after) for tick in drawn.ticks],
    }


def _svg(drawn: Drawing) -> str:
    """Return the curve as SVG, without the margin where the page writes its labels."""
    box = f"{LEFT} 0 {WIDTH - LEFT} {HEIGHT - BOTTOM}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{WIDTH - LEFT}" '
        f'height="{HEIGHT - BOTTOM}">'
        f'<path d="M{LEFT} 0V{HEIGHT - BOTTOM}H{WIDTH}" fill="none" stroke="#111"/>'
        f'<path d="{drawn.total}" fill="none" stroke="#555" stroke-dasharray="5 3"/>'
        f'<path d="{drawn.accounted}" fill="none" stroke="#0b4f1f" stroke-width="2.5"/></svg>'
    )
