"""An incoming text is either a reply or an informant's alert."""

import pytest
from sqlalchemy import select

from alerting.ledger.tables import alerts
from alerting.replies.statements import IncomingText
from alerting.replies.tables import inbound
from alerting.replies.take import take_text
from alerting.roll.tables import roll
from tests.support.city import QIANFO, household_code, household_phone, officer_phone
from tests.support.running import Workplace


def text(work: Workplace, sender: str, body: str) -> IncomingText:
    return IncomingText("id-1", sender, body, received_at=work.runtime.clock.now())


@pytest.mark.parametrize("body", ["1", "1\0\0\0"])
async def test_households_text_counts_as_its_reply(work: Workplace, body: str) -> None:
    await work.raised("informant", QIANFO)
    await take_text(work.runtime, text(work, household_phone(QIANFO, 1), body))
    standing = select(roll.c.standing).where(roll.c.household == household_code(QIANFO, 1))
    assert work.rows(standing) == [("evacuated",)]


@pytest.mark.parametrize(("officer", "raised"), [("informant", 1), (None, 0)])
async def test_only_an_informants_text_raises_an_alert(
    work: Workplace, officer: str | None, raised: int
) -> None:
    sender = officer_phone(officer) if officer else household_phone(QIANFO, 1)
    await take_text(work.runtime, text(work, sender, "滑坡"))
    assert len(work.rows(select(alerts.c.id))) == raised
    assert len(work.rows(select(inbound.c.provider_id))) == 1
