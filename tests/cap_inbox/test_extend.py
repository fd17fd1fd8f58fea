"""An Update's correction stays even if its added area cannot be alerted."""

from sqlalchemy import select

from alerting.approvals.tables import approvals
from alerting.cap_inbox.rules.outcomes import Outcome
from contacts.tables import OFFICERS
from tests.support.cap_documents import POLICY, Area, document, info, open_desk, reference, simple
from tests.support.city import FAR_TOWN, QIANFO, TOWN

LATER = "2026-08-29T05:20:00+08:00"


async def test_area_beyond_the_officers_division_waits_for_approval(database_url: str) -> None:
    by_commander = POLICY.replace('"county-duty"', '"commander"')
    async with open_desk(database_url, by_commander) as desk:
        await desk.take(simple("Extreme", identifier="a"))
        desk.work.change(
            OFFICERS.update().where(OFFICERS.c.id == "commander").values(division=TOWN)
        )
        wider = info(
            Area((QIANFO, TOWN, FAR_TOWN)), severity="Extreme", more="<headline>h</headline>"
        )
        late = {"msgType": "Update", "references": reference("a"), "sent": LATER}
        done = await desk.take(document(wider, identifier="b", **late))
        assert done.outcome is Outcome.UPDATED
        (waiting,) = desk.work.rows(select(approvals))
        assert (waiting.state, waiting.asked) == ("waiting", "511921")


async def test_province_code_is_limited_to_the_rosters_city(database_url: str) -> None:
    async with open_desk(database_url) as desk:
        await desk.take(simple("Extreme", identifier="a"))
        wider = info(Area(("51",)), severity="Severe")
        late = {"msgType": "Update", "references": reference("a"), "sent": LATER}
        done = await desk.take(document(wider, identifier="b", **late))
        assert (done.outcome, done.detail) == (Outcome.UPDATED, "")
