"""Sessions and tokens over HTTP: administrators list and end those within their division."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from alerting.access.machines import MachineKind, issue_machine_token
from alerting.policy.policy import parse_policy
from alerting.runtime import wall_clock
from alerting.security_log.tables import security_events
from contacts.sign_in.credentials import fingerprint_of, hash_of
from contacts.tables import OFFICER_PHONES, OFFICERS
from tests.support.city import CITY, COUNTY, QIANFO, TOWN
from tests.support.running import Json, Running
from tests.support.signing_in import signed_in

POLICY = f"""
[[sensors]]
name = "gauge"
hazard = "滑坡"
place = "{QIANFO}"
unit = "mm"
silent_after = 3600
yellow = {{ reach = 1.0 }}
red = {{ reach = 2.0 }}

[[cap_senders]]
name = "county-cap"
acts_for = "county-duty"

[[cap_senders]]
name = "anywhere"
"""
MACHINES = {
    "gauge": MachineKind.SENSOR,
    "county-cap": MachineKind.CAP_SENDER,
    "anywhere": MachineKind.CAP_SENDER,
}


@pytest.fixture
async def machines(service: Running) -> AsyncIterator[dict[str, str]]:
    """Name machines in the policy, and issue a token to each."""
    policy = service.runtime.policy
    named = parse_policy(POLICY)
    both = {"sensors": named.sensors, "cap_senders": named.cap_senders}
    service.runtime.ledger.policy = policy.model_copy(update=both)
    yield {
        name: await service.runtime.ledger.write(
            lambda tx, kind=kind, name=name: issue_machine_token(
                tx.connection, kind, name, wall_clock(), timedelta(days=1)
            )
        )
        for name, kind in MACHINES.items()
    }
    service.runtime.ledger.policy = policy


async def move_office(service: Running, division: str) -> None:
    await service.assign_administrator(division)


async def sessions(service: Running, **query: str) -> list[Json]:
    status, told = await service.get("/api/office/sessions", "administrator", **query)
    assert status == 200, told
    found: list[Json] = told["sessions"]
    return found


async def holders(service: Running, **query: str) -> list[str]:
    status, told = await service.get("/api/office/tokens", "administrator", **query)
    assert (status, told["is_all"]) == (200, True)
    return sorted(each["holder"] for each in told["tokens"])


def revocations(service: Running) -> list[Any]:
    columns = security_events.c
    query = select(columns.officer, columns.sender, columns.detail)
    return service.rows(query.where(columns.kind == "credential_revoked"))


async def test_sessions_below_are_listed_newest_first(service: Running) -> None:
    await signed_in(service, "grid", "phone")
    await signed_in(service, "county-duty", "desk")
    mine = await signed_in(service, "administrator", "mine")
    status, told = await mine.get("/api/office/sessions")
    assert (status, told["before"]) == (200, None)
    shown = [(s["officer"]["id"], s["session"]["current"]) for s in told["sessions"]]
    assert shown == [("administrator", True), ("county-duty", False), ("grid", False)]
    grid = told["sessions"][-1]
    assert grid["officer"] == {
        "id": "grid",
        "name": "officer grid",
        "role": "grid_officer",
        "place": "千佛村",
    }
    assert (grid["session"]["device"], grid["session"]["by_passkey"]) == ("phone", False)
    await move_office(service, TOWN)
    below = await sessions(service)
    assert [each["officer"]["id"] for each in below] == ["administrator", "grid"]


async def test_sessions_are_searched_by_officer_and_paged(service: Running) -> None:
    for number in range(51):
        await signed_in(service, "grid", str(number))
    await signed_in(service, "commander", "")
    assert len(await sessions(service, search="commander")) == 1
    assert await sessions(service, search="nobody") == []
    first = await sessions(service, search="officer grid")
    assert [each["session"]["device"] for each in first] == [str(n) for n in range(50, 0, -1)]
    last = str(first[-1]["session"]["id"])
    (rest,) = await sessions(service, search="officer grid", before=last)
    assert rest["session"]["device"] == "0"


async def test_tokens_are_listed_by_holder_without_the_token(
    service: Running, machines: dict[str, str]
) -> None:
    assert set(MACHINES) <= set(await holders(service))
    _, told = await service.get("/api/office/tokens", "administrator", search="gauge")
    (gauge,) = told["tokens"]
    assert gauge["fingerprint"] == fingerprint_of(hash_of(machines["gauge"]))
    assert (gauge["kind"], gauge["officer"]) == ("sensor", None)
    assert machines["gauge"] not in str(told)
    _, told = await service.get("/api/office/tokens", "administrator", search="far-commander")
    assert [each["officer"]["place"] for each in told["tokens"]] == ["远镇"]


@pytest.mark.usefixtures("machines")
async def test_machines_belong_to_their_place(service: Running) -> None:
    assert set(MACHINES) & set(await holders(service, division=COUNTY)) == {"gauge", "county-cap"}
    await move_office(service, TOWN)
    assert set(MACHINES) & set(await holders(service)) == {"gauge", "anywhere"}
    chief = {"id": "chief", "name": "chief", "role": "administrator", "division": CITY}
    await service.change(insert(OFFICERS).values(chief))
    assert set(MACHINES) & set(await holders(service)) == {"gauge"}


async def test_revoked_token_is_refused_and_logged(
    service: Running, machines: dict[str, str]
) -> None:
    for token in (service.tokens["grid"], machines["gauge"]):
        mark = fingerprint_of(hash_of(token))
        browser = await signed_in(service, "administrator")
        assert (await browser.call("DELETE", f"/api/office/tokens/{mark}"))[0] == 204
        assert (await browser.call("DELETE", f"/api/office/tokens/{mark}"))[0] == 404
    assert (await service.get("/api/me", "grid"))[0] == 401
    assert "gauge" not in await holders(service)
    await service.until(select(security_events), lambda _: len(revocations(service)) == 2)
    assert {row[0] or row[1] for row in revocations(service)} == {"grid", "gauge"}
    assert {row.detail for row in revocations(service)} == {"by administrator"}


async def test_sessions_and_tokens_elsewhere_are_out_of_reach(
    service: Running, machines: dict[str, str]
) -> None:
    await move_office(service, QIANFO)
    for path in ("/api/office/sessions", "/api/office/tokens"):
        assert (await service.get(path, "commander"))[0] == 403
        assert (await service.get(path, "administrator", division=COUNTY))[0] == 404
    browser = await signed_in(service, "administrator")
    for token in (service.tokens["commander"], machines["county-cap"]):
        path = f"/api/office/tokens/{fingerprint_of(hash_of(token))}"
        assert (await browser.call("DELETE", path))[0] == 404
    assert (await browser.call("DELETE", "/api/office/tokens/x"))[0] == 422
    assert (await service.get("/api/me", "commander"))[0] == 200


async def test_sessions_are_found_by_the_officers_phone(service: Running) -> None:
    await service.change(
        insert(OFFICER_PHONES).values(officer="grid", position=1, number="+8613900000009")
    )
    await signed_in(service, "grid", "phone")
    (found,) = await sessions(service, search="13900000009")
    assert found["officer"]["id"] == "grid"
