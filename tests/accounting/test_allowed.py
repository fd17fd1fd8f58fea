"""The listed actions on a household agree with what the verbs allow."""

from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, event, update

from alerting.accounting.allowed import acted_on
from alerting.cap.lifecycle import AlertState
from alerting.ledger.alerts import stored
from alerting.ledger.tables import alerts
from alerting.roll.entries import Page, page_of
from tests.support.city import QIANFO, TOWN, household_code
from tests.support.running import Running

HOME: Final = household_code(QIANFO, 3)
SAFE: Final = household_code(QIANFO, 4)
WITHOUT_PHONE: Final = household_code(QIANFO, 10)
FORBIDDEN: Final = {"not_this_role", "not_this_place"}


async def told_of(service: Running, code: str, caller: str) -> dict[str, str | None]:
    """Return the reason against each action, by the action's name."""
    status, body = await service.get(f"/api/alerts/1/households/{code}", caller)
    assert status == 200, body
    actions = body["allowed_actions"]
    assert all(each["allowed"] is (each["reason"] is None) for each in actions)
    return {each["action"]: each["reason"] for each in actions}


async def test_forbidden_actions_give_their_reasons(service: Running) -> None:
    await service.raised("commander", TOWN)
    finding = {"household": SAFE, "report": "evacuated"}
    assert (await service.post("/api/alerts/1/evidence", "grid", finding))[0] == 200
    allowed = {"report": None, "check_in": None, "send": None}
    asked = await told_of(service, HOME, "commander")
    assert asked == allowed | {"ask_by_text": "under_way", "ask_by_call": None}
    safe = await told_of(service, SAFE, "commander")
    assert safe["ask_by_text"] == safe["ask_by_call"] == "accounted_already"
    assert (await told_of(service, WITHOUT_PHONE, "commander"))["ask_by_call"] == "no_phone"
    no = "not_this_role"
    leads = {"send": no, "ask_by_text": no, "ask_by_call": no}
    assert await told_of(service, HOME, "grid") == leads | {"report": None, "check_in": None}
    assert await told_of(service, HOME, "informant") == leads | {"report": None, "check_in": no}
    await service.change(update(alerts).values(state=AlertState.CANCELLED))
    over = await told_of(service, HOME, "commander")
    assert over == allowed | dict.fromkeys(("ask_by_text", "ask_by_call"), "alert_not_open")


async def test_assigned_officer_may_hand_the_door_task_on(service: Running) -> None:
    await service.raised("commander", QIANFO)
    sent = {"household": HOME, "officer": "grid"}
    assert (await service.post("/api/alerts/1/tasks", "commander", sent))[0] == 201
    assert (await told_of(service, HOME, "grid"))["send"] is None
    handed = {"household": HOME, "officer": "informant"}
    assert (await service.post("/api/alerts/1/tasks", "grid", handed))[0] == 201
    assert (await told_of(service, HOME, "grid"))["send"] == "not_this_role"


async def test_list_and_record_give_the_same_reasons(service: Running) -> None:
    await service.raised("commander", TOWN)
    finding = {"household": SAFE, "report": "evacuated"}
    assert (await service.post("/api/alerts/1/evidence", "grid", finding))[0] == 200
    sent = {"household": HOME, "officer": "grid"}
    assert (await service.post("/api/alerts/1/tasks", "commander", sent))[0] == 201
    for caller in ("commander", "grid", "informant", "administrator"):
        status, page = await service.get("/api/alerts/1/households", caller)
        assert (status, len(page["households"]) >= 10) == (200, True)
        for listed in page["households"]:
            _, record = await service.get(f"/api/alerts/1/households/{listed['code']}", caller)
            assert listed["allowed_actions"] == record["allowed_actions"], listed["code"]


async def test_acted_on_takes_three_queries_for_a_page(service: Running) -> None:
    await service.raised("commander", TOWN)

    def look(connection: Connection, limit: int) -> tuple[int, int]:
        entries = page_of(connection, 1, Page(TOWN, None, None, limit))
        alert, said = stored(connection, 1), list[str]()
        event.listen(
            connection, "before_cursor_execute", lambda _c, _cur, sql, *_rest: said.append(sql)
        )
        return len(acted_on(connection, alert, entries)), len(said)

    for limit in (1, 20):
        facts = await service.runtime.database.read(partial(look, limit=limit))
        assert facts == (limit, 3)


async def test_verbs_refuse_for_the_listed_reasons(service: Running) -> None:
    await service.raised("commander", TOWN)
    for caller in ("informant", "grid", "commander", "county-duty", "administrator"):
        for code in (HOME, SAFE, WITHOUT_PHONE):
            told: dict[str, str | None] = {}
            for action, (path, body) in verbs(code).items():
                told = told or await told_of(service, code, caller)
                reason = told[action]
                status, said = await service.post(f"/api/alerts/1/{path}", caller, body)
                if reason is None:
                    assert status < 300, (action, said)
                    # The action changed the household, so read the reasons again.
                    told = {}
                elif reason in FORBIDDEN:
                    assert status == 403, (action, reason, said)
                else:
                    assert (status, said["reasons"]) == (409, [reason]), (action, reason)


def verbs(code: str) -> dict[str, tuple[str, dict[str, Any]]]:
    return {
        "ask_by_text": (f"households/{code}/ask", {"channel": "sms"}),
        "ask_by_call": (f"households/{code}/ask", {"channel": "voice"}),
        "send": ("tasks", {"household": code, "officer": "county-duty"}),
        "report": ("evidence", {"household": code, "report": "evacuated"}),
        "check_in": ("check-ins", {"household": code}),
    }
