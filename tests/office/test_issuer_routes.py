"""The issuer over HTTP: an administrator names it, and the next alert's texts contain it."""

from typing import Any, Final

from sqlalchemy import select

from alerting.deliveries.tables import texts
from alerting.messages.text import TextKind
from tests.support.city import QIANFO
from tests.support.running import Json, Running, request_for

PATH: Final = "/api/office/issuer"

NAMES: Final = {"zh": "通江县应急管理局", "en": "Tongjiang Emergency"}


async def named(service: Running) -> Json:
    status, told = await service.get(PATH, "administrator")
    assert status == 200, told
    found: Json = told
    return found


async def put(service: Running, caller: str, body: Json) -> tuple[int, Json]:
    headers = {"Authorization": f"Bearer {service.tokens[caller]}"}
    async with service.session.put(service.url + PATH, json=body, headers=headers) as answer:
        return answer.status, {} if answer.status == 204 else await answer.json()


async def name(service: Running, version: int, **said: Any) -> tuple[int, Json]:
    return await put(service, "administrator", {"names": NAMES, "version": version} | said)


def alert_texts(service: Running) -> list[str]:
    query = select(texts.c.body).where(texts.c.kind == TextKind.ALERT).order_by(texts.c.id)
    return [row.body for row in service.rows(query)]


async def test_issuer_stays_the_same_during_an_alert(service: Running) -> None:
    assert (await named(service))["names"] == {}
    assert (await name(service, 0, signatures={"zh": "通江应急"}))[0] == 204
    status, told = await service.post("/api/alerts", "commander", request_for(QIANFO))
    assert status == 201, told
    bodies = alert_texts(service)
    assert bodies
    assert all("【通江应急】" in each or "Tongjiang Emergency" in each for each in bodies)
    status, told = await name(service, 1, names={"zh": "县政府"})
    assert status == 409
    assert "is not over" in told["detail"]
    assert (await named(service))["names"] == NAMES


async def test_change_is_logged_and_refused_for_an_old_version(service: Running) -> None:
    assert (await name(service, 0))[0] == 204
    assert (await name(service, 0, names={}))[0] == 409
    assert (await named(service))["version"] == 1
    _, entries = await service.get("/api/administration", "administrator")
    (line,) = entries[0]["details"]["lines"]
    assert (entries[0]["act"], line["field"]) == ("edit_issuer", "issuer")
    assert line["after"] == "en Tongjiang Emergency; zh 通江县应急管理局"


async def test_policy_files_issuer_applies_without_names(service: Running) -> None:
    assert (await name(service, 0))[0] == 204
    assert (await name(service, 1, names={"zh": " "}))[0] == 204
    assert (await named(service))["names"] == {}


async def test_invalid_names_are_refused(service: Running) -> None:
    for wrong in (
        {"signatures": {"zh": "【通江应急】"}},
        {"names": {"zh": "通" * 41}},
        {"names": {"xx": "Somebody"}},
    ):
        assert (await name(service, 0, **wrong))[0] == 422
    assert (await named(service))["version"] == 0


async def test_policy_page_and_tried_file_show_the_named_issuer(service: Running) -> None:
    assert (await name(service, 0))[0] == 204
    _, told = await service.get("/api/office/policy", "administrator")
    values = [each["value"] for each in told["values"] if each["key"].startswith("issuer.div")]
    assert values == sorted(NAMES.values(), reverse=True)
    _, tried = await service.post("/api/office/policy/try", "administrator", {"text": ""})
    assert not any(each["key"].startswith("issuer") for each in tried["changes"])
    _, steps = await service.get("/api/office/steps", "administrator")
    (issuer,) = [each for each in steps if each["name"] == "issuer"]
    assert issuer["is_done"]


async def test_only_administrators_name_the_issuer(service: Running) -> None:
    body = {"names": NAMES, "version": 0}
    assert (await service.get(PATH, "commander"))[0] == 403
    assert (await put(service, "commander", body))[0] == 403
