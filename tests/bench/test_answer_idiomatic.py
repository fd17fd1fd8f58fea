"""The answer bench's comparison service stores answers and checks signatures."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from sqlmodel import Session, select
from twilio.request_validator import RequestValidator

from scripts.benches.answer_idiomatic import (
    PeerEntry,
    PeerEvidence,
    PeerHousehold,
    PeerText,
    PeerVillage,
    app,
    engine_of,
    found,
)
from scripts.benches.town import household_phone
from tests.support.running import serving

_FORM = {"MessageSid": "SM1", "From": household_phone(1), "Body": "1"}


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[str]:
    app.state.engine = engine_of(str(tmp_path / "peer.db"))
    app.state.validator = RequestValidator("secret")
    found(app.state.engine, 3)
    async with serving(app) as url:
        yield url
    app.state.engine.dispose()


async def posted(service: str, signature: str) -> int:
    headers = {"X-Twilio-Signature": signature}
    async with (
        aiohttp.ClientSession(service, headers=headers) as session,
        session.post("/twilio/sms", data=_FORM) as answer,
    ):
        return answer.status


async def test_signed_answer_is_stored_with_its_consequences(service: str) -> None:
    signed = RequestValidator("secret").compute_signature(f"{service}/twilio/sms", _FORM)
    assert await posted(service, signed) == 200
    with Session(app.state.engine) as session:
        standings = session.exec(select(PeerHousehold.standing).order_by(PeerHousehold.phone)).all()
        assert standings == ["unaccounted", "evacuated", "unaccounted"]
        assert [each.body for each in session.exec(select(PeerText)).all()] == ["1"]
        assert len(session.exec(select(PeerEvidence)).all()) == 1
        assert len(session.exec(select(PeerEntry)).all()) == 1
        assert sum(each.evacuated for each in session.exec(select(PeerVillage)).all()) == 1


async def test_unsigned_answer_is_refused(service: str) -> None:
    assert await posted(service, "forged") == 403
