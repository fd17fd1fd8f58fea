"""Neighbours are asked about the silent households that they look after."""

from typing import Any

import pytest
from sqlalchemy import insert, select, update

from alerting.deliveries.rules.forecast import Priority
from alerting.deliveries.tables import deliveries, texts
from alerting.ledger.alerts import stored
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.tables import events
from alerting.ledger.writer import Transaction
from alerting.neighbours.ask import ask_neighbours
from alerting.roll.entries import entries
from alerting.roll.rules.evidence import Report, Rung
from alerting.roll.tables import roll
from contacts.tables import HOUSEHOLD_PHONES, HOUSEHOLDS
from tests.support.city import NEXT_VILLAGE, QIANFO, household_code, household_phone
from tests.support.followed_alert import Followed
from tests.support.neighbours import looks_after

CENTRE, PHONE = household_code(QIANFO, 1), household_phone(QIANFO, 1)


@pytest.fixture
async def asked_of(followed: Followed) -> Followed:
    """Household 1 is out and looks after 2, 3 and 4; household 6 is silent and looks after 8."""
    followed.work.change(looks_after(1, [2, 3, 4]), looks_after(6, [8]))
    await is_out(followed, CENTRE)
    return followed


async def is_out(followed: Followed, household: str) -> None:
    await followed.hear(
        household=household, rung=Rung.OWN, given_by="+86", report=Report.EVACUATED, given_at=1
    )


async def ask(followed: Followed, *numbers: int) -> int:
    """Ask the neighbours about these households; return the number of neighbours asked."""
    keys = [(followed.alert, household_code(QIANFO, number)) for number in numbers]

    def unit(transaction: Transaction) -> int:
        transaction.lock([followed.alert])
        silent = entries(transaction.connection, keys).values()
        alert = stored(transaction.connection, followed.alert)
        return ask_neighbours(transaction, alert, silent, followed.at(240))

    return await followed.work.runtime.ledger.write(unit)


def questions(followed: Followed) -> list[Any]:
    """Return recipient, phone, priority and body of the questions, in order."""
    d = deliveries.c
    return followed.rows(
        select(d.recipient, d.number, d.priority, texts.c.body)
        .join(texts, texts.c.id == d.text)
        .where(texts.c.kind == "neighbour")
        .order_by(d.id)
    )


async def test_one_text_lists_all_silent_households_of_a_neighbour(asked_of: Followed) -> None:
    assert await ask(asked_of, 2, 4) == 1
    ((recipient, phone, priority, body),) = questions(asked_of)
    assert (recipient, phone, priority) == (CENTRE, PHONE, Priority.HOUSEHOLD)
    assert "2户" in body
    assert "002住户0002 004住户0004" in body
    assert "“002 1”" in body
    assert body.startswith("演练：")


async def test_log_names_the_neighbour_and_the_silent_households(asked_of: Followed) -> None:
    await ask(asked_of, 2, 4)
    query = select(events).where(events.c.kind == EventKind.NEIGHBOUR_ASKED)
    (entry,) = asked_of.rows(query)
    assert (entry.division, entry.subject) == (QIANFO, CENTRE)
    assert all(household_code(QIANFO, number) in entry.payload for number in (2, 4))


async def test_neighbour_who_is_silent_is_not_asked(asked_of: Followed) -> None:
    assert await ask(asked_of, 8) == 0
    await is_out(asked_of, household_code(QIANFO, 6))
    assert await ask(asked_of, 8) == 1


async def test_opted_out_neighbour_is_not_asked(asked_of: Followed) -> None:
    asked_of.work.change(update(roll).where(roll.c.household == CENTRE).values(reachable=False))
    assert await ask(asked_of, 2) == 0
    assert questions(asked_of) == []


async def test_neighbour_is_asked_in_their_language(asked_of: Followed) -> None:
    english = update(HOUSEHOLDS).where(HOUSEHOLDS.c.code == CENTRE).values(language="en")
    asked_of.work.change(english)
    await ask(asked_of, 2)
    ((*_, body),) = questions(asked_of)
    assert body.startswith("DRILL. Emergency Office: 1 in your care silent ")


async def test_neighbour_outside_the_alerts_area_is_asked(asked_of: Followed) -> None:
    centre = household_code(NEXT_VILLAGE, 1)
    asked_of.work.change(
        update(HOUSEHOLDS)
        .where(HOUSEHOLDS.c.code == household_code(QIANFO, 9))
        .values(centre=centre)
    )
    assert await ask(asked_of, 9) == 1
    assert [row[:2] for row in questions(asked_of)] == [(centre, household_phone(NEXT_VILLAGE, 1))]


async def test_long_list_is_split_over_several_texts(asked_of: Followed) -> None:
    long_names = update(roll).values(head="欧阳住户有很长的名字")
    asked_of.work.change(looks_after(1, range(2, 11)), long_names)
    assert await ask(asked_of, *range(2, 11)) == 1
    bodies = [row.body for row in questions(asked_of)]
    assert len(bodies) == 3
    assert all(sum(f"{n:03d}欧阳" in body for body in bodies) == 1 for n in range(2, 11))


async def test_number_equal_to_the_neighbours_own_is_written_longer(
    asked_of: Followed,
) -> None:
    centre = f"{QIANFO}1002"
    home = {
        "code": centre, "division": QIANFO, "address": "", "head": "x", "headcount": 1,
        "language": "zh", "vulnerable": "", "persons": "",
    }  # fmt: skip
    of_two = HOUSEHOLDS.c.code == household_code(QIANFO, 2)
    asked_of.work.change(
        insert(HOUSEHOLDS).values(home),
        insert(HOUSEHOLD_PHONES).values(household=centre, position=0, number="+8610000000098"),
        update(HOUSEHOLDS).where(of_two).values(centre=centre),
    )
    await ask(asked_of, 2)
    assert "0002住户0002" in questions(asked_of)[0].body
