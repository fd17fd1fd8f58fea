"""An alert's households over HTTP: lists, full records, reports, check-ins, visitors."""

import asyncio
import itertools
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from alerting.deliveries.tables import deliveries
from alerting.doors.rules import Cause
from alerting.doors.tasks import Door, assign
from alerting.roll.tables import evidence, roll
from contacts.tables import HOUSEHOLDS
from tests.support.city import (
    FAR_TOWN,
    NEXT_VILLAGE,
    QIANFO,
    TOWN,
    headcount,
    household_code,
    household_phone,
)
from tests.support.door_reports import all_out, found
from tests.support.running import Json, Running

SECOND = household_code(QIANFO, 2)
"""Code of a household of three people."""
NAMES = ["住户0002甲", "住户0002乙", "住户0002丙"]


@pytest.fixture
async def named(service: Running) -> Running:
    """Raise an alert for Qianfo, where the people of household 2 are known by name."""
    names = update(HOUSEHOLDS).where(HOUSEHOLDS.c.code == SECOND)
    await service.change(names.values(persons=";".join(NAMES)))
    await service.raised("informant", QIANFO)
    return service


async def record(service: Running, caller: str = "commander", code: str = SECOND) -> Json:
    status, body = await service.get(f"/api/alerts/1/households/{code}", caller)
    assert status == 200, body
    result: Json = body
    return result


async def check_in(service: Running, caller: str, **body: Any) -> tuple[int, Any]:
    return await service.post("/api/alerts/1/check-ins", caller, {"household": SECOND} | body)


def visitors(**changes: Any) -> Json:
    return {"division": QIANFO, "name": "自驾游客", "people": 3, "report": "evacuated"} | changes


async def people_total(service: Running) -> int:
    _, body = await service.get("/api/alerts/1", "commander")
    assert sum(body["counts"]["people"].values()) == body["counts"]["people_total"]
    total: int = body["counts"]["people_total"]
    return total


async def test_households_are_paged_by_danger(service: Running) -> None:
    await service.raised("commander", TOWN)
    await all_out(service, (1, 2))
    await found(service, "grid", 4, "needs_help")
    listed: list[Json] = []
    after: dict[str, str] = {}
    for _ in range(5):
        status, page = await service.get(
            "/api/alerts/1/households", "commander", limit="4", division=TOWN, **after
        )
        assert status == 200
        listed += page["households"]
        after = {"after": page["after"]}
        # A household that moves to another page must not hide others.
        await all_out(service, [int(listed[-1]["code"][-4:])])
    assert len({home["code"] for home in listed}) >= 19
    assert listed[0]["code"] == household_code(QIANFO, 4)
    assert listed[0]["people"]["needs_help"] == headcount(4)
    vulnerable = [home["vulnerable"] != "" for home in listed[1:5]]
    assert vulnerable == [True] * 4
    status, page = await service.get("/api/alerts/1/households", "commander", standing="needs_help")
    assert [home["code"] for home in page["households"]] == [household_code(QIANFO, 4)]
    assert page["after"] is None
    assert page["households"][0]["settled_by"] == "grid"


async def test_invalid_page_is_refused(service: Running) -> None:
    for query in ({"limit": "0"}, {"limit": "1001"}, {"after": "x"}, {"standing": "lost"}):
        assert (await service.get("/api/alerts/1/households", "commander", **query))[0] == 422


async def test_evidence_returns_the_new_standing(service: Running) -> None:
    await service.raised("informant", QIANFO)
    status, body = await found(service, "informant", 3, "evacuated", people=2, note="在路口")
    assert status == 200
    assert (body["standing"], body["verified"], body["settled_by"]) == (
        "partly",
        False,
        "informant",
    )
    assert body["people"] == {
        **dict.fromkeys(("needs_help", "staying", "elsewhere"), 0),
        "evacuated": 2,
        "unaccounted": headcount(3) - 2,
    }
    status, body = await found(service, "grid", 3, "evacuated")
    assert (body["standing"], body["verified"]) == ("evacuated", True)


async def test_evidence_with_a_key_counts_once(service: Running) -> None:
    await service.raised("informant", QIANFO)
    answers = [await found(service, "grid", 3, "staying", key="my-report-1") for _ in range(2)]
    assert answers[0] == answers[1]
    assert service.rows(select(func.count()).select_from(evidence)) == [(1,)]
    await found(service, "grid", 3, "staying")
    assert service.rows(select(func.count()).select_from(evidence)) == [(2,)]


REFUSED_EVIDENCE: list[tuple[str, Json, int]] = [
    ("grid", {"household": household_code(QIANFO, 99)}, 404),
    ("grid", {"household": household_code(NEXT_VILLAGE, 1)}, 404),
    ("far-commander", {}, 404),
    ("administrator", {}, 403),
    ("grid", {"household": QIANFO}, 422),
    ("grid", {"report": "lost"}, 422),
    ("grid", {"people": -1}, 422),
    ("grid", {"people": 1000}, 422),
    ("grid", {"given_at": "2030-01-01T00:00:00"}, 422),
    ("grid", {"given_at": "2999-01-01T00:00:00Z"}, 422),
    ("grid", {"given_at": "2001-01-01T00:00:00Z"}, 422),
    ("informant", {"given_at": "0001-01-01T00:00:00+14:00"}, 422),
    ("grid", {"key": "short"}, 422),
    ("grid", {"rung": "shelter"}, 422),
]


async def test_invalid_evidence_is_refused(service: Running, subtests: pytest.Subtests) -> None:
    await service.raised("informant", QIANFO)
    for caller, changes, status in REFUSED_EVIDENCE:
        with subtests.test(str(changes), caller=caller):
            body = {"household": household_code(QIANFO, 1), "report": "evacuated"} | changes
            assert (await service.post("/api/alerts/1/evidence", caller, body))[0] == status
    assert service.rows(select(evidence)) == []


async def test_officers_cannot_report_a_missed_roll_call(service: Running) -> None:
    await service.raised("informant", QIANFO)
    status, body = await found(service, "grid", 1, "missed_roll_call")
    assert status == 422
    assert "report: only the end of a roll-call sets this" in body["detail"]


async def test_person_without_a_report_is_listed_as_missing(named: Running) -> None:
    status, body = await found(named, "grid", 2, "evacuated", persons=NAMES[:2])
    assert (status, body["standing"]) == (200, "partly")
    assert (body["people"]["evacuated"], body["people"]["unaccounted"]) == (2, 1)
    seen = await record(named)
    assert seen["persons"] == [
        {"name": NAMES[0], "missing": False},
        {"name": NAMES[1], "missing": False},
        {"name": NAMES[2], "missing": True},
    ]
    assert seen["household"]["persons"] == NAMES
    assert [(e["people"], e["persons"]) for e in seen["evidence"]] == [(None, NAMES[:2])]
    await found(named, "grid", 2, "elsewhere", persons=NAMES[2:])
    seen = await record(named)
    assert not any(person["missing"] for person in seen["persons"])
    assert seen["household"]["people"]["elsewhere"] == 1


async def test_record_names_the_neighbour_and_the_courtyard(service: Running) -> None:
    centre = household_code(QIANFO, 1)
    of_two = update(HOUSEHOLDS).where(HOUSEHOLDS.c.code == household_code(QIANFO, 2))
    await service.change(of_two.values(centre=centre, courtyard="3号楼"))
    await service.raised("informant", QIANFO)
    seen = await record(service)
    assert (seen["centre"], seen["courtyard"]) == (centre, "3号楼")


INVALID_NAMES: list[tuple[Json, str]] = [
    ({"persons": ["张三"]}, f"persons: 张三: not named on the roll; .*{NAMES[0]}, {NAMES[1]}"),
    ({"persons": []}, "persons: the list of names is empty"),
    (
        {"persons": NAMES[:1], "people": 1},
        "persons: give either names or a count: leave out `people`",
    ),
    (
        {"household": household_code(QIANFO, 3), "persons": ["张三"]},
        "it names nobody of this household, so give `people`",
    ),
]


async def test_invalid_names_are_refused_with_the_field(
    named: Running, subtests: pytest.Subtests
) -> None:
    for route, (body, said) in itertools.product(("evidence", "check-ins"), INVALID_NAMES):
        with subtests.test(str(body), route=route):
            told = {"household": SECOND} | ({"report": "evacuated"} if route == "evidence" else {})
            status, answer = await named.post(f"/api/alerts/1/{route}", "grid", told | body)
            assert status == 422
            assert re.search(said, answer["detail"])
            assert named.rows(select(evidence)) == []


async def test_record_shows_evidence_in_the_order_given(named: Running) -> None:
    now = named.runtime.clock.now()
    await named.text(household_phone(QIANFO, 2), "1 2")
    early = (now - timedelta(minutes=5)).isoformat()
    await found(named, "informant", 2, "not_home", given_at=early, note="敲门没人")
    await check_in(named, "grid", persons=NAMES[:1])
    seen = await record(named)
    assert [(e["rung"], e["given_by"], e["report"], e["channel"]) for e in seen["evidence"]] == [
        ("neighbour", "informant", "not_home", "officer"),
        ("own", "+86100****0002", "evacuated", "sms"),
        ("shelter", "grid", "evacuated", "shelter"),
    ]
    first, own, last = seen["evidence"]
    assert (first["note"], own["people"], last["persons"]) == ("敲门没人", 2, NAMES[:1])
    assert first["given_at"] < own["given_at"] < last["given_at"]
    assert first["recorded_at"] > own["recorded_at"]
    assert [e["since"] for e in seen["evidence"]] == [None] * 3
    assert len({e["id"] for e in seen["evidence"]}) == 3
    assert seen["household"]["code"] == SECOND
    assert seen["door"] is None


async def test_phones_are_shown_only_within_the_county(named: Running) -> None:
    await named.text(household_phone(QIANFO, 2), "1")
    for caller in ("grid", "commander", "county-duty"):
        assert (await record(named, caller))["phones"] == [household_phone(QIANFO, 2)]
    seen = await record(named, "city-duty")
    assert seen["phones"] == ["+86100****0002"]
    assert household_phone(QIANFO, 2) not in str(seen)
    _, page = await named.get("/api/alerts/1/households", "city-duty")
    assert household_phone(QIANFO, 2) not in str(page)


async def test_pending_door_task_is_shown(named: Running) -> None:
    opened = named.runtime.clock.now()
    door = Door(1, SECOND, QIANFO, "grid", Cause.SILENT, opened)
    await named.runtime.ledger.write(lambda tx: assign(tx, [door], opened))
    seen = (await record(named))["door"]
    assert datetime.fromisoformat(seen.pop("due_at")) == opened
    assert seen == {
        "officer": "grid",
        "officer_name": "officer grid",
        "cause": "silent",
        "state": "open",
    }


async def test_record_outside_the_callers_scope_is_not_found(
    named: Running, subtests: pytest.Subtests
) -> None:
    for caller, code, status in [
        ("far-commander", SECOND, 404),
        ("grid", household_code(NEXT_VILLAGE, 1), 404),
        ("commander", household_code(QIANFO, 99), 404),
        ("commander", QIANFO, 422),
    ]:
        with subtests.test(code, caller=caller):
            assert (await named.get(f"/api/alerts/1/households/{code}", caller))[0] == status


async def test_check_in_overrides_the_households_own_report(named: Running) -> None:
    await named.text(household_phone(QIANFO, 2), "3")
    assert (await record(named))["household"]["standing"] == "staying"
    status, body = await check_in(named, "next-grid", note="到村小学")
    assert status == 200
    assert (body["standing"], body["verified"], body["reason"], body["settled_by"]) == (
        "evacuated",
        True,
        "shelter_check_in",
        "next-grid",
    )


async def test_roles_that_may_check_in(named: Running, subtests: pytest.Subtests) -> None:
    recorded = 0
    for caller, status in [
        ("informant", 403),
        ("administrator", 403),
        ("far-commander", 404),
        ("grid", 200),
        ("next-grid", 200),
        ("commander", 200),
        ("county-duty", 200),
        ("city-duty", 200),
    ]:
        with subtests.test(caller):
            assert (await check_in(named, caller))[0] == status
            recorded += status == 200
            assert len(named.rows(select(evidence))) == recorded


async def test_check_in_counts_people_and_is_idempotent(named: Running) -> None:
    for _ in range(2):
        status, body = await check_in(named, "grid", people=2, key="arrival-1")
        assert (status, body["people"]["evacuated"], body["people"]["unaccounted"]) == (200, 2, 1)
    assert len(named.rows(select(evidence))) == 1
    # A report from the door with the same key is separate evidence.
    await found(named, "grid", 2, "evacuated", key="arrival-1")
    assert len(named.rows(select(evidence))) == 2


async def test_visitors_are_counted(named: Running) -> None:
    before = await people_total(named)
    status, body = await named.post("/api/alerts/1/visitors", "grid", visitors(address="路边"))
    assert status == 201, body
    assert (body["code"], body["added_by"], body["standing"]) == (
        f"{QIANFO}9999",
        "grid",
        "evacuated",
    )
    assert (body["head"], body["address"], body["headcount"]) == ("自驾游客", "路边", 3)
    assert await people_total(named) == before + 3
    seen = await record(named, code=body["code"])
    assert (seen["phones"], seen["persons"], len(seen["evidence"])) == ([], [], 1)
    status, body = await named.post("/api/alerts/1/visitors", "grid", visitors(report="not_home"))
    assert (body["code"], body["standing"]) == (f"{QIANFO}9998", "unaccounted")
    assert await people_total(named) == before + 6
    _, listed = await named.get("/api/alerts/1/households", "grid", limit="1000")
    assert {home["added_by"] for home in listed["households"]} == {None, "grid"}


async def test_repeated_visitors_are_added_once(named: Running) -> None:
    sent = visitors(key="visitors-1")
    first = await named.post("/api/alerts/1/visitors", "grid", sent)
    again = await named.post("/api/alerts/1/visitors", "grid", sent)
    assert (first[0], again[0]) == (201, 200)
    assert first[1] == again[1]
    assert named.rows(select(func.count()).where(roll.c.added_by == "grid")) == [(1,)]


INVALID_VISITORS: list[tuple[str, Json, int, str]] = [
    ("administrator", {}, 403, "does not report"),
    ("far-commander", {"division": FAR_TOWN}, 404, "no alert 1"),
    ("grid", {"division": NEXT_VILLAGE}, 422, "division: .* not within your division"),
    ("commander", {"division": NEXT_VILLAGE}, 422, "division: .* not in the area of alert 1"),
    ("commander", {"division": TOWN}, 422, "division: .* is not a village or grid"),
    (
        "commander",
        {"division": QIANFO + "001"},
        422,
        "division: .* is not a village or grid known here",
    ),
    ("grid", {"people": 0}, 422, "people"),
    ("grid", {"name": " "}, 422, "name"),
    ("grid", {"report": "missed_roll_call"}, 422, "report"),
    ("grid", {"division": SECOND}, 422, "division"),
    ("grid", {"report": None}, 422, "report"),
]


async def test_invalid_visitors_are_refused(named: Running, subtests: pytest.Subtests) -> None:
    before = named.rows(select(func.count()).select_from(roll))
    for caller, changes, status, said in INVALID_VISITORS:
        with subtests.test(str(changes), caller=caller):
            got, answer = await named.post("/api/alerts/1/visitors", caller, visitors(**changes))
            assert got == status
            assert re.search(said, answer["detail"])
            assert named.rows(select(func.count()).select_from(roll)) == before


async def test_list_shows_the_time_of_the_last_word(service: Running) -> None:
    await service.raised("informant", QIANFO)
    await found(service, "grid", 2, "staying")
    _, page = await service.get("/api/alerts/1/households", "grid")
    heard = {home["code"]: home["last_word_at"] for home in page["households"]}
    _, told = await service.get(f"/api/alerts/1/households/{SECOND}", "grid")
    assert heard.pop(SECOND) == told["evidence"][0]["given_at"]
    assert set(heard.values()) == {None}


async def test_repeated_question_to_a_household_is_recorded(service: Running) -> None:
    alert = (await service.raised("informant", QIANFO))["id"]
    home = f"/api/alerts/{alert}/households/{SECOND}"
    status, asked = await service.post(f"{home}/ask", "commander", {"channel": "voice"})
    assert (status, asked["channel"], asked["state"]) == (201, "voice", "queued")
    assert (asked["by"], asked["by_name"]) == ("commander", "officer commander")
    _, seen = await service.get(home, "grid")
    text, call = seen["tries"]
    assert (text["channel"], text["by"], text["by_name"]) == ("sms", None, None)
    assert (call["at"], call["by_name"]) == (asked["at"], "officer commander")
    _, log = await service.get(f"/api/alerts/{alert}/log", "commander")
    told = next(event for event in log if event["kind"] == "household.asked")
    assert told["subject"] == SECOND


async def test_concurrent_requests_create_one_phone_call(service: Running) -> None:
    alert = (await service.raised("informant", QIANFO))["id"]
    ask = f"/api/alerts/{alert}/households/{SECOND}/ask"
    pressed = [
        service.post(ask, who, {"channel": "voice"})
        for who in ("commander", "county-duty", "city-duty")
    ]
    answers = await asyncio.gather(*pressed)
    assert sorted(status for status, _ in answers) == [201, 409, 409]
    assert [body["reasons"] for status, body in answers if status == 409] == 2 * [["under_way"]]
    calls = select(func.count()).where(
        deliveries.c.recipient == SECOND, deliveries.c.channel == "voice"
    )
    assert service.rows(calls) == [(1,)]


async def test_invalid_question_to_a_household_is_refused(
    service: Running, subtests: pytest.Subtests
) -> None:
    alert = (await service.raised("informant", QIANFO))["id"]
    for caller, household, body, status in [
        ("grid", SECOND, {"channel": "sms"}, 403),
        ("far-commander", SECOND, {"channel": "sms"}, 404),
        ("commander", SECOND, {"channel": "websocket"}, 422),
        ("commander", SECOND, {}, 422),
        ("commander", SECOND, {"channel": "sms", "to": "+861000000000"}, 422),
        ("commander", "nowhere", {"channel": "sms"}, 422),
        (None, SECOND, {"channel": "sms"}, 401),
    ]:
        with subtests.test(str(body), caller=caller, household=household):
            ask = f"/api/alerts/{alert}/households/{household}/ask"
            assert (await service.post(ask, caller, body))[0] == status
