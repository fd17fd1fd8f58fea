"""Officers on duty are texted once about each call for help, in as few texts as possible."""

import json

import pytest
from sqlalchemy import Engine, delete, insert, select, update

from alerting.deliveries.tables import deliveries
from alerting.help_cases.follow import pass_on_help_cases
from alerting.ledger.hints import Topic
from alerting.ledger.tables import alerts
from alerting.ledger.writer import Transaction
from alerting.messages.text import segments
from alerting.roll.tables import roll
from contacts.tables import OFFICER_PHONES, OFFICERS
from tests.support.city import COUNTY, NEXT_VILLAGE, QIANFO, TOWN, after
from tests.support.help_calls import (
    HELP,
    bodies,
    called_out,
    help_events,
    kept_case,
    say,
    told,
    word,
    write,
)

VILLAGES = (QIANFO, NEXT_VILLAGE)


@pytest.fixture
def city(engine: Engine) -> Engine:
    """Store an alert with both villages on its roll."""
    called_out(engine)
    return engine


def recipients(engine: Engine) -> set[str]:
    return {recipient for recipient, _ in told(engine)}


def dismiss(engine: Engine, *officers: str) -> None:
    with engine.begin() as connection:
        connection.execute(delete(OFFICER_PHONES).where(OFFICER_PHONES.c.officer.in_(officers)))
        connection.execute(delete(OFFICERS).where(OFFICERS.c.id.in_(officers)))


def test_text_names_action_household_and_time(city: Engine) -> None:
    say(city, word(HELP, after(60)))
    (body,) = bodies(city)
    # The call at 05:11 UTC is at 13:11 local time.
    assert body.startswith(
        "演练：应急指挥部：求助！请赶去或派人：诺江镇千佛村1户13:11起：003 住户0003 3号。"
    )
    assert "“034 1 5”" in body


def test_simultaneous_calls_share_one_text_oldest_first(city: Engine) -> None:
    say(
        city,
        word(HELP, after(120), number=3, recorded_at=after(130)),
        word(HELP, after(60), number=4, recorded_at=after(130)),
    )
    (body,) = bodies(city)
    assert "千佛村2户13:11起：004 住户0004 4号; 003 住户0003 3号。" in body
    assert len(told(city)) == 4
    owed = [row for row in help_events(city) if row.kind == "help.told"]
    assert [row.division for row in owed] == [QIANFO]
    payload = json.loads(owed[0].payload)
    assert payload["officers"] == ["grid", "informant"]
    assert [code[-1] for code in payload["households"]] == ["3", "4"]


def test_each_village_is_told_of_its_own_calls(city: Engine) -> None:
    say(city, word(HELP, after(60)), word(HELP, after(60), village=NEXT_VILLAGE))
    assert recipients(city) == {"grid", "informant", "next-grid"}
    assert sum("邻村1户" in body for body in bodies(city)) == 1
    assert write(city, lambda tx: pass_on_help_cases(tx, after(360), 10)) == 2
    assert told(city)[-2:] == [("commander", "websocket"), ("commander", "sms")]
    assert "千佛村等2处2户13:11起" in bodies(city)[-1]


def test_nine_calls_are_each_named_once_in_several_texts(city: Engine) -> None:
    say(city, *(word(HELP, after(60), number=n) for n in range(1, 10)))
    dismiss(city, "commander")
    assert write(city, lambda tx: pass_on_help_cases(tx, after(360), 100)) == 9
    parts = bodies(city)
    assert [segments(body).count for body in parts] == [2] * len(parts)
    assert 1 < len(parts) <= 5
    named = (f"{n:03d} 住户{n:04d} {n}号" for n in range(1, 10))
    assert [sum(each in body for body in parts) for each in named] == [1] * 9
    assert [f"（{n}/{len(parts)}）" in body for n, body in enumerate(parts, 1)] == [True] * len(
        parts
    )
    each_once = [("county-duty", "websocket"), ("county-duty", "sms")] * len(parts)
    assert told(city)[-len(each_once) :] == each_once


def test_fifth_text_says_how_many_more_calls_are_on_the_board(city: Engine) -> None:
    with city.begin() as connection:
        connection.execute(update(roll).values(address="河东路一百二十八号后面的老院子"))
    say(city, *(word(HELP, after(60), number=n, village=v) for n in range(1, 11) for v in VILLAGES))
    dismiss(city, "commander")
    assert write(city, lambda tx: pass_on_help_cases(tx, after(360), 100)) == 20
    parts = bodies(city)[-5:]
    named = sum(body.count(" 住户") for body in parts)
    assert named < 20
    assert f"，另有{20 - named}项见指挥台（5/5）" in parts[-1]


def test_next_higher_division_is_told_if_nobody_is_on_duty(city: Engine) -> None:
    dismiss(city, "grid", "informant", "commander")
    say(city, word(HELP, after(60)))
    assert recipients(city) == {"county-duty"}
    kept = kept_case(city)
    assert kept is not None
    assert kept.owner == QIANFO
    assert [row.division for row in help_events(city)] == [QIANFO, COUNTY]


def test_case_opens_even_if_nobody_is_on_duty_anywhere(city: Engine) -> None:
    dismiss(city, "grid", "informant", "commander", "county-duty", "city-duty")
    say(city, word(HELP, after(60)))
    assert kept_case(city) is not None
    assert told(city) == []


def test_deputies_are_told_only_if_there_is_no_principal(city: Engine) -> None:
    with city.begin() as connection:
        connection.execute(
            insert(OFFICERS).values(
                id="deputy", name="d", role="grid_officer", division=QIANFO, deputy_of="grid"
            )
        )
    say(city, word(HELP, after(60)))
    assert recipients(city) == {"grid", "informant"}
    with city.begin() as connection:
        elsewhere = OFFICERS.c.id.in_(["grid", "informant"])
        connection.execute(update(OFFICERS).where(elsewhere).values(division=TOWN))
    say(city, word(HELP, after(70), number=4))
    # The deputy has no phone, so there is no SMS.
    assert told(city)[4:] == [("deputy", "websocket")]


def test_expired_alert_passes_cases_on_without_texts(city: Engine) -> None:
    with city.begin() as connection:
        connection.execute(update(alerts).values(expires=after(60)))
    say(city, word(HELP, after(60)))
    assert write(city, lambda tx: pass_on_help_cases(tx, after(360), 10)) == 1
    kept = kept_case(city)
    assert kept is not None
    assert kept.owner == TOWN
    assert told(city) == []


def test_text_wakes_the_dispatcher_and_expires_with_the_alert(city: Engine) -> None:
    say(city, word(HELP, after(60)))

    def passed_on(transaction: Transaction) -> set[Topic]:
        pass_on_help_cases(transaction, after(360), 10)
        return transaction.topics

    assert ("deliveries", "") in write(city, passed_on)
    owed = select(deliveries.c.due_at, deliveries.c.expires_at, deliveries.c.state)
    with city.begin() as connection:
        last = connection.execute(owed.order_by(deliveries.c.id.desc()).limit(1)).one()
    assert last == (after(360), after(86_400), "queued")
