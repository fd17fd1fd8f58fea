"""The report that a statement makes, and how much it weighs."""

from dataclasses import replace

import pytest

from alerting.cap.lifecycle import AlertState
from alerting.replies.door_codes import Proof
from alerting.replies.rules.reply import read_reply, read_task_report
from alerting.replies.rules.routing import Route, Routed
from alerting.replies.statements import IncomingText, ReadText, Sender, Statement
from alerting.roll.rules.evidence import Report, Rung
from contacts.directory import Officer
from contacts.people import Role
from tests.replies.rules.test_routing import CLOSED, LIVE, NEIGHBOUR
from tests.support.city import NOW, QIANFO

PHONE = "+8610002080001"
NOWHERE = Route((), Routed.UNKNOWN_SENDER)


@pytest.mark.parametrize(
    ("body", "report", "is_understood"),
    [
        ("1", Report.EVACUATED, True),
        ("收到", Report.RECEIVED, True),
        ("STOP", None, True),
        ("天气", None, False),
    ],
)
def test_statements_report_follows_from_its_intent(
    body: str, report: Report | None, is_understood: bool
) -> None:
    word = Statement(read_reply(body), NOWHERE)
    assert (word.report, word.is_understood) == (report, is_understood)


def test_not_home_needs_a_named_household() -> None:
    found = read_task_report("034 不在家")
    assert found is not None
    end, reply = found
    assert Statement(reply, NOWHERE, named=end).report is Report.NOT_HOME
    assert Statement(reply, NOWHERE).report is None


@pytest.mark.parametrize(
    ("role", "rung"), [(Role.INFORMANT, Rung.NEIGHBOUR), (Role.GRID_OFFICER, Rung.OFFICER)]
)
def test_report_has_the_officers_rung_only_with_the_door_code(role: Role, rung: Rung) -> None:
    officer = Officer("grid", "officer grid", role, QIANFO, None, (PHONE,))
    word = Statement(read_reply("1"), NOWHERE, officer=officer)
    text = IncomingText("SM1", PHONE, "1", NOW)
    taken = ReadText(text, Sender(PHONE, [LIVE]), [word])
    assert taken.rung_and_giver(word, NEIGHBOUR) == (Rung.NEIGHBOUR, "grid")
    door = NEIGHBOUR.alert, NEIGHBOUR.household
    sent = Sender(PHONE, [LIVE], doors={door: frozenset({"4821", "1111"})})
    proof = Proof(frozenset({"4821"}))
    assert ReadText(text, sent, [word], proof).rung_and_giver(word, NEIGHBOUR) == (rung, "grid")
    assert ReadText(text, sent, [word]).rung_and_giver(word, NEIGHBOUR) == (Rung.NEIGHBOUR, "grid")
    assert taken.rung_and_giver(word, LIVE) == (Rung.OWN, PHONE)
    assert taken.rung_and_giver(replace(word, officer=None), NEIGHBOUR) == (Rung.NEIGHBOUR, PHONE)


def test_sender_over_is_empty_unless_all_alerts_are_over() -> None:
    cancelled = replace(CLOSED, state=AlertState.CANCELLED)
    assert Sender(PHONE, [LIVE, CLOSED]).open_households == [LIVE]
    assert Sender(PHONE, [cancelled]).over == [cancelled]
    assert list(Sender(PHONE, [cancelled, CLOSED]).over) == []
