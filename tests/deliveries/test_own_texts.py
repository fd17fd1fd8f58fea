"""Each kind, language and division has one text in force."""

import pytest
from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.exc import IntegrityError

from alerting.deliveries.tables import texts
from alerting.deliveries.texts import freeze_for, freeze_text, readers_on_roll
from alerting.messages.text import TextKind
from alerting.messages.wording import Readers
from alerting.policy.policy import HouseholdLink
from alerting.roll.enrol import enrol
from alerting.roll.tables import roll
from contacts.directory import households_in
from tests.support.alert_rows import stored_alert
from tests.support.city import NEXT_VILLAGE, NOW, POLICY, QIANFO, TOWN, found_city

ZH, EN, NEXT = Readers("zh", QIANFO), Readers("en", QIANFO), Readers("zh", NEXT_VILLAGE)
LINK = HouseholdLink("https://a.example/h/", in_reminders=True)


@pytest.fixture
def called(engine: Engine) -> Engine:
    with engine.begin() as connection:
        found_city(connection)
        stored_alert(connection)
        enrol(connection, 1, 1, households_in([TOWN]), POLICY.household, NOW)
    return engine


def in_force(connection: Connection) -> dict[Readers, tuple[int, str]]:
    rows = connection.execute(select(texts).where(texts.c.in_force).order_by(texts.c.id))
    return {Readers(row.language, row.division): (row.id, row.body) for row in rows}


def freeze(connection: Connection, body: str, *readers: Readers) -> None:
    freeze_for(connection, 1, TextKind.REMINDER, readers, lambda each: f"{each.division} {body}")


def test_readers_are_grouped_by_language_and_division(called: Engine) -> None:
    with called.begin() as connection:
        assert sorted(readers_on_roll(connection, roll.c.alert == 1)) == [
            EN,
            Readers("en", NEXT_VILLAGE),
            ZH,
            NEXT,
        ]
        assert readers_on_roll(connection, roll.c.division == "52") == []


def test_unchanged_text_keeps_its_row(called: Engine) -> None:
    with called.begin() as connection:
        freeze(connection, "out", ZH, EN, NEXT)
        first = in_force(connection)
        assert {each: body for each, (_, body) in first.items()} == {
            ZH: f"{QIANFO} out",
            EN: f"{QIANFO} out",
            NEXT: f"{NEXT_VILLAGE} out",
        }
        freeze(connection, "out", ZH, NEXT)
        assert in_force(connection) == first


def test_new_wording_replaces_only_its_own_readers_text(called: Engine) -> None:
    with called.begin() as connection:
        freeze(connection, "out", ZH, NEXT)
        before = in_force(connection)
        freeze(connection, "now", ZH)
        now = in_force(connection)
        assert now[ZH] == (before[NEXT][0] + 1, f"{QIANFO} now")
        assert now[NEXT] == before[NEXT]
        # The earlier text is still stored unchanged.
        bodies = select(texts.c.body).where(texts.c.division == QIANFO).order_by(texts.c.id)
        assert connection.scalars(bodies).all() == [f"{QIANFO} out", f"{QIANFO} now"]


def test_same_body_with_another_link_gets_a_new_row(called: Engine) -> None:
    with called.begin() as connection:
        ids = []
        for link in (None, LINK, LINK._replace(page="https://b.example/h/"), LINK, LINK):
            freeze_for(connection, 1, TextKind.REMINDER, [ZH], lambda _: "去", link)
            ids.append(in_force(connection)[ZH][0])
    assert ids[3] == ids[4]
    assert len(set(ids)) == 4


def test_equal_texts_share_one_row(called: Engine) -> None:
    with called.begin() as connection:
        first = freeze_text(connection, 1, TextKind.CALL, Readers("zh"), "call")
        assert freeze_text(connection, 1, TextKind.CALL, Readers("zh"), "call") == first
        others = {
            freeze_text(connection, 1, kind, Readers(language), body)
            for kind, language, body in [
                (TextKind.CALL_CORRECTION, "zh", "call"),
                (TextKind.CALL, "en", "call"),
                (TextKind.CALL, "zh", "calls"),
            ]
        }
    assert len(others - {first}) == 3


def test_database_refuses_two_texts_in_force_for_the_same_readers(called: Engine) -> None:
    with called.begin() as connection:
        freeze(connection, "out", ZH)
        freeze(connection, "now", ZH)
    with pytest.raises(IntegrityError), called.begin() as connection:
        connection.execute(update(texts).values(in_force=True))


def test_texts_for_2500_divisions_are_frozen_at_once(called: Engine) -> None:
    readers = [Readers("zh", f"{QIANFO}{number:04d}") for number in range(2_500)]
    with called.begin() as connection:
        for body in ("out", "now"):
            freeze(connection, body, *readers)
            assert len(in_force(connection)) == 2_500
