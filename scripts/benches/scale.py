"""The page on scale: what a province of twenty million households needs, from the figures."""

from collections.abc import Iterator, Mapping
from typing import Final

from scripts.benches.report import shown

Results = Mapping[str, Mapping[str, float]]
"""The benches' figures, by bench and name."""

_HOUSEHOLDS: Final = 20_000_000
_COUNTIES: Final = 180
_ANSWERED_SECONDS: Final = 600.0
_BOARDS: Final = 20_000
_BOARDS_A_PROCESS: Final = 5_000
_MILLION: Final = 1_000_000
_MINUTE: Final = 60.0
_HOUR: Final = 3_600.0
_NEEDED: Final = {
    "plan": ("postgresql_seconds_1m", "sqlite_seconds_100k"),
    "send": ("sends_per_second",),
    "answer": ("sqlite_grouped_per_second", "postgres_grouped_per_second"),
    "reconnect": ("seconds_all_back",),
}
_HEAD: Final = f"""\
## Scale

A province of {_HOUSEHOLDS:,} households in {_COUNTIES} counties is alerted at once, everybody
answers within ten minutes, and {_BOARDS:,} boards are open. The table follows from the figures
above, in proportion. It compares one installation on one PostgreSQL database with one installation
for each county on SQLite.

| what | one installation | each of {_COUNTIES} counties |
| --- | ---: | ---: |"""
_WHERE: Final = """\

One installation breaks first at the plan. It is one transaction, and the first text leaves only
after its commit. The answers break next: each locks the row of its alert until its commit, so that
further processes on one alert add little. Texts and boards only need more processes, and a provider
that takes that pace. Alerts by county have none of these limits: one process holds a county with
room to spare, and a county that fails takes no other with it. A province therefore runs an
installation for each county or city. An overview of them is no part of the service; it can be made
from their webhooks and CAP feeds.
"""


def scale(results: Results) -> Iterator[str]:
    """Yield the section's lines, or nothing if a figure that it needs was not measured."""
    if not all(
        figure in results.get(bench, {}) for bench, names in _NEEDED.items() for figure in names
    ):
        return
    yield _HEAD
    for what, whole, county in _rows(results):
        yield f"| {what} | {shown(whole)} | {shown(county)} |"
    yield _WHERE


def _rows(results: Results) -> Iterator[tuple[str, float, float]]:
    """Yield each need, with its number for the whole province and for one of its counties."""
    plan, send, answer = results["plan"], results["send"], results["answer"]
    county = _HOUSEHOLDS / _COUNTIES
    whole_plan = plan["postgresql_seconds_1m"] * _HOUSEHOLDS / _MILLION / _MINUTE
    county_plan = plan["sqlite_seconds_100k"] * county / (_MILLION / 10) / _MINUTE
    yield "minutes until the alert is planned", whole_plan, county_plan
    texts = send["sends_per_second"]
    yield "texts a second, to hand all over within an hour", _HOUSEHOLDS / _HOUR, county / _HOUR
    yield (
        f"processes that send, at {shown(texts)} texts a second each",
        _HOUSEHOLDS / _HOUR / texts,
        county / _HOUR / texts,
    )
    wanted, of_county = _HOUSEHOLDS / _ANSWERED_SECONDS, county / _ANSWERED_SECONDS
    yield "answers a second", wanted, of_county
    yield (
        "times what one process commits of them",
        wanted / answer["postgres_grouped_per_second"],
        of_county / answer["sqlite_grouped_per_second"],
    )
    processes = _BOARDS / _BOARDS_A_PROCESS
    each = f"processes for the boards, {_BOARDS_A_PROCESS:,} each"
    yield each, processes, processes / _COUNTIES
    back = results["reconnect"]["seconds_all_back"]
    yield "seconds until cut-off boards are back", back, back * processes / _COUNTIES
