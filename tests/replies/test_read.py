"""The statements that are read in a text."""

import pytest
from sqlalchemy import Connection, insert

from alerting.policy.policy import default_policy
from alerting.replies.read import read_texts
from alerting.replies.rules.intents import Intent
from alerting.replies.rules.routing import Routed
from alerting.replies.statements import IncomingText, ReadText
from contacts.tables import HOUSEHOLD_PHONES
from tests.support.city import NOW, QIANFO, officer_phone
from tests.support.incoming_texts import HOME, PHONE
from tests.support.running import Workplace

GRID = officer_phone("grid")
STRANGER = "+8610001234567"


def read(work: Workplace, body: str, phone: str) -> ReadText:
    def look(connection: Connection) -> ReadText:
        text = IncomingText("SM1", phone, body, NOW)
        (taken,) = read_texts(connection, [text], default_policy().second_reader)
        return taken

    return work.runtime.database.look(look)


@pytest.mark.parametrize(
    ("body", "phone", "reason"),
    [
        ("1", PHONE, Routed.ONLY_ONE),
        ("1", GRID, Routed.OFFICER_CONFIRMS),
        ("谢谢", GRID, Routed.OFFICER_CONFIRMS),
        ("1 5", GRID, Routed.UNNAMED),
        ("都出来了", GRID, Routed.UNNAMED),
        ("003 1", GRID, Routed.ONLY_ONE),
        ("1", STRANGER, Routed.UNKNOWN_SENDER),
        ("003 1", STRANGER, Routed.UNKNOWN_SENDER),
        ("1", officer_phone("far-commander"), Routed.UNKNOWN_SENDER),
    ],
)
async def test_unrouted_statement_names_its_reason(
    work: Workplace, body: str, phone: str, reason: Routed
) -> None:
    await work.raised("informant", QIANFO)
    work.hand_over()
    (statement,) = read(work, body, phone).statements
    assert (statement.route.reason, statement.line) == (reason, None)


@pytest.mark.parametrize("body", ["0530 都出来了", "004 都出来了", "099 都出来了", "110 1"])
async def test_digits_before_a_claim_make_it_unclear(work: Workplace, body: str) -> None:
    await work.raised("informant", QIANFO)
    (statement,) = read(work, body, PHONE).statements
    assert (statement.reply.intent, statement.report) == (Intent.UNCLEAR, None)


async def test_reply_with_an_unknown_code_answers_no_call(work: Workplace) -> None:
    number = (await work.raised("informant", QIANFO)).alert.number
    (statement,) = read(work, f"1 #{10 + (number + 7) % 80}", GRID).statements
    assert statement.route.reason is Routed.UNNAMED


async def test_lines_are_numbered_only_in_multi_line_reports(work: Workplace) -> None:
    await work.raised("informant", QIANFO)
    taken = read(work, "\n003 1\n\n004 2\n好的\n救命", GRID)
    assert [(each.line, each.named, each.reply.intent) for each in taken.statements] == [
        (1, "003", Intent.EVACUATED),
        (2, "004", Intent.NEEDS_HELP),
        (3, None, Intent.RECEIVED),
        (4, None, Intent.NEEDS_HELP),
    ]
    (plain,) = read(work, "1 4\n谢谢", PHONE).statements
    assert (plain.line, plain.reply.count) == (None, 4)


async def test_roster_identifies_sender_without_an_alert(work: Workplace) -> None:
    work.change(insert(HOUSEHOLD_PHONES).values(household=HOME, position=1, number=GRID))
    sender = read(work, "1", GRID).sender
    assert (sender.roster, [each.id for each in sender.officers]) == ([HOME], ["grid"])
    assert sender.open_alert is None
    await work.raised("informant", QIANFO)
    known = read(work, "1", GRID).sender
    assert (len(known.roster), known.open_alert) == (0, 1)
    assert read(work, "1", officer_phone("administrator")).sender.officers == []
