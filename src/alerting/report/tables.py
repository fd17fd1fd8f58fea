"""The tables of a report in one language, for the page, the PDF and the workbook."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from alerting.doors.rules import TaskState
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.events.sending import ProviderCondition
from alerting.officer_calls.rules import CallState
from alerting.report.calls import CalledOfficer
from alerting.report.facts import Facts
from alerting.report.rules.account import Account
from alerting.report.rules.timeline import MOST_MOMENTS, TROUBLES, Moment
from alerting.report.sending import Stage
from alerting.report.words import Words
from contacts.encryption.unreadable import UNREADABLE

Cell = str | int

_PROVIDERS: Final = frozenset(
    {EventKind.PROVIDER_UP, EventKind.PROVIDER_SLOW, EventKind.PROVIDER_DOWN}
)

PARTS: Final = ("expected", "verified", "claimed", "unaccounted", "needs_help", "staying")
"""The parts of an account, in the order of the table's columns."""


@dataclass(frozen=True)
class Table:
    """A table with its title; `key` identifies it in page anchors and tests."""

    key: str
    title: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]
    note: str = ""


def tables_of(facts: Facts, words: Words) -> list[Table]:
    """Return all tables of a report, in their order."""
    return [table(facts, words) for table in _TABLES]


def sums(account: Account) -> list[int]:
    """Return the numbers of households and of people for each of the `PARTS`, alternating."""
    numbers = [getattr(account, part) for part in PARTS]
    return [each for number in numbers for each in (number.households, number.people)]


def _times(facts: Facts, words: Words) -> Table:
    rows = [
        (
            words["share_of"].format(percent=percent),
            words.day(at) if at else words["not_reached"],
            words.lasting(facts.after(at)) if at else "",
        )
        for percent, at in facts.reached.items()
    ]
    columns = (words["share"], words["time"], words["took"])
    return Table("times", words["times"], columns, rows, words["share_note"])


def _places(facts: Facts, words: Words) -> Table:
    heads = [
        f"{words[part]} · {words[what]}" for part in PARTS for what in ("households", "people")
    ]
    rows: list[tuple[Cell, ...]] = [
        (words.place(code), *sums(each)) for code, each in facts.accounts.items()
    ]
    return Table("places", words["places"], (words["place"], *heads), rows)


def _timeline(facts: Facts, words: Words) -> Table:
    columns = (words["time"], words["what"], words["how_often"], words["who_where"])
    rows = [_moment(facts, words, each) for each in facts.moments]
    note = words["earlier_left_out"].format(count=MOST_MOMENTS) if facts.is_cut else ""
    return Table("timeline", words["timeline"], columns, rows, note)


def _moment(facts: Facts, words: Words, moment: Moment) -> tuple[Cell, ...]:
    event = moment.first
    what = words.event(event.kind)
    if event.kind in _PROVIDERS:
        said = ProviderCondition.read_if_whole(event.payload)
        what = f"{what}: {said.provider if said else UNREADABLE}"
    who = ""
    if moment.count == 1:
        named = (facts.names.get(event.subject, ""), words.place(event.division))
        who = ", ".join(each for each in named if each)
    return words.clock(moment.at), what, moment.count, who


def _sending(facts: Facts, words: Words) -> Table:
    stages = [words[stage] for stage in Stage]
    columns = (words["way"], words["provider"], words["attempts"], *stages)
    rows: list[tuple[Cell, ...]] = [
        (words.kind(each.channel), each.provider, each.attempts, *each.stages.values())
        for each in facts.sent
    ]
    return Table("sending", words["sending"], columns, rows)


def _calls(facts: Facts, words: Words) -> Table:
    heads = ("officer", "place", "called_at", "tries", "answered", "answered_by", "told_above")
    columns = tuple(words[head] for head in (*heads, "called_again", "woken_by"))
    return Table("calls", words["calls"], columns, [_call(each, words) for each in facts.calls])


def _call(called: CalledOfficer, words: Words) -> tuple[Cell, ...]:
    call = called.call
    tries = ", ".join(f"{words.kind(by)} {count}" for by, count in called.tries.items())
    told = f"{words.clock(call.told_above_at)} {', '.join(called.told)}".strip()
    answered, way, woken = words["not_answered"], "", ""
    if call.confirmed_at:
        raised = call.channel == EventKind.ALERT_RAISED
        way = words["raised"] if raised else words.kind(call.channel or "")
        answered = words.clock(call.confirmed_at)
        woken = ", ".join(called.woken_by) or ("" if raised else words["by_itself"])
    elif call.state is CallState.NOT_WOKEN:
        answered = words["not_woken"]
    place = words.place(call.division)
    again = ", ".join(f"{words.clock(at)} {name}" for at, name in called.again)
    called_at = words.clock(call.called_at)
    return call.name, place, called_at, tries, answered, way, told, again, woken


_DOORS: Final = {
    "done": TaskState.DONE,
    "settled": TaskState.ANSWERED,
    "on_the_way": TaskState.TAKEN,
    "open": TaskState.OPEN,
    "passed_on": TaskState.PASSED_ON,
    "void": TaskState.DROPPED,
}


def _doors(facts: Facts, words: Words) -> Table:
    counts: dict[str, dict[TaskState, int]] = defaultdict(lambda: dict.fromkeys(TaskState, 0))
    for each in facts.doors:
        counts[each.officer_name or each.officer or words["nobody"]][each.state] += each.count
    rows: list[tuple[Cell, ...]] = [
        (officer, sum(states.values()), *(states[state] for state in _DOORS.values()))
        for officer, states in sorted(counts.items())
    ]
    columns = (words["officer"], words["opened"], *(words[name] for name in _DOORS))
    return Table("doors", words["doors"], columns, rows)


def _help(facts: Facts, words: Words) -> Table:
    rows = []
    for each in sorted(facts.help, key=lambda one: (one.kept.case.opened_at, one.kept.household)):
        case, entry = each.kept.case, each.entry
        resolved = case.resolved_at
        rows.append(
            (
                f"{entry.head} {entry.address}".strip(),
                words.place(each.kept.division),
                words.clock(case.opened_at),
                words.clock(resolved) or words["still_open"],
                each.resolver or case.resolved_by or "",
                words.lasting((resolved or facts.now) - case.opened_at),
            )
        )
    heads = ("household", "place", "help_at", "help_resolved", "resolved_by", "took")
    return Table("help", words["help"], tuple(words[head] for head in heads), rows)


def _stayed(facts: Facts, words: Words) -> Table:
    columns = tuple(words[head] for head in ("household", "place", "people", "spoke"))
    rows = [
        (each.name, words.place(each.division), each.people, each.officer or words["nobody"])
        for each in facts.stayed
    ]
    return Table("stayed", words["stayed"], columns, rows)


def _wrong(facts: Facts, words: Words) -> Table:
    troubles = [each for each in facts.moments if each.first.kind in TROUBLES]
    rows: list[tuple[Cell, ...]] = [_moment(facts, words, each) for each in troubles]
    for dark in facts.dark:
        what = words["dark"].format(place=words.place(dark.division))
        rows.append((words.clock(dark.since), what, 1, ""))
    if lost := sum(each.stages[Stage.LOST] for each in facts.sent):
        rows.append(("", words["undelivered"].format(count=lost), lost, ""))
    columns = tuple(words[head] for head in ("time", "what", "how_often", "who_where"))
    return Table("wrong", words["wrong"], columns, rows)


_TABLES: Final[Iterable[Callable[[Facts, Words], Table]]] = (
    _times,
    _places,
    _timeline,
    _sending,
    _calls,
    _doors,
    _help,
    _stayed,
    _wrong,
)
