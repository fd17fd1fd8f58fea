"""The texts over HTTP: every kind as readers in a division would get it, with warnings."""

from typing import Any

from sqlalchemy import update

from alerting.messages.text import TextKind
from contacts.tables import DIVISIONS
from tests.support.city import COUNTY, QIANFO
from tests.support.running import Json, Running

PATH = "/api/office/texts"


async def inspected(service: Running, **query: str) -> Json:
    asked = {"language": "zh", "event": "滑坡", "division": QIANFO} | query
    status, told = await service.get(PATH, "administrator", **asked)
    assert status == 200, told
    found: Json = told
    return found


def of_kind(found: Json, kind: str) -> dict[str, Any]:
    (text,) = [each for each in found["texts"] if each["kind"] == kind]
    return dict(text)


def doubts(found: Json) -> list[str]:
    return [each["code"] for each in found["doubts"]]


async def test_every_kind_is_shown_with_its_template_and_length(service: Running) -> None:
    found = await inspected(service, assembly_point="村小学")
    assert [each["kind"] for each in found["texts"]] == list(TextKind)
    alert = of_kind(found, "alert")
    assert "{place}" in alert["template"]
    assert "诺江镇千佛村有滑坡危险" in alert["body"]
    assert "去村小学" in alert["body"]
    assert (alert["encoding"], alert["units"], alert["segments"]) == (
        "UCS-2",
        len(alert["body"]),
        1,
    )
    assert "/h/" in of_kind(found, "reminder")["body"]
    assert (found["action"], found["assembly_point"]) == ("立即撤离", "村小学")
    assert doubts(found) == ["no_issuer"]


async def test_text_names_the_divisions_own_assembly_point_in_its_language(
    service: Running,
) -> None:
    assert "generic_assembly_point" in doubts(await inspected(service))
    own = update(DIVISIONS).where(DIVISIONS.c.code == QIANFO).values(assembly_point="村小学操场")
    await service.change(own)
    found = await inspected(service, language="en")
    body = of_kind(found, "alert")["body"]
    assert "landslide, Qianfo village" in body
    assert of_kind(found, "alert")["encoding"] == "GSM-7"
    assert doubts(found) == ["no_issuer"]


async def test_untranslated_words_cause_a_warning(service: Running) -> None:
    found = await inspected(service, language="en", event="后山开裂")
    assert "untranslated" in doubts(found)
    (untold,) = [each for each in found["doubts"] if each["code"] == "untranslated"]
    assert untold["examples"][0] == "后山开裂"
    long = await inspected(service, assembly_point="村小学" * 13)
    assert "over_one_segment" in doubts(long)


async def test_only_administrators_of_the_division_see_the_texts(service: Running) -> None:
    asked = {"language": "zh", "event": "滑坡"}
    assert (await service.get(PATH, "commander", **asked))[0] == 403
    assert (await service.get(PATH, "administrator", division="512000", **asked))[0] == 404
    assert (await service.get(PATH, "administrator", division=COUNTY, **asked))[0] == 200
    for wrong in ({"language": "xx"}, {"event": " "}, {"event": "x" * 31}):
        assert (await service.get(PATH, "administrator", **(asked | wrong)))[0] == 422
