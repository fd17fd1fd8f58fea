"""Queries for stored texts, texts to send, and confirmations of officer calls."""

from sqlalchemy import Engine, select, update

from alerting.deliveries.outbox import Addressee, Plan
from alerting.deliveries.plan import owe_text
from alerting.deliveries.rules.forecast import Recipient
from alerting.deliveries.texts import insert_text, texts_owed
from alerting.ledger.events.kinds import EventKind
from alerting.ledger.tables import alerts, events
from alerting.ledger.writer import Transaction
from alerting.messages.text import TextKind
from alerting.officer_calls.confirm import CalledOfficer, confirm
from alerting.officer_calls.tables import confirmations
from alerting.replies.inbound import Inbound, any_open, texts_read_before, upsert_texts
from alerting.replies.tables import inbound
from contacts.division import Tier
from tests.support.alert_rows import stored_alert
from tests.support.city import NOW, POLICY, QIANFO, TOWN, after, household_code

HOME = household_code(QIANFO, 1)


def came(provider_id: str) -> Inbound:
    return Inbound(provider_id, "+8610002080001", "1", NOW, "evacuated", "key", 1, HOME)


def test_read_texts_are_found_by_id(engine: Engine) -> None:
    with engine.begin() as connection:
        upsert_texts(connection, [came("SM1"), came("SM2")])
        upsert_texts(connection, [])
        assert texts_read_before(connection, {"SM1", "SM2", "SM3"}) == {"SM1", "SM2"}
        assert texts_read_before(connection, set()) == set()
        rows = connection.execute(select(inbound.c.received_at, inbound.c.recipient)).all()
    assert rows == [(NOW, HOME)] * 2


def test_texts_owed_finds_texts_by_kind_alert_and_recipient(engine: Engine) -> None:
    with engine.begin() as connection:
        alert = stored_alert(connection)
        text = insert_text(connection, alert, TextKind.QUESTION, "zh", "?")
        to = Addressee(Recipient.HOUSEHOLD, HOME, QIANFO, Tier.HOUSEHOLD, "+8610002080001")
        plan = Plan(alert, 1, due_at=NOW, expires_at=after(60))
        owe_text(Transaction(connection, POLICY), plan, text, to)
        asked = {(alert, HOME), (alert, household_code(QIANFO, 2)), (alert + 1, HOME)}
        assert texts_owed(connection, TextKind.QUESTION, asked) == {(alert, HOME)}
        assert texts_owed(connection, TextKind.CONFIRM_HELP, asked) == set()


def test_confirmation_by_text_replaces_the_one_by_raising(engine: Engine) -> None:
    informant = CalledOfficer(1, "informant", QIANFO)
    with engine.begin() as connection:
        stored_alert(connection)
        for channel, at in [(EventKind.ALERT_RAISED, NOW), ("sms", after(5)), ("web", after(9))]:
            transaction = Transaction(connection, POLICY)
            confirm(transaction, [informant], channel, at)
            transaction.flush()
        c = confirmations.c
        kept = connection.execute(select(c.officer, c.channel, c.given_at)).all()
        logged = connection.execute(select(events.c.payload).order_by(events.c.seq)).all()
    assert kept == [("informant", "sms", after(5))]
    assert logged == [('{"channel":"alert.raised"}',), ('{"channel":"sms"}',)]


def test_first_confirmation_of_a_call_is_kept(engine: Engine) -> None:
    officers = [CalledOfficer(1, "grid", QIANFO), CalledOfficer(1, "commander", TOWN)]
    with engine.begin() as connection:
        stored_alert(connection)
        for heard, channel, at in [
            (officers[:1], "sms", NOW),
            (officers * 2, "web", after(5)),
            ([], "web", after(9)),
        ]:
            transaction = Transaction(connection, POLICY)
            confirm(transaction, heard, channel, at)
            transaction.flush()
        kept = connection.execute(
            select(
                confirmations.c.officer, confirmations.c.channel, confirmations.c.given_at
            ).order_by(confirmations.c.seq)
        ).all()
        logged = connection.execute(
            select(events.c.seq, events.c.payload).order_by(events.c.seq)
        ).all()
    assert kept == [("grid", "sms", NOW), ("commander", "web", after(5))]
    assert logged == [(1, '{"channel":"sms"}'), (2, '{"channel":"web"}')]


def test_any_open_is_true_only_with_an_open_alert(engine: Engine) -> None:
    with engine.begin() as connection:
        assert any_open(connection) is False
        stored_alert(connection)
        assert any_open(connection) is True
        connection.execute(update(alerts).values(state="closed"))
        assert any_open(connection) is False
