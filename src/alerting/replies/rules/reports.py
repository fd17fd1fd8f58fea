"""Splits officers' texts into reports: a line may hold several, with any separator."""

from typing import Final

from alerting.replies.rules.grammar import expression, in_its_languages

_CODE: Final = r"(?:\d{19}|\d{16}|\d{10}|\d{7}|\d{3,4})"

_EMERGENCY: Final = r"(?:110|119|120|122|911|999)(?!\d)"

_NEXT: Final = expression(
    rf"(?:^|[\s,;/、|.])(?:{{conjunction}} ?)?"
    rf"(?={_CODE}(?:{{house_suffix}})?[\s:、,.-]*[1-4](?:[\s:、,.-]+\d|\D|$))"
    rf"|;\s*(?={_CODE}(?:{{house_suffix}})?\s*\D)"
    r"|[;,/]\s*(?=\d{1,2}[\s:.-]+[1-4][\s:.-]+\d{1,2}(?:\s*[,;/]| ?{unit}|\s*$))"
)
"""The start of a report: a household's number and a key, or words instead after a semicolon."""

_MARKED: Final = expression(
    rf"(?s)(?:(?:{{house_prefix}}|#)[. :]*({_CODE}|\d{{1,2}})(?!\d)(?:{{house_suffix}})?"
    rf"|({_CODE}|\d{{1,2}}){{house_suffix}})[\s,:、.-]*(\S.*)"
)
"""A number with a word that marks it as a household's: '50号全部转移了', 'Nr 12: all out'."""

_JOINED: Final = expression(
    rf"(?s)(?!{_EMERGENCY})({_CODE})(?!\d|[年月日点分时个口米元%]| ?{{unit}}|{{house_suffix}})"
    r"[\s,:、.-]*(\D.*|[1-4](?!\d).*)"
)

_SHORT: Final = expression(r"(\d{1,2})[\s,:、.-]+([1-4])[\s,:、.-]+(\d{1,2}) ?(?:{unit})?[ .]*")
"""A household's number without its leading zeros, a key and a headcount: '3 1 5'."""

_BETWEEN: Final = " ,;/、|.\n"

_TAIL: Final = expression(r"[\s,;]*(?:{conjunction})?[\s,;]*$")

_LEAST_DIGITS: Final = 3

_MOST_REPORTS: Final = 60
"""The maximum number of reports in a line."""


@in_its_languages
def officer_reports(plain: str) -> list[str]:
    """Split an officer's normalised line into reports in the form '034 1 5'.

    A line without such reports is returned as one item.
    """
    starts = [found.end() for found in _NEXT().finditer(plain)][:_MOST_REPORTS]
    if not starts or plain[: starts[0]].strip(_BETWEEN):
        starts.insert(0, 0)
    ends = [*starts[1:], len(plain)]
    parts = [plain[start:end] for start, end in zip(starts, ends, strict=True)]
    bare = (_TAIL().sub("", part).strip(_BETWEEN) for part in parts)
    return [_in_form(part) for part in bare if part]


def _in_form(part: str) -> str:
    if found := _SHORT().fullmatch(part):
        return f"{found[1].zfill(_LEAST_DIGITS)} {found[2]} {found[3]}"
    if found := _MARKED().fullmatch(part):
        return f"{(found[1] or found[2]).zfill(_LEAST_DIGITS)} {found[3]}"
    if found := _JOINED().fullmatch(part):
        return f"{found[1]} {found[2]}"
    return part
