"""Messages about the import of a clerk's file, in English and Chinese."""

from collections.abc import Iterable
from typing import Any, Final

from contacts.roster.clerk_file import ClerkFile
from contacts.roster.comparison import Change, Difference, Label
from contacts.roster.headings import UNREAD, chinese_name
from contacts.roster.store import Report

_LISTED: Final = 20
"""Maximum number of households listed per kind of change; the others are only counted."""


def column_lines(file: ClerkFile[Any]) -> list[str]:
    """Return a line for each column, with its heading and field, and a line of unread sheets."""
    lines = []
    for name, layout in file.layouts:
        sheet = f"{name}: " if name else ""
        lines.append(
            f"{sheet}columns, headings on line {layout.line} 各列（标题在第{layout.line}行）"
        )
        for heading, field in layout.read().items():
            what = "not read 不读取" if field == UNREAD else f"{field} {chinese_name(field)}"
            lines.append(f"  {heading} -> {what}")
    if unread := ", ".join(file.unread_sheets):
        lines.append(f"sheets not read, without headings 无标题行，不读取: {unread}")
    return lines


def reading_lines(file: ClerkFile[Any]) -> list[str]:
    """Return lines that tell how ambiguous cells were read, each with an example."""
    return [
        f"{field} {chinese_name(field)}: {each.count} cells read like this 按此读取{each.count}格, "
        f"such as 例如 {each.written or 'empty 空'} -> {each.read or 'none 无'}"
        for field, each in sorted(file.readings.items())
    ]


def difference_lines(difference: Difference) -> list[str]:
    """Return lines that list the changes, at most `_LISTED` of each kind."""
    changed = (
        f"{_name(label)}: {', '.join(map(_change, changes))}"
        for label, changes in difference.changed
    )
    moved = [f"{old} -> {_name(label)}" for label, old in difference.moved]
    doubts = [f"{each}\n    {each.chinese}" for each in difference.suspicious]
    return [
        *_listed("added 新增", map(_name, difference.added), len(difference.added)),
        *_listed("changed 变更", changed, len(difference.changed)),
        *_listed("moved 迁移", moved, len(moved)),
        *_listed("gone 注销", map(_name, difference.gone), len(difference.gone)),
        *_listed("suspicious 存疑", doubts, len(doubts)),
    ]


def report_line(report: Report, whole: bool, *, dry_run: bool = False) -> str:
    """Return a line with the numbers of added, updated, unchanged and retired rows."""
    nothing = "nothing is stored (未写入): " if dry_run else ""
    retired = f", {report.retired} retired" if whole else ""
    people = f", {report.people} people" if report.people else ""
    return (
        f"{nothing}{report.added} added, {report.updated} updated, {report.unchanged} unchanged"
        f"{retired}{people}"
    )


def _listed(title: str, items: Iterable[str], count: int) -> list[str]:
    if not count:
        return []
    first = [f"  {item}" for _, item in zip(range(_LISTED), items, strict=False)]
    more = [f"  and {count - _LISTED} more 另有{count - _LISTED}"] if count > _LISTED else []
    return [f"{title} ({count})", *first, *more]


def _name(label: Label) -> str:
    return f"{label.code} {label.head} {label.address}"


def _change(change: Change) -> str:
    name = f"{change.field} {chinese_name(change.field)}"
    return f"{name}: {_value(change.before)} -> {_value(change.after)}"


def _value(value: object) -> str:
    return "none 无" if value in {None, ""} else str(value)
