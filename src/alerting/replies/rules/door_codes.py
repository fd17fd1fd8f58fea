"""Codes of door texts in officers' reports: '034 1 5 #4827', '#4827 034 1 5', '034 1 5 4827'."""

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
"""Characters to look at for a report, so that a text full of marks costs little."""

_KEPT: Final = 2_048

numbered_report_in: Final = lru_cache(_KEPT)(read_normal_report)


@dataclass(frozen=True, slots=True)
class NumberedReports:
    """The reports of a text without its codes, and the codes."""

    reports: Sequence[str]
    codes: frozenset[str]

    @property
    def names_a_household(self) -> bool:
        """Whether a report names a household."""
        return any(map(numbered_report_in, self.reports))


def numbered_reports(lines: Iterable[str]) -> NumberedReports:
    """Return an officer's reports in normalised lines, and the codes that stand beside them.

    Households' texts pass through it too: only its reports show whether a text names a household.
    A code is marked and has a report, or nothing, after it; otherwise it is a household's number.
    Four digits without a mark are a code if they stand before or after all reports.
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
    # From the end on, so that a code is not in the way of the report before it.
    for found in reversed(list(_MARKED().finditer(line))):
        after = line[found.end() :].strip(_BETWEEN)
        if not _ALERT_CODES.sub("", after, count=1) or _begins_with_report(after):
            codes.add(found[1])
            line = f"{line[: found.start()]} {line[found.end() :]}"
    return line.strip(_BETWEEN), codes


def _without_bare(line: str) -> tuple[str, set[str]]:
    """Take off four digits at the start or end of a line of reports."""
    if (found := _AT_END.fullmatch(line)) and _begins_with_report(found[1]):
        return found[1], {found[2]}
    if (found := _AT_START.fullmatch(line)) and _begins_with_report(found[2]):
        return found[2], {found[1]}
    return line, set()


def _begins_with_report(text: str) -> bool:
    first = next(iter(officer_reports(text[:_LONGEST_REPORT])), "")
    return numbered_report_in(first) is not None


def _alone(parts: Sequence[str]) -> set[int]:
    """Return the places of four digits on a line before or after those of reports."""
    ends = {0, len(parts) - 1} if any(map(numbered_report_in, parts)) else set()
    return {place for place in ends if _BARE.fullmatch(parts[place])}
