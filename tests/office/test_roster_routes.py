"""Roster files over HTTP: previewed, imported only as previewed, and logged."""

from datetime import datetime
from io import BytesIO
from typing import Any, Final
from urllib.parse import urlencode

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update

from alerting.access.callers import FRESH
from alerting.runtime import wall_clock
from alerting.security_log.tables import security_events
from contacts.division import subtree
from contacts.tables import HOUSEHOLDS, OFFICER_PHONES, OFFICERS
from tests.support.city import COUNTY, FAR_TOWN, NEXT_VILLAGE, QIANFO, TOWN, household_code
from tests.support.roster_files import HEADINGS, home, imported, previewed, send
from tests.support.running import Running
from tests.support.signing_in import signed_in

NEW: Final = HEADINGS + home(1) + home(2)
OWN_HEADINGS: Final = (
    "code,division,address,head,headcount,phones,language,vulnerable,latitude,longitude,officer\n"
)
ADMINISTRATOR: Final = update(OFFICERS).where(OFFICERS.c.id == "administrator")


def heads(service: Running) -> list[str]:
    found = service.rows(select(HOUSEHOLDS.c.head))
    return sorted(row.head for row in found if row.head.startswith("新户"))


async def test_preview_shows_changes_and_stores_nothing(service: Running) -> None:
    told = await previewed(service, NEW)
    assert told["faults"] == []
    (sheet,) = told["columns"]
    assert [each["field"] for each in sheet["headings"]] == [
        *("head", "headcount", "phones", "address")
    ]
    assert not sheet["is_confirmed"]
    changes = told["changes"]
    assert changes["changes"]["counts"] == {"added": 2, "changed": 0, "moved": 0, "gone": 0}
    assert [each["name"] for each in changes["changes"]["lines"]] == ["新户1", "新户2"]
    assert changes["people"] == 6
    assert {each["field"]: each["read"] for each in told["readings"]}["headcount"] == "3"
    assert heads(service) == []


async def test_import_stores_the_previewed_file_and_is_logged(service: Running) -> None:
    told = await imported(service, NEW)
    assert told["changes"]["counts"]["added"] == 2
    assert heads(service) == ["新户1", "新户2"]
    status, (entry,) = await service.get("/api/administration", "administrator")
    assert status == 200
    assert (entry["act"], entry["officer"]) == ("import_households", "administrator")
    assert entry["name"] == "officer administrator"
    assert [each["name"] for each in entry["details"]["lines"]] == ["新户1", "新户2"]
    again = await previewed(service, NEW)
    assert (again["changes"]["unchanged"], again["columns"][0]["is_confirmed"]) == (2, True)


async def test_faults_name_position_and_remedy_in_two_languages(service: Running) -> None:
    faulty = HEADINGS + home(1) + home(2, phone="1390000")
    told = await previewed(service, faulty)
    (fault,) = told["faults"]
    assert (fault["line"], fault["column"]) == (3, "联系电话")
    assert fault["message"]
    assert fault["chinese"]
    assert told["changes"] is None
    status, refused = await send(service, "imports", "administrator", faulty)
    assert (status, refused["code"]) == (409, "conflict")
    assert heads(service) == []


async def test_unknown_heading_is_shown_and_can_be_mapped(service: Running) -> None:
    file = NEW.replace("户主姓名", "当家的")
    told = await previewed(service, file)
    (fault,) = told["faults"]
    assert fault["column"] == "head"
    headings = {each["heading"]: each["field"] for each in told["columns"][0]["headings"]}
    assert headings["当家的"] == ""
    assert (await imported(service, file, column="head=当家的"))["changes"]["counts"]["added"] == 2
    assert (await previewed(service, file))["faults"] == []


async def test_columns_of_a_file_without_known_headings_are_shown(service: Running) -> None:
    told = await previewed(service, "甲,乙,丙,丁\n1,2,3,4\n")
    assert [each["heading"] for each in told["columns"][0]["headings"]] == ["甲", "乙", "丙", "丁"]


async def test_import_of_another_file_is_refused(service: Running) -> None:
    token = (await previewed(service, NEW))["changes"]["token"]
    other = NEW + home(3)
    status, told = await send(service, "imports", "administrator", other, token=token)
    assert (status, told["code"]) == (409, "conflict")
    assert heads(service) == []


async def test_import_is_refused_once_the_roster_changed(service: Running) -> None:
    first = household_code(QIANFO, 1)
    file = f"{OWN_HEADINGS}{first},{QIANFO},1号,住户0001,9,,zh,,,,\n"
    token = (await previewed(service, file))["changes"]["token"]
    await service.change(update(HOUSEHOLDS).where(HOUSEHOLDS.c.code == first).values(headcount=7))
    status, _ = await send(service, "imports", "administrator", file, token=token)
    assert status == 409
    (row,) = service.rows(select(HOUSEHOLDS.c.headcount).where(HOUSEHOLDS.c.code == first))
    assert row.headcount == 7


async def test_complete_file_retires_missing_households(service: Running) -> None:
    kept = [household_code(QIANFO, number) for number in range(1, 10)]
    rows = service.rows(select(HOUSEHOLDS).where(HOUSEHOLDS.c.code.in_(kept)))
    lines = [
        f"{row.code},{row.division},{row.address},{row.head},{row.headcount},,zh,,,,\n"
        for row in rows
    ]
    told = await imported(service, OWN_HEADINGS + "".join(lines), whole=1, division=QIANFO)
    assert told["changes"]["counts"]["gone"] == 1
    left = service.rows(select(HOUSEHOLDS.c.code).where(HOUSEHOLDS.c.division == QIANFO))
    assert sorted(row.code for row in left) == kept
    others = service.rows(select(HOUSEHOLDS.c.code).where(HOUSEHOLDS.c.division == NEXT_VILLAGE))
    assert len(others) == 10


async def test_no_household_is_retired_during_an_alert(service: Running) -> None:
    await service.raised("commander", QIANFO)
    told = await previewed(service, NEW, whole=1, division=QIANFO)
    assert [each["column"] for each in told["faults"]] == [""]
    assert "alert" in told["faults"][0]["message"]
    assert (await previewed(service, NEW))["faults"] == []


async def test_roster_elsewhere_is_out_of_reach(service: Running) -> None:
    await service.change(ADMINISTRATOR.values(division=FAR_TOWN))
    told = await previewed(service, NEW)
    assert [(each["line"], *each["also"]) for each in told["faults"]] == [(2, 3)]
    status, _ = await send(service, "preview", "administrator", NEW, division=TOWN)
    assert status == 404


OFFICERS_FILE: Final = "姓名,职务,单位,电话\n新网格员,网格员,千佛村,13900001234\n"


async def by_session(
    service: Running, path: str, content: str, since: datetime | None = None, **query: str
) -> tuple[int, Any]:
    """Send a file of officers in a session that began at `since`, or now."""
    browser = await signed_in(service, "administrator", since=since)
    asked = urlencode({"kind": "officers", **query})
    url = f"{service.url}/api/roster/{path}?{asked}"
    async with service.session.post(url, data=content.encode(), headers=browser.headers) as answer:
        return answer.status, await answer.json()


async def test_officers_are_imported(service: Running) -> None:
    _, seen = await by_session(service, "preview", OFFICERS_FILE)
    assert seen["may_import"]
    token = seen["changes"]["token"]
    status, told = await by_session(service, "imports", OFFICERS_FILE, token=token)
    assert status == 200
    assert told["changes"]["counts"] == {"added": 1, "changed": 0, "moved": 0, "gone": 0}
    assert told["changes"]["lines"][0]["name"] == "新网格员"
    assert service.rows(select(OFFICERS.c.name)).count(("新网格员",)) == 1


async def test_new_officers_phones_and_roles_need_a_fresh_session(service: Running) -> None:
    old = wall_clock() - FRESH
    with_id = "id,姓名,职务,单位,电话\ngrid,老网格员,网格员,千佛村,13900001235\n"
    for name, file in (("新网格员", OFFICERS_FILE), ("老网格员", with_id)):
        _, seen = await by_session(service, "preview", file, old)
        assert (seen["faults"], seen["may_import"]) == ([], False)
        token = seen["changes"]["token"]
        status, refused = await by_session(service, "imports", file, old, token=token)
        assert (status, "sign in again" in refused["detail"]) == (403, True)
        stored = {row.name for row in service.rows(select(OFFICERS.c.name))}
        assert name not in stored
        assert (await by_session(service, "imports", file, token=token))[0] == 200
    phones = select(OFFICER_PHONES.c.number).where(OFFICER_PHONES.c.officer == "grid")
    assert service.rows(phones) == [("+8613900001235",)]
    renamed = with_id.replace("老网格员", "改名的网格员")
    _, seen = await by_session(service, "preview", renamed, old)
    assert seen["may_import"]
    token = seen["changes"]["token"]
    assert (await by_session(service, "imports", renamed, old, token=token))[0] == 200


async def test_preview_of_officers_stores_nothing(service: Running) -> None:
    await previewed(service, OFFICERS_FILE, kind="officers")
    assert ("新网格员",) not in service.rows(select(OFFICERS.c.name))


async def test_officer_of_another_division_is_not_imported(service: Running) -> None:
    await service.change(ADMINISTRATOR.values(division=TOWN))
    row = f"county-duty,甲,duty_officer,{TOWN},13900001234,"
    file = f"id,name,role,division,phones,deputy_of\n{row}\n"
    told = await previewed(service, file, kind="officers")
    (fault,) = told["faults"]
    assert (fault["line"], "county-duty" in fault["message"]) == (2, True)
    (row,) = service.rows(select(OFFICERS.c.division).where(OFFICERS.c.id == "county-duty"))
    assert row.division == COUNTY


DIVISIONS_FILE: Final = "code,name,tier,parent\n511921100300,新村,village,511921100\n"


async def test_divisions_are_imported_within_the_callers_division(service: Running) -> None:
    told = await imported(service, DIVISIONS_FILE, kind="divisions")
    assert told["changes"]["lines"][0]["name"] == "新村"
    await service.change(ADMINISTRATOR.values(division=FAR_TOWN))
    beyond = DIVISIONS_FILE.replace("新村", "旧村")
    (fault,) = (await previewed(service, beyond, kind="divisions"))["faults"]
    assert fault["line"] == 2


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "officers", "whole": 1},
        {"kind": "divisions", "without_codes": 1},
        {"kind": "divisions", "column": "name=名"},
        {"column": "名"},
    ],
)
async def test_options_of_another_kind_are_refused(
    service: Running, query: dict[str, object]
) -> None:
    status, _ = await send(service, "preview", "administrator", NEW, **query)
    assert status == 422


@pytest.mark.parametrize("path", ["preview", "imports"])
async def test_only_administrators_import(service: Running, path: str) -> None:
    status, told = await send(service, path, "city-duty", NEW)
    assert (status, told["code"]) == (403, "forbidden")


async def test_log_is_paged_and_within_the_callers_division(service: Running) -> None:
    for number in (1, 2, 3):
        await imported(service, HEADINGS + home(number), division=TOWN)
    _, entries = await service.get("/api/administration", "administrator")
    assert [each["id"] for each in entries] == [3, 2, 1]
    _, older = await service.get("/api/administration", "administrator", before="2")
    assert [each["id"] for each in older] == [1]
    await service.change(ADMINISTRATOR.values(division=FAR_TOWN))
    assert (await service.get("/api/administration", "administrator"))[1] == []
    assert (await service.get("/api/administration", "commander"))[0] == 403


async def test_workbooks_and_gb18030_are_read(service: Running) -> None:
    told = await previewed(service, NEW.encode("gb18030"))
    assert told["changes"]["changes"]["counts"]["added"] == 2


async def test_export_is_the_roster_of_the_division_and_is_logged(
    service: Running,
) -> None:
    token = {"Authorization": f"Bearer {service.tokens['administrator']}"}
    url = f"{service.url}/api/roster/officers.xlsx?division={TOWN}"
    async with service.session.get(url, headers=token) as answer:
        assert answer.status == 200
        assert f'filename="officers-{TOWN}.xlsx"' in answer.headers["Content-Disposition"]
        content = BytesIO(await answer.read())
    header, *rows = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()
    where = header.index("division")
    stored = service.rows(select(OFFICERS.c.id).where(OFFICERS.c.division.between(*subtree(TOWN))))
    assert {row[header.index("id")] for row in rows} == {row.id for row in stored}
    assert all(str(row[where]).startswith(TOWN) for row in rows)
    exports = select(security_events).where(security_events.c.kind == "exported")
    (noted,) = await service.until(exports, bool)
    assert (noted.officer, noted.detail) == ("administrator", f"officers {TOWN}")


async def test_roster_is_exported_to_administrators_within_their_division(
    service: Running,
) -> None:
    assert (await service.get("/api/roster/officers.xlsx", "commander"))[0] == 403
    await service.change(ADMINISTRATOR.values(division=FAR_TOWN))
    query = {"division": TOWN}
    assert (await service.get("/api/roster/officers.xlsx", "administrator", **query))[0] == 404
    assert (await service.get("/api/roster/phones.xlsx", "administrator"))[0] == 422
