"""Officers' reports on households, as officers write them: several in a line, any separator."""

import re
from typing import Final

_CODE: Final = r"(?:\d{19}|\d{16}|\d{10}|\d{7}|\d{3,4})"

_EMERGENCY: Final = r"(?:110|119|120|122|911|999)(?!\d)"

_NEXT: Final = re.compile(
    rf"(?:^|[\s,;/、|.])(?:and |和|还有)?"
    rf"(?={_CODE}(?:号|户|家)?[\s:、,.-]*[1-4](?:[\s:、,.-]+\d|\D|$))"
    rf"|;\s*(?={_CODE}(?:号|户|家)?\s*\D)"
    r"|[;,/]\s*(?=\d{1,2}[\s:.-]+[1-4][\s:.-]+\d{1,2}(?:\s*[,;/人]|\s*$))"
)
"""The start of a report: a number and a key, or, after a semicolon, a number and words."""

_MARKED: Final = re.compile(
    rf"(?:(?:no|nr|num|number|house|household|户号|门牌|户|#)[. :]*({_CODE}|\d{{1,2}})(?!\d)"
    rf"|({_CODE}|\d{{1,2}})(?:号|户|家))(?:人家|的|家)?[\s,:、.-]*(\S.*)",
    re.DOTALL,
)
"""A household's number that is marked as one, then words: '50号全部转移了', 'Nr 12: all out'."""

_JOINED: Final = re.compile(
    rf"(?!{_EMERGENCY})({_CODE})(?!\d|[号户家年月日点分时人个口米元%])[\s,:、.-]*(\D.*|[1-4](?!\d).*)",
    re.DOTALL,
)

_SHORT: Final = re.compile(r"(\d{1,2})[\s,:、.-]+([1-4])[\s,:、.-]+(\d{1,2})[ 人.]*")
"""A household's number without its leading zeros, a key and a headcount: '3 1 5'."""

_BETWEEN: Final = " ,;/、|.\n"

_TAIL: Final = re.compile(r"[\s,;]*(?:and|和|还有)?[\s,;]*$")

_LEAST_DIGITS: Final = 3

_MOST_REPORTS: Final = 60
"""Most reports in a line; more do not fit into a text of 1,600 characters."""


def officer_reports(plain: str) -> list[str]:
    """Split an officer's normalised line into reports in the form '034 1 5'; itself if none."""
    starts = [found.end() for found in _NEXT.finditer(plain)][:_MOST_REPORTS]
    if not starts or plain[: starts[0]].strip(_BETWEEN):
        starts.insert(0, 0)
    ends = [*starts[1:], len(plain)]
    parts = [plain[start:end] for start, end in zip(starts, ends, strict=True)]
    bare = (_TAIL.sub("", part).strip(_BETWEEN) for part in parts)
    return [_in_form(part) for part in bare if part]


def _in_form(part: str) -> str:
    if found := _SHORT.fullmatch(part):
        return f"{found[1].zfill(_LEAST_DIGITS)} {found[2]} {found[3]}"
    if found := _MARKED.fullmatch(part):
        return f"{(found[1] or found[2]).zfill(_LEAST_DIGITS)} {found[3]}"
    if found := _JOINED.fullmatch(part):
        return f"{found[1]} {found[2]}"
    return part
