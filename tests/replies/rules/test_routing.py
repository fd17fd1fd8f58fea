"""Which household and alert a reply is about."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from alerting.cap.alert import Status
from alerting.cap.lifecycle import AlertState
from alerting.replies.rules.reply import read_reply
from alerting.replies.rules.routing import Candidate, Routed, route, route_named, shortest_ends

LIVE = Candidate(
    alert=2,
    alert_code=28,
    status=Status.ACTUAL,
    state=AlertState.OPEN,
    expires=datetime(2022, 8, 30, tzinfo=UTC),
    household="5119211002080001",
    division="511921100208",
    language="zh",
)
DRILL = replace(LIVE, alert=1, alert_code=27, status=Status.EXERCISE)
NEIGHBOUR = replace(LIVE, household="5119211002080002")
CLOSED = replace(LIVE, alert=1, alert_code=27, state=AlertState.CLOSED)

ROUTES = [
    ("1", [], (), Routed.UNKNOWN_SENDER),
    ("1", [LIVE], (LIVE,), Routed.ONLY_ONE),
    ("1 #28", [LIVE], (LIVE,), Routed.CODE),
    # A key without a code is about the live alert. If several are live, the sender is asked.
    ("1", [DRILL, LIVE], (LIVE,), Routed.LIVE_BEFORE_EXERCISES),
    ("4", [LIVE, replace(DRILL, status=Status.TEST)], (LIVE,), Routed.LIVE_BEFORE_EXERCISES),
    ("1", [DRILL, LIVE, replace(LIVE, alert=3, alert_code=29)], (), Routed.WHICH_ALERT),
    ("1", [DRILL, replace(DRILL, alert=3, alert_code=29)], (), Routed.WHICH_ALERT),
    ("1 #27", [DRILL, LIVE], (DRILL,), Routed.CODE),
    ("1 4 #28", [DRILL, LIVE], (LIVE,), Routed.CODE),
    ("1", [LIVE, NEIGHBOUR], (), Routed.WHICH_HOUSEHOLD),
    ("1 #28", [LIVE, NEIGHBOUR], (), Routed.WHICH_HOUSEHOLD),
    # A call for help goes to the live alerts at once, without a question.
    ("2", [DRILL, LIVE], (LIVE,), Routed.HELP_DOES_NOT_WAIT),
    ("救命", [LIVE, NEIGHBOUR], (LIVE, NEIGHBOUR), Routed.HELP_DOES_NOT_WAIT),
    ("2", [DRILL, replace(DRILL, alert=3, alert_code=29)], None, Routed.HELP_DOES_NOT_WAIT),
    ("2 #27", [CLOSED, LIVE], (LIVE,), Routed.ONLY_ONE),
    ("2 #99", [LIVE], (LIVE,), Routed.ONLY_ONE),
    # An alert that is over counts only if none is open.
    ("1", [CLOSED, LIVE], (LIVE,), Routed.ONLY_ONE),
    ("1", [CLOSED], (CLOSED,), Routed.ONLY_ONE),
    ("1", [replace(CLOSED, alert=0), CLOSED], (CLOSED,), Routed.ONLY_ONE),
    ("1", [replace(LIVE, state=AlertState.EXPIRED)], None, Routed.ONLY_ONE),
    # A cancelled newer alert does not take precedence over a closed older one.
    ("1", [CLOSED, replace(LIVE, state=AlertState.CANCELLED)], (CLOSED,), Routed.ONLY_ONE),
    ("1", [replace(LIVE, state=AlertState.CANCELLED)], None, Routed.ONLY_ONE),
    # A call for help may name its alert.
    ("2 #27", [DRILL, LIVE], (DRILL,), Routed.CODE),
]


@pytest.mark.parametrize(("text", "candidates", "targets", "reason"), ROUTES)
def test_reply_is_routed_by_code_status_and_state(
    text: str,
    candidates: list[Candidate],
    targets: tuple[Candidate, ...] | None,
    reason: Routed,
) -> None:
    found = route(read_reply(text), candidates)
    assert found.reason is reason
    assert found.targets == (tuple(candidates) if targets is None else targets)


@pytest.mark.parametrize("candidates", [[CLOSED, LIVE], [LIVE, CLOSED]])
def test_reply_with_the_code_of_a_closed_alert_counts_for_that_alert(
    candidates: list[Candidate],
) -> None:
    assert route(read_reply("1 #27"), candidates).targets == (CLOSED,)


def test_reply_with_an_unknown_alert_code_leads_to_a_question() -> None:
    found = route(read_reply("1 #99"), [LIVE])
    assert (found.targets, found.reason) == ((), Routed.WHICH_ALERT)
    assert found.choices == (LIVE,)


def test_opt_out_applies_to_every_open_alert() -> None:
    found = route(read_reply("STOP"), [DRILL, LIVE, CLOSED])
    assert (found.targets, found.reason) == ((DRILL, LIVE), Routed.OPTS_OUT_OF_ALL)


GRID = replace(LIVE, household="5119211002080010001", division="511921100208001")
FAR = replace(LIVE, alert=3, alert_code=31, household="5119211002090001", division="511921100209")

NAMED = [
    ("1", "001", [[LIVE, NEIGHBOUR]], (LIVE,), Routed.ONLY_ONE),
    ("1", "0002", [[LIVE], [NEIGHBOUR]], (NEIGHBOUR,), Routed.ONLY_ONE),
    ("1", "003", [[LIVE], [NEIGHBOUR]], (), Routed.NO_SUCH_HOUSEHOLD),
    ("1", "003", [], (), Routed.NO_SUCH_HOUSEHOLD),
    # The first circle that has a household with that number decides.
    ("1", "001", [[GRID], [LIVE, FAR]], (GRID,), Routed.ONLY_ONE),
    ("1", "001", [[LIVE, GRID]], (), Routed.WHICH_HOUSEHOLD),
    ("1", "001", [[LIVE, FAR]], (), Routed.WHICH_HOUSEHOLD),
    ("1", "0080001", [[LIVE, GRID]], (), Routed.NO_SUCH_HOUSEHOLD),
    ("1", "2080001", [[LIVE, GRID]], (LIVE,), Routed.ONLY_ONE),
    ("1", "001", [[LIVE, DRILL]], (LIVE,), Routed.LIVE_BEFORE_EXERCISES),
    ("1 #27", "001", [[LIVE, DRILL]], (DRILL,), Routed.CODE),
    ("1 #31", "001", [[LIVE, FAR]], (FAR,), Routed.CODE),
    ("1 #99", "001", [[LIVE]], (), Routed.WHICH_ALERT),
    ("2", "001", [[LIVE, DRILL, FAR]], (LIVE, FAR), Routed.HELP_DOES_NOT_WAIT),
    ("1", "001", [[CLOSED, LIVE]], (LIVE,), Routed.ONLY_ONE),
    ("1", "001", [[CLOSED]], (CLOSED,), Routed.ONLY_ONE),
]


@pytest.mark.parametrize(("text", "end", "circles", "targets", "reason"), NAMED)
def test_report_is_routed_to_the_household_it_names(
    text: str,
    end: str,
    circles: list[list[Candidate]],
    targets: tuple[Candidate, ...],
    reason: Routed,
) -> None:
    found = route_named(read_reply(text), end, circles)
    assert (found.targets, found.reason) == (targets, reason)
    assert bool(found.choices) == (reason in {Routed.WHICH_ALERT, Routed.WHICH_HOUSEHOLD})


@pytest.mark.parametrize(
    ("households", "ends"),
    [
        ([], []),
        ([LIVE.household, LIVE.household], ["0001"]),
        ([LIVE.household, NEIGHBOUR.household], ["0001", "0002"]),
        ([LIVE.household, GRID.household], ["2080001", "0010001"]),
        ([LIVE.household, "5119211012080001"], ["1002080001", "1012080001"]),
        ([LIVE.household, "5119221002080001"], [LIVE.household, "5119221002080001"]),
    ],
)
def test_shortest_ends_tell_households_apart(households: list[str], ends: list[str]) -> None:
    assert list(shortest_ends(households).values()) == ends
