"""Finds the door codes in officers' reports: '034 1 5 #4827', '#4827 034 1 5', '034 1 5 4827'."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from alerting.replies.rules.grammar import expression, in_its_languages
from alerting.replies.rules.reply import read_normal_report
from alerting.replies.rules.reports import officer_reports

_MARKED: Final = expression(r"(?:#|(?<!\d){door_code}[ :]*#?) ?(\d{4})(?!\d)")

_BARE: Final = re.compile(r"\d{4}")

_AT_END: Final = re.compile(r"(.*\S)[ ,;]+(\d{4})[ .!]*")

_AT_START: Final = re.compile(r"(\d{4})[ ,;]+(.+)")

_BETWEEN: Final = " ,;:/、|.!-"

_ALERT_CODES: Final = re.compile(r"(?:# ?\d{2}(?!\d)[ ,;.]*)*")

_LONGEST_REPORT: Final = 40
"""Only this many characters are searched for a report, to bound the work on a text full of '#'."""

_KEPT: Final = 2_048

numbered_report_in: Final = lru_cache(_KEPT)(read_normal_report)


@dataclass(frozen=True, slots=True)
class NumberedReports:
    """The reports of a text without the door codes, and the door codes."""

    reports: Sequence[str]
    codes: frozenset[str]

    @property
    def names_a_household(self) -> bool:
        """True if a report names a household."""
        return any(map(numbered_report_in, self.reports))


def numbered_reports(lines: Iterable[str]) -> NumberedReports:
    """Separate the reports in normalised lines from the door codes beside them.

    Used for households' texts too, to find out whether a text names a household. Four digits with a
    mark such as '#' are a code if a report or nothing follows them; otherwise they are a
    household's number. Four digits without a mark are a code at the start or end of the reports.
    """
    codes: set[str] = set()
    parts: list[str] = []
    for line in lines:
        rest, found = _without_marked(line)
        codes |= found
        rest, found = _without_bare(rest)
        codes |= found
        parts += officer_reports(rest) if rest else []
    alone = _alone(parts)
    codes |= {parts[place] for place in alone}
    reports = [part for place, part in enumerate(parts) if place not in alone]
    return NumberedReports(reports, frozenset(codes))


@in_its_languages
def _without_marked(line: str) -> tuple[str, set[str]]:
    codes: set[str] = set()
    # Start from the end, because a later code would hide that nothing follows an earlier one.
    for found in reversed(list(_MARKED().finditer(line))):
        after = line[found.end() :].strip(_BETWEEN)
        if not _ALERT_CODES.sub("", after, count=1) or _begins_with_report(after):
            codes.add(found[1])
            line = f"{line[: found.start()]} {line[found.end() :]}"
    return line.strip(_BETWEEN), codes


def _without_bare(line: str) -> tuple[str, set[str]]:
    """Remove four digits from the start or end of a line of reports; return line and digits."""
    if (found := _AT_END.fullmatch(line)) and _begins_with_report(found[1]):
        return found[1], {found[2]}
    if (found := _AT_START.fullmatch(line)) and _begins_with_report(found[2]):
        return found[2], {found[1]}
    return line, set()


def _begins_with_report(text: str) -> bool:
    first = next(iter(officer_reports(text[:_LONGEST_REPORT])), "")
    return numbered_report_in(first) is not None


def _alone(parts: Sequence[str]) -> set[int]:
    """Return the indexes of the first and last part if they are just four digits beside reports."""
    ends = {0, len(parts) - 1} if any(map(numbered_report_in, parts)) else set()
    return {place for place in ends if _BARE.fullmatch(parts[place])}
