"""The bulletin: a few lines of plain text about an alert's state, to paste into a work group."""

from collections.abc import Iterator

from alerting.doors.rules import TaskState
from alerting.help_cases.rules import CaseState
from alerting.messages.info import info_in
from alerting.officer_calls.rules import CallState
from alerting.report.facts import Facts
from alerting.report.tables import PARTS
from alerting.report.words import Words


def bulletin_of(facts: Facts, words: Words) -> str:
    """Return the text of the bulletin, which names no household and no officer."""
    return "\n".join(_lines(facts, words))


def _lines(facts: Facts, words: Words) -> Iterator[str]:
    alert = facts.alert
    yield words["bulletin_head"].format(
        mark=words.spoken.prefixes.get(alert.status, ""),
        time=words.clock(facts.now),
        after=words.lasting(facts.after(facts.now)),
        event=info_in(alert.request, words.code).event,
        place=words.places.area(alert.divisions, words.code) if alert.divisions else "",
        code=alert.number,
    )
    for part in PARTS:
        number = getattr(facts.account, part)
        if number.households or number.people or part in {"expected", "unaccounted"}:
            yield words["bulletin_people"].format(
                label=words[part], households=number.households, people=number.people
            )
    if facts.help:
        still_open = sum(each.kept.case.state is CaseState.OPEN for each in facts.help)
        yield words["bulletin_help"].format(open=still_open, all=len(facts.help))
    if facts.calls:
        states = [each.call.state for each in facts.calls]
        yield words["bulletin_officers"].format(
            called=len(states),
            answered=states.count(CallState.CONFIRMED),
            unwoken=states.count(CallState.NOT_WOKEN),
        )
    if facts.doors:
        yield words["bulletin_doors"].format(
            open=_doors(facts, TaskState.OPEN),
            taken=_doors(facts, TaskState.TAKEN),
            done=_doors(facts, TaskState.DONE) + _doors(facts, TaskState.ANSWERED),
        )


def _doors(facts: Facts, state: TaskState) -> int:
    return sum(each.count for each in facts.doors if each.state is state)
