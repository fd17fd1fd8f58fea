"""Which household and alert a reply is about."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from alerting.core.cap import Status
from alerting.core.lifecycle import AlertState
from alerting.core.reply import read_reply
from alerting.core.routing import Candidate, Routed, route

LIVE = Candidate(
    alert=2,
    number=28,
    status=Status.ACTUAL,
    state=AlertState.OPEN,
    expires=datetime(2022, 8, 30, tzinfo=UTC),
    household="5119211002080001",
    division="511921100208",
    language="zh",
)
DRILL = replace(LIVE, alert=1, number=27, status=Status.EXERCISE)
NEIGHBOUR = replace(LIVE, household="5119211002080002")
CLOSED = replace(LIVE, alert=1, number=27, state=AlertState.CLOSED)

ROUTES = [
    ("1", [], (), Routed.UNKNOWN_SENDER),
    ("1", [LIVE], (LIVE,), Routed.ONLY_ONE),
    ("1 #28", [LIVE], (LIVE,), Routed.CODE),
    ("1", [DRILL, LIVE], (), Routed.WHICH_ALERT),
    ("1 #27", [DRILL, LIVE], (DRILL,), Routed.CODE),
    ("1 4 #28", [DRILL, LIVE], (LIVE,), Routed.CODE),
    ("1", [LIVE, NEIGHBOUR], (), Routed.WHICH_HOUSEHOLD),
    ("1 #28", [LIVE, NEIGHBOUR], (), Routed.WHICH_HOUSEHOLD),
    # Help never waits, and goes to the live alert.
    ("2", [DRILL, LIVE], (LIVE,), Routed.HELP_DOES_NOT_WAIT),
    ("救命", [LIVE, NEIGHBOUR], (LIVE, NEIGHBOUR), Routed.HELP_DOES_NOT_WAIT),
    ("2", [DRILL, replace(DRILL, alert=3, number=29)], None, Routed.HELP_DOES_NOT_WAIT),
    ("2 #27", [CLOSED, LIVE], (LIVE,), Routed.ONLY_ONE),
    ("2 #99", [LIVE], (LIVE,), Routed.ONLY_ONE),
    # What is over is asked for only where nothing is open.
    ("1", [CLOSED, LIVE], (LIVE,), Routed.ONLY_ONE),
    ("1", [CLOSED], (CLOSED,), Routed.ONLY_ONE),
    ("1", [replace(CLOSED, alert=0), CLOSED], (CLOSED,), Routed.ONLY_ONE),
    ("1", [replace(LIVE, state=AlertState.EXPIRED)], None, Routed.ONLY_ONE),
]


@pytest.mark.parametrize(("text", "candidates", "targets", "reason"), ROUTES)
def test_a_reply_goes_where_it_belongs(
    text: str,
    candidates: list[Candidate],
    targets: tuple[Candidate, ...] | None,
    reason: Routed,
) -> None:
    found = route(read_reply(text), candidates)
    assert found.reason is reason
    assert found.targets == (tuple(candidates) if targets is None else targets)


@pytest.mark.parametrize("candidates", [[CLOSED, LIVE], [LIVE, CLOSED]])
def test_a_word_on_an_alert_that_is_over_accounts_for_nobody_in_another(
    candidates: list[Candidate],
) -> None:
    assert route(read_reply("1 #27"), candidates).targets == (CLOSED,)


def test_a_code_that_nobody_was_given_is_asked_about() -> None:
    found = route(read_reply("1 #99"), [LIVE])
    assert (found.targets, found.reason) == ((), Routed.WHICH_ALERT)
