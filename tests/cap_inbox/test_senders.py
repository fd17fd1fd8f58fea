"""Tokens of senders: stored hashed, bounded in time, revoked, and of no use elsewhere."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from alerting.cap_inbox.senders import issue_sender_token, revoke_sender_tokens, sender_of_token
from alerting.cap_inbox.tables import cap_sender_tokens
from tests.support.cap_documents import Inbox, simple
from tests.support.city import NOW, after

AN_HOUR = timedelta(hours=1)


def test_token_names_its_sender_until_it_ends(engine: Engine) -> None:
    with engine.begin() as connection:
        token = issue_sender_token(connection, "bureau", NOW, AN_HOUR)
        other = issue_sender_token(connection, "other", NOW, AN_HOUR)
        assert sender_of_token(connection, token, after(3_599)) == "bureau"
        assert sender_of_token(connection, token, after(3_600)) is None
        assert sender_of_token(connection, "x", NOW) is None
        assert token not in connection.execute(select(cap_sender_tokens.c.hash)).scalars().all()
        assert revoke_sender_tokens(connection, "bureau", NOW) == 1
        assert revoke_sender_tokens(connection, "bureau", NOW) == 0
        assert sender_of_token(connection, token, NOW) is None
        assert sender_of_token(connection, other, NOW) == "other"


def test_token_is_valid_for_some_time(engine: Engine) -> None:
    with engine.begin() as connection, pytest.raises(ValueError, match="write a time above zero"):
        issue_sender_token(connection, "bureau", NOW, timedelta(0))


async def test_only_senders_of_the_policy_post_and_do_nothing_else(inbox: Inbox) -> None:
    service = inbox.service
    for token in ("", "x", service.tokens["county-duty"]):
        status, body = await inbox.post(simple(), token)
        assert (status, body["code"]) == (401, "sign_in_required")
        assert "alerting cap token NAME" in body["detail"]
    for path in ("/api/alerts", "/api/notes", "/api/cap/messages"):
        assert (await service.get(path, inbox.tokens["university"]))[0] == 401
    gone = await service.runtime.ledger.write(
        lambda tx: issue_sender_token(tx.connection, "gone", after(0), timedelta(days=9_999))
    )
    assert (await inbox.post(simple(), gone))[0] == 401
    status, _ = await inbox.post(simple(), "university")
    assert status == 200
